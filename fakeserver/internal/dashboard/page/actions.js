// What the buttons do: each opens a dialog, and its form makes one call.

import { call } from "./api.js";
import { $, announce, el } from "./dom.js";

// setUp connects the dialogs. Done is called after each successful call.
export function setUp(journal, done) {
  for (const button of document.querySelectorAll("[data-closes]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
  dialog("play", $("play"), fillScenarios, async () => {
    const name = document.querySelector("#play-list :checked")?.value;
    if (!name) throw new Error("Choose a scenario.");
    await call("PUT", `scenario?name=${encodeURIComponent(name)}`);
    return `Playing ${name}.`;
  }, done);
  dialog("fault", $("fault"), () => fillFault(journal), async () => {
    const { name } = await call("POST", "faults", $("fault-yaml").value);
    return `The fault ${name} is added.`;
  }, done);
  dialog("clock", $("clock-dialog"), () => {}, async () => {
    const by = $("clock-by").value.trim();
    await call("POST", "clock", JSON.stringify({ advance: by }));
    return `The clock is advanced by ${by}.`;
  }, done);
  dialog("reset", $("reset"), () => {}, async () => {
    await call("POST", "reset");
    return "Everything has started again.";
  }, done);
  for (const button of $("clock-quick").children) {
    button.addEventListener("click", () => {
      $("clock-by").value = button.textContent;
    });
  }
  $("play-filter").addEventListener("input", filterScenarios);
  for (const id of ["fault-operation", "fault-kind", "fault-times"]) $(id).addEventListener("input", writeFault);
  $("fault-kind").replaceChildren(...[...kinds.keys()].map((kind) => el("option", {}, kind)));
}

// dialog connects a button, the dialog that it opens, and the call of its form.
function dialog(button, box, fill, send, done) {
  const problem = box.querySelector(".problem");
  const say = (error) => {
    problem.textContent = error.message;
  };
  document.querySelector(`[data-opens="${button}"]`).addEventListener("click", async () => {
    problem.textContent = "";
    box.showModal();
    try {
      await fill();
    } catch (error) {
      say(error);
    }
  });
  box.querySelector("form").addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    try {
      const said = await send();
      box.close();
      announce(said);
      done();
    } catch (error) {
      say(error);
    }
  });
}

async function fillScenarios() {
  const list = $("play-list");
  if (list.querySelector("input")) return;
  const { scenarios } = await call("GET", "scenarios");
  const topics = new Map([["", []]]);
  for (const s of scenarios) {
    const topic = s.topic ?? "";
    if (!topics.has(topic)) topics.set(topic, []);
    topics.get(topic).push(s);
  }
  list.replaceChildren(list.querySelector("legend"));
  for (const [topic, own] of topics) {
    list.append(el("h3", {}, topic || "basic"), ...own.map((s) => el("label", {},
      el("input", { type: "radio", name: "scenario", value: s.name }),
      el("span", { class: "name" }, s.name),
      el("span", { class: "about" }, s.description),
      s.expect ? el("span", { class: "expect" }, el("b", {}, "A good client: "), s.expect) : "")));
  }
  filterScenarios(); // a text may have been typed by now
}

function filterScenarios() {
  const text = $("play-filter").value.trim().toLowerCase();
  let topic;
  for (const item of $("play-list").children) {
    if (item.matches("h3")) {
      topic = item;
      topic.hidden = true;
    } else if (item.matches("label")) {
      item.hidden = !item.textContent.toLowerCase().includes(text) && !topic.textContent.includes(text);
      if (item.hidden) item.querySelector("input").checked = false; // nobody sees what would be played
      if (!item.hidden) topic.hidden = false;
    }
  }
}

// kinds are what people inject most, as the YAML of inject.
const kinds = new Map([
  ["503, Retry-After 1 s", '{status: 503, headers: {Retry-After: "1"}}'],
  ["429 of the gateway", '{status: 429, hop: gateway, headers: {Retry-After: "1"}}'],
  ["500", "{status: 500}"],
  ["409, in use", "{status: 409}"],
  ["403", "{status: 403}"],
  ["401, token refused", "{status: 401, hop: iam}"],
  ["502 page of a load balancer", "{status: 502, hop: lb}"],
  ["connection reset", "{drop: reset}"],
  ["done, but the answer is lost", "{drop: reset, effect: applied}"],
  ["truncated answer", "{drop: truncate}"],
  ["no answer", "{drop: hang}"],
  ["2 s late", "{delay: 2s}"],
]);

function fillFault(journal) {
  const seen = new Set(["delete_image", ...journal.all().map((r) => r.operation).filter(Boolean)]);
  $("operations").replaceChildren(...[...seen].sort().map((operation) => el("option", { value: operation })));
  writeFault();
}

function writeFault() {
  const operation = $("fault-operation").value.trim();
  const times = Number($("fault-times").value);
  const lines = [];
  if (operation) lines.push(`match: {operation: ${operation}}`);
  if (times > 0) lines.push(`times: ${times}`);
  lines.push(`inject: ${kinds.get($("fault-kind").value)}`);
  $("fault-yaml").value = `${lines.join("\n")}\n`;
}
