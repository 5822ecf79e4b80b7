// What the server has now: faults and limits, images, sandboxes; and its problem.

import { call } from "./api.js";
import { $, announce, el } from "./dom.js";
import { List } from "./list.js";
import { count, faultText, imageTone, matchText, span } from "./words.js";

const often = 3000; // milliseconds between two looks at what no event tells of
const mostImages = 20_000; // more are not listed

export class State {
  // changed is called when images have changed, goTo to show an image's requests.
  constructor(changed, goTo) {
    this.changed = changed;
    this.images = new Map(); // by id
    this.known = new Map(); // names of all that were seen, by id
    this.total = 0; // images
    this.newest = 0; // number of the latest event about a request
    this.upTo = -1; // newest, as it was before images was asked for
    this.sandbox = "";
    this.shown = {}; // what the panels show, as text
    this.list = new List($("images"), {
      key: (image) => image.id,
      version: (image) => JSON.stringify(image),
      draw: (image) => imageRow(image),
      open: (image) => {
        if (!goTo(image.id)) announce(`There are no requests for ${image.name || image.id}.`);
      },
    });
    document.addEventListener("visibilitychange", () => this.soon());
  }

  // start forgets what was known: another scenario is played.
  start(sandbox) {
    this.sandbox = sandbox;
    this.images.clear();
    this.known.clear();
    this.shown = {};
    this.upTo = -1;
    this.soon(0);
  }

  // of says how an image is, given its id and the requests about it.
  of(id, requests) {
    const image = this.images.get(id);
    const name = image?.name ?? this.known.get(id) ?? requests.find((r) => r.image_name)?.image_name;
    if (image) return { name, status: image.status };
    if (this.total > mostImages) return { name };
    const done = requests.findLast((r) => r.status >= 200 && r.status < 300);
    if ((done?.event ?? 0) > this.upTo) return { name }; // images is older than what was done
    return { name, status: this.known.has(id) || name || done ? "deleted" : "no such image" };
  }

