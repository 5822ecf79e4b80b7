// Making and finding elements. Texts of requests become text nodes, never markup.

export const $ = (id) => document.getElementById(id);

// el makes an element: el("b", {class: "name", title: "…"}, "text", another).
export function el(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) e.setAttribute(key, value === true ? "" : value);
  }
  e.append(...children.filter((c) => c !== undefined && c !== null && c !== ""));
  return e;
}

// announce tells people who do not see the page. What it says replaces what it said.
export function announce(text) {
  $("announcer").textContent = text;
}
