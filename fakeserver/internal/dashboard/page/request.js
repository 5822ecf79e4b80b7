// One request: what was asked, what was answered, and why.

import { call } from "./api.js";
import { $, el } from "./dom.js";
import { count, duration, indent, result, time, tone } from "./words.js";

export class RequestView {
  constructor(timeline) {
    this.timeline = timeline;
    this.dialog = $("request");
    $("earlier").addEventListener("click", () => this.move(-1));
    $("later").addEventListener("click", () => this.move(1));
    this.loads = 0; // so far
    this.dialog.addEventListener("close", () => this.closed());
  }

  async open(seq) {
    this.seq = seq;
    this.timeline.list.reveal(`r${seq}`);
    if (!this.dialog.open) this.dialog.showModal();
    await this.load();
    $("request-content").focus();
    $("request-content").scrollTop = 0;
  }

  move(step) {
    const seq = this.timeline.neighbour(this.seq, step);
    if (seq !== undefined) this.open(seq);
  }

  // closed brings the request's row back into view. The browser calls it a moment after
  // it closed the dialog: by then, a key may have gone on to another row.
  closed() {
    const { list } = this.timeline;
    if (list.active === `r${this.seq}`) list.reveal(list.active);
  }

  // start begins with another journal.
  start() {
    this.dialog.close();
    this.seq = undefined;
  }

  // steps says which requests can be gone to.
  steps() {
    $("earlier").disabled = this.timeline.neighbour(this.seq, -1) === undefined;
    $("later").disabled = this.timeline.neighbour(this.seq, 1) === undefined;
  }

  // refresh shows what is new about a request, if it is the one that is open.
  refresh(seq) {
    if (this.dialog.open && this.seq === seq) this.load();
  }

  async load() {
    const { seq } = this;
    const load = ++this.loads;
    this.steps();
    let title = `Request ${seq}`;
    let parts;
    try {
      const r = await call("GET", `requests/${seq}`);
      title = `${r.method} ${r.path}`;
      parts = this.parts(r);
    } catch (error) {
      parts = [el("p", {}, error.status === 404 ? "The journal no longer has this request." : error.message)];
    }
    if (this.loads !== load) return; // another one was opened meanwhile, or this one anew
    $("request-title").textContent = title;
    $("request-content").replaceChildren(...parts);
  }

  parts(r) {
    const parts = [facts(r), message("Request", r.header, r, r.body_size)];
    if (r.answer) parts.push(message("Answer", r.answer.header, r.answer));
    else parts.push(el("section", { class: "part" }, el("h3", {}, "Answer"), el("p", { class: "quiet" }, noAnswer[r.end] ?? "There is none.")));
    if (r.misses) parts.splice(1, 0, misses(r));
    return parts;
  }
}

const noAnswer = {
  pending: "There is none yet.",
  reset: "The connection was reset.",
  closed: "The connection was closed without an answer.",
  hung: "There is none, and the connection stays open until the client gives up.",
  "client left": "The client went away before its answer.",
};

function facts(r) {
  const list = el("dl", { class: "facts" });
  const add = (name, ...value) => {
    if (value.some((v) => v)) list.append(el("dt", {}, name), el("dd", {}, ...value));
  };
  add("Result", el("span", { class: `pill ${tone(r)}` }, result(r)), r.code ? ` ${r.code}` : "");
  if (r.injected) add("Injected", el("span", { class: "pill injected" }, r.injected));
  add("Operation", r.operation || "none has this method and path");
  add("Image", r.image ? el("span", { class: "code" }, r.image) : "");
  add("Caller", r.user ? `${r.user}, project ${r.project || "none"}` : "no valid token");
  add("Arrived", `${time(r.time)} on ${new Date(r.time).toLocaleDateString("en-CA")}, as request ${r.seq}`);
  if (r.end !== "pending") add("Took", duration(r.took_ms));
  if (r.held) add("Held", r.held.ms ? `before its ${r.held.before}, for ${duration(r.held.ms)}` : `before its ${r.held.before}`);
  add("Deadlock", r.held?.deadlock ?? "");
  add("Request id", r.answer?.request_id ? el("span", { class: "code" }, r.answer.request_id) : "");
  return list;
}

// misses says why faults were not injected, folded.
function misses(r) {
  const list = el("ul", { class: "misses" });
  for (const m of r.misses) {
    list.append(el("li", {}, el("b", {}, m.fault), " ", m.place ? el("span", { class: "code" }, m.place) : "", el("br"), m.reason));
  }
  if (r.more_misses) list.append(el("li", { class: "quiet" }, "There are others."));
  const n = r.misses.length;
  const what = r.fault ? count(n, "other fault was", "other faults were") : count(n, "fault was", "faults were");
  return el("details", {}, el("summary", {}, `Why ${what} not injected`), list);
}

// message is a header and a body. Size is that of the whole body, in bytes; undefined:
// it is not known.
function message(title, header, { body, body_base64: binary }, size) {
  const table = el("table", {});
  for (const key of Object.keys(header ?? {}).sort()) {
    for (const value of header[key]) table.append(el("tr", {}, el("th", { scope: "row" }, key), el("td", {}, value)));
  }
  const part = el("section", { class: "part" }, el("h3", {}, title), table.children.length > 0 ? table : el("p", { class: "quiet" }, "No headers."));
  if (body) part.append(el("pre", { tabindex: 0, "aria-label": `Body of the ${title.toLowerCase()}` }, indent(body)));
  else if (binary) part.append(el("p", { class: "quiet" }, "The body is not text. In base64:"), el("pre", { tabindex: 0, "aria-label": `Body of the ${title.toLowerCase()}, in base64` }, binary));
  else part.append(el("p", { class: "quiet" }, "No body."));
  const kept = binary ? atob(binary).length : new TextEncoder().encode(body ?? "").length;
  if (size > kept) part.append(el("p", { class: "quiet" }, `The journal has the first ${count(kept, "byte")} of ${size.toLocaleString("en")}.`));
  return part;
}
