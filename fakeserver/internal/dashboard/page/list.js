// A list of which only the rows in view exist, so that its length costs nothing. The
// list has the keyboard focus, and names its active row to screen readers.

import { el } from "./dom.js";

const overscan = 6; // rows drawn above and below what is in view

let lists = 0;

export class List {
  // options: key(item), a text; version(item), which changes when the row does;
  // draw(item), the row as {attributes, cells}; and what the keys do: open(item),
  // fold(item, open).
  constructor(box, options) {
    this.box = box;
    this.options = options;
    this.id = `list${++lists}`;
    this.items = [];
    this.places = new Map(); // of the items, by key
    this.rows = new Map(); // those in view, by key
    this.active = undefined; // the key of a row
    this.follows = false; // whether the end stays in view
    this.space = el("div", { class: "space", role: "presentation" });
    this.probe = el("div", { class: "probe", "aria-hidden": "true" });
    box.replaceChildren(this.probe, this.space);
    box.addEventListener("scroll", () => this.later(), { passive: true });
    box.addEventListener("keydown", (event) => this.press(event));
    box.addEventListener("click", (event) => this.click(event));
    new ResizeObserver(() => this.measure()).observe(box);
    this.measure();
  }

  // show puts other items into the list. What is in view stays where it is.
  show(items) {
    const top = this.box.scrollTop;
    const atEnd = top + this.box.clientHeight >= this.items.length * this.height - 2;
    const first = Math.min(Math.floor(top / this.height), this.items.length - 1);
    const held = first >= 0 && top > 0 ? this.options.key(this.items[first]) : undefined;
    this.items = items;
    this.places = new Map(items.map((item, i) => [this.options.key(item), i]));
    this.size();
    if (this.follows && atEnd && top > 0) {
      this.box.scrollTop = items.length * this.height;
    } else if (held !== undefined && this.places.has(held)) {
      this.box.scrollTop = this.places.get(held) * this.height + (top - first * this.height);
    }
    this.draw();
  }

  // forget makes all rows anew: the same keys are about other things from now on.
  forget() {
    this.rows.clear();
    this.space.replaceChildren();
    this.active = undefined;
  }

  // reveal makes a row the active one and brings it into view.
  reveal(key) {
    const place = this.places.get(key);
    if (place === undefined) return false;
    this.active = key;
    const top = place * this.height;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    if (top + this.height > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = top + this.height - this.box.clientHeight;
    this.draw();
    return true;
  }

  measure() {
    const height = this.probe.getBoundingClientRect().height;
    if (height > 0 && height !== this.height) {
      const first = this.height ? this.box.scrollTop / this.height : 0;
      this.height = height;
      this.rows.clear(); // all of them have to be placed anew
      this.space.replaceChildren();
      this.size();
      this.box.scrollTop = first * height;
    }
    this.draw();
  }

  size() {
    this.space.style.height = `${this.items.length * this.height}px`;
    this.box.setAttribute("aria-rowcount", this.items.length);
  }

  later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  draw() {
    const { scrollTop, clientHeight } = this.box;
    const from = Math.max(Math.floor(scrollTop / this.height) - overscan, 0);
    const to = Math.min(Math.ceil((scrollTop + clientHeight) / this.height) + overscan, this.items.length);
    const old = this.rows;
    this.rows = new Map();
    let before = null; // screen readers read the rows in the order of the document
    for (let i = from; i < to; i++) {
      const key = this.options.key(this.items[i]);
      const row = this.row(i, old.get(key));
      this.rows.set(key, row);
      const next = before ? before.nextSibling : this.space.firstChild;
      if (row.element !== next) this.space.insertBefore(row.element, next);
      before = row.element;
    }
    for (const [key, row] of old) {
      if (this.rows.get(key)?.element !== row.element) row.element.remove();
    }
    const active = this.rows.get(this.active)?.element;
    if (active === this.marked && active?.id === this.box.getAttribute("aria-activedescendant")) return;
    this.marked?.classList.remove("active");
    this.marked = active;
    active?.classList.add("active");
    if (active) this.box.setAttribute("aria-activedescendant", active.id);
    else this.box.removeAttribute("aria-activedescendant");
  }

  // row is a row in view: its element, and what it shows. The element is made anew
  // only if it has changed, so that a click or a selection goes on while others come.
  row(i, old) {
    const item = this.items[i];
    const version = this.options.version(item);
    let element = old?.element;
    if (old?.version !== version) {
      const { attributes, cells } = this.options.draw(item);
      element = el("div", { ...attributes, role: "row", "data-key": this.options.key(item) }, ...cells);
    } else if (old.place === i) {
      return old;
    }
    element.id = `${this.id}-${i}`;
    element.setAttribute("aria-rowindex", i + 1);
    element.style.top = `${i * this.height}px`;
    return { element, version, place: i };
  }

  click(event) {
    const row = event.target.closest(".row");
    const item = row && this.items[this.places.get(row.dataset.key)];
    if (!item) return;
    this.reveal(row.dataset.key);
    this.options.open(item);
  }

  press(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || this.items.length === 0) return;
    const at = this.places.get(this.active) ?? -1;
    const page = Math.max(Math.floor(this.box.clientHeight / this.height) - 1, 1);
    const last = this.items.length - 1;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: last }[event.key];
    if (to !== undefined) {
      this.reveal(this.options.key(this.items[Math.min(Math.max(to, 0), last)]));
    } else if (event.key === "Enter" || event.key === " ") {
      if (at >= 0) this.options.open(this.items[at]);
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      if (at >= 0) this.options.fold?.(this.items[at], event.key === "ArrowRight");
    } else {
      return;
    }
    event.preventDefault();
  }
}