  // soon looks at the server within a moment, and then from time to time. Newest is
  // the number of the latest event, if there was one.
  soon(newest = this.newest) {
    this.newest = newest;
    if (this.again) return;
    this.again = true;
    if (this.looking) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), 150);
  }

  async look() {
    this.again = false;
    if (document.hidden) return;
    this.looking = true;
    const begin = performance.now();
    try {
      await this.load();
    } catch {
      // The state of the connection is shown elsewhere.
    }
    this.looking = false;
    // A server with a lot to show is asked less often.
    const pause = (performance.now() - begin) * 10;
    this.timer = setTimeout(() => this.look(), Math.max(this.again ? 300 : often, pause));
  }

  async load() {
    const list = this.total <= mostImages;
    const { newest } = this;
    const [health, faults, sandboxes, images] = await Promise.all([
      call("GET", "health"), call("GET", "faults"), call("GET", "sandboxes"), list ? call("GET", "images") : { images: [] },
    ]);
    const is = (panel, value) => {
      const text = JSON.stringify(value);
      const same = this.shown[panel] === text;
      this.shown[panel] = text;
      return same;
    };
    if (!is("problem", health.problem ?? "")) showProblem(health.problem);
    if (!is("faults", faults)) this.showFaults(faults);
    if (!is("sandboxes", sandboxes)) this.showSandboxes(sandboxes.sandboxes);
    if (!is("images", [images.images, list, list || this.total])) this.showImages(images.images, list);
    const upTo = Math.min(newest, this.newest); // another scenario has other numbers
    if (upTo !== this.upTo) this.changed();
    this.upTo = upTo;
  }

  showImages(images, list) {
    this.images = new Map(images.map((image) => [image.id, image]));
    for (const image of images) this.known.set(image.id, image.name);
    $("images-count").textContent = count(list ? images.length : this.total, "image");
    $("images").hidden = images.length === 0;
    $("images-note").hidden = images.length > 0;
    $("images-note").textContent = list ? "There are none." : "There are too many to list.";
    $("images").style.height = `calc(var(--row) * ${Math.min(images.length, 7)} + 1px)`;
    this.list.show(images);
    this.changed();
  }

  showFaults({ faults, limits }) {
    const spent = faults.filter((f) => f.fault.times && f.injected >= f.fault.times).length;
    const counted = faults.filter((f) => f.fault.times).length;
    $("faults-count").textContent = counted > 0 ? `${spent} of ${counted} spent` : "";
    $("faults").replaceChildren(
      ...faults.map((f) => this.faultCard(f)), ...limits.map((l) => this.limitCard(l)),
      ...(faults.length + limits.length === 0 ? [el("li", { class: "quiet" }, "Nothing goes wrong: there are none.")] : []));
  }

  faultCard({ fault, seen, injected }) {
    const { times } = fault;
    const spent = times && injected >= times;
    const number = times ? `${injected} of ${times}` : `${injected}, no end`;
    const card = el("li", {},
      el("span", { class: "name" }, fault.name),
      el("span", { class: `count${spent ? " spent" : ""}`, title: `${count(seen, "matching call")} seen` }, el("span", { class: "unseen" }, "injected "), number),
      this.remover("fault", `faults/${encodeURIComponent(fault.name)}`, fault.name),
      el("span", { class: "about" }, faultText(fault)));
    if (times) card.append(el("meter", { min: 0, max: times, value: injected, "aria-hidden": "true" }));
    return card;
  }

  limitCard({ name, limit, seen, refused }) {
    return el("li", {},
      el("span", { class: "name" }, name),
      el("span", { class: "count" }, `${refused} refused`),
      this.remover("limit", `limits/${encodeURIComponent(name)}`, name),
      el("span", { class: "about" }, `at most ${limit.rate}; ${matchText(limit.match)}; ${count(seen, "call")} counted`));
  }

  remover(kind, path, name) {
    const button = el("button", { type: "button", "aria-label": `Remove the ${kind} ${name}` }, "Remove");
    button.addEventListener("click", async () => {
      try {
        await call("DELETE", path);
        announce(`The ${kind} ${name} is removed.`);
      } catch (error) {
        announce(error.message);
      }
      this.soon();
    });
    return button;
  }

  showSandboxes(sandboxes) {
    const up = this.sandbox === "" ? "../" : "../../../"; // to the server
    $("sandboxes-count").textContent = sandboxes.length > 0 ? count(sandboxes.length, "sandbox", "sandboxes") : "";
    const cards = sandboxes.slice(0, 500).map((s) => {
      const here = s.name === this.sandbox;
      return el("li", {},
        el("span", { class: "name" }, here ? s.name : el("a", { href: `${up}s/${s.name}/_fake/` }, s.name), here ? el("span", { class: "quiet" }, " (this one)") : ""),
        el("span", { class: "count quiet" }, span(s.age * 1000)),
        el("span", { class: "about" }, `${s.scenario || "no name"}: ${count(s.images, "image")}, ${count(s.faults, "fault")}, ${count(s.requests, "request")}`));
    });
    if (this.sandbox !== "") cards.unshift(el("li", {}, el("a", { class: "name", href: `${up}_fake/` }, "The server's default sandbox")));
    if (sandboxes.length === 0) cards.push(el("li", { class: "quiet" }, "There are none. POST /_fake/sandboxes makes one."));
    if (sandboxes.length > 500) cards.push(el("li", { class: "quiet" }, `and ${count(sandboxes.length - 500, "other")}`));
    $("sandboxes").replaceChildren(...cards);
  }
}

function showProblem(problem) {
  $("problem").textContent = problem ? `The scenario has changed, but the earlier one goes on:\n${problem}` : "";
}

function imageRow(image) {
  const about = [];
  if (image.protected) about.push("protected");
  if (image.in_use_by) about.push("in use");
  if (image.os_hidden) about.push("hidden");
  about.push(image.visibility);
  const cell = (kind, ...content) => el("span", { role: "gridcell", class: kind }, ...content);
  return {
    attributes: { class: "row", title: [image.id, image.in_use_by && `in use by ${image.in_use_by}`].filter(Boolean).join(", ") },
    cells: [
      cell("name", image.name || el("span", { class: "code" }, image.id)),
      cell("about", about.join(", ")),
      cell("status", el("span", { class: `pill ${imageTone(image.status)}` }, image.status)),
    ],
  };
}
