// The page: the stream of events, and what it is shown as.

import { setUp } from "./actions.js";
import { follow } from "./api.js";
import { $, announce } from "./dom.js";
import { Journal } from "./journal.js";
import { RequestView } from "./request.js";
import { State } from "./state.js";
import { Timeline } from "./timeline.js";
import { count, injected, result, span } from "./words.js";

const journal = new Journal();
const state = new State(() => update(), (image) => timeline.goTo(image));
const timeline = new Timeline(journal, (id, requests) => state.of(id, requests), (seq) => view.open(seq));
const view = new RequestView(timeline);
setUp(journal, () => state.soon());

// Updates are drawn together, and less often when they take long.
let waiting = false;
let took = 0;
function update() {
  if (waiting) return;
  waiting = true;
  setTimeout(() => requestAnimationFrame(() => {
    waiting = false;
    const begin = performance.now();
    timeline.update();
    view.steps();
    took = performance.now() - begin;
  }), took * 4);
}

// What is new is said to screen readers, at most every other second.
const news = [];
let caughtUp = false; // until then, requests are no news
setInterval(() => {
  if (news.length === 1) {
    const [r] = news;
    announce(`${r.method} ${r.operation}: ${result(r)}${r.fault ? `, injected ${injected(r)}` : ""}.`);
  } else if (news.length > 1) {
    announce(`${count(news.length, "request")}, ${news.filter((r) => r.fault).length} with an injected fault.`);
  }
  news.length = 0;
}, 2000);

let ahead = 0; // of the server's clock before the browser's, in milliseconds
let dropped = 0; // requests that neither the server has any more nor the page
const on = {
  start({ sandbox, scenario, description, dialect }) {
    journal.reset();
    caughtUp = false;
    $("where").textContent = `${sandbox ? `sandbox ${sandbox}, ` : ""}dialect ${dialect}`;
    $("scenario").textContent = scenario || "a scenario without a name";
    $("description").textContent = description;
    document.title = `${sandbox || scenario || "server"} · fakeglance`;
    state.start(sandbox);
    view.start();
    timeline.start();
  },
  request(request, event) {
    const r = journal.put(request, event);
    if (r.end !== "pending" && caughtUp) news.push(r);
    view.refresh(r.seq);
    state.soon(event);
    update();
  },
  clear({ until }) {
    journal.clear(until);
    update();
  },
  state(now) {
    ahead = new Date(now.now) - Date.now();
    // What the server no longer has, this page may still have.
    dropped = Math.min(now.dropped, Math.max(now.total - journal.requests.length, 0));
    state.total = now.images;
    caughtUp ||= journal.requests.length + now.dropped >= now.total;
    sayCounts();
    sayTime();
  },
};

function sayCounts() {
  const parts = [count(journal.requests.length, "request"), `${journal.injected} with an injected fault`];
  if (dropped > 0) parts.push(`${count(dropped, "older one")} dropped`);
  $("counts").textContent = parts.join(", ");
}

function sayTime() {
  const time = new Date(Date.now() + ahead);
  const jump = Math.abs(ahead) < 5000 ? "" : `, ${span(Math.abs(ahead))} ${ahead > 0 ? "ahead of" : "behind"} this computer's`;
  $("clock").textContent = `The server's clock: ${time.toLocaleString("sv-SE")}${jump}`;
}
setInterval(sayTime, 1000);

const links = {
  live: "Live",
  connecting: "Connecting…",
  lost: "Not connected: the server has stopped, or the sandbox was removed",
};
follow((kind, data, event) => on[kind](data, event), (link) => {
  $("link").dataset.state = link;
  $("link").textContent = links[link];
  if (link === "live") state.soon();
});
