// The requests, image by image or in the order of their arrival.

import { $, announce, el } from "./dom.js";
import { List } from "./list.js";
import { count, duration, imageTone, injected, result, time, tone } from "./words.js";

const shownResults = 12; // of an image, the latest

export class Timeline {
  // states says how an image is now, given its id: {name, status}. Open shows a request.
  constructor(journal, states, open) {
    this.journal = journal;
    this.states = states;
    this.folded = new Set(); // ids of images
    this.list = new List($("timeline"), {
      key: (item) => item.key,
      version: (item) => this.version(item),
      draw: (item) => (item.requests ? this.imageRow(item) : this.requestRow(item)),
      open: (item) => (item.requests ? this.fold(item, this.folded.has(item.image)) : open(item.request.seq)),
      fold: (item, unfold) => this.fold(item, unfold),
    });
    for (const id of ["filter", "injected", "order"]) {
      $(id).addEventListener("input", () => {
        this.update();
        announce(`${count(this.shown, "request")} shown.`);
      });
    }
  }

  // update shows the journal as it is now.
  update() {
    const requests = this.journal.all().filter(this.filter());
    const byImage = $("order").value === "image";
    this.shown = requests.length;
    this.order = requests.map((r) => r.seq);
    const items = byImage ? this.byImage(requests) : requests.map((request) => ({ key: `r${request.seq}`, request }));
    this.list.box.classList.toggle("flat", !byImage);
    this.list.follows = !byImage;
    this.list.show(items);
    this.sayEmpty();
  }

  // start begins with another journal.
  start() {
    this.list.forget();
    this.update();
  }

  filter() {
    const text = $("filter").value.trim().toLowerCase();
    const only = $("injected").checked;
    return (r) => {
      if (only && !r.fault) return false;
      if (text === "") return true;
      return [r.method, r.path, r.operation, result(r), r.injected, r.code, r.project, r.user, r.image_name].some((t) => t && t.toLowerCase().includes(text));
    };
  }

  byImage(requests) {
    const groups = new Map();
    for (const request of requests) {
      const image = request.image ?? "";
      if (!groups.has(image)) groups.set(image, []);
      groups.get(image).push(request);
    }
    const items = [];
    for (const [image, own] of groups) {
      items.push({ key: `i${image}`, image, requests: own });
      if (this.folded.has(image)) continue;
      own.forEach((request, i) => items.push({ key: `r${request.seq}`, request, before: own[i - 1] }));
    }
    this.order = [...groups.values()].flat().map((r) => r.seq);
    return items;
  }

  fold(item, unfold) {
    if (!item.requests) {
      if (!unfold) this.list.reveal(`i${item.request.image ?? ""}`);
      return;
    }
    if (unfold) this.folded.delete(item.image);
    else this.folded.add(item.image);
    this.update();
  }

  // goTo shows the requests for an image. It reports whether there are any.
  goTo(image) {
    $("filter").value = "";
    $("injected").checked = false;
    $("order").value = "image";
    this.folded.delete(image);
    this.update();
    const last = this.list.items.findLast((item) => item.request && (item.request.image ?? "") === image);
    if (!last) return false;
    this.list.reveal(last.key); // all of them, if there is room
    this.list.reveal(`i${image}`);
    this.list.box.focus();
    return true;
  }

  // neighbour is the request that is shown before (-1) or after (1) another one.
  neighbour(seq, step) {
    const at = this.order.indexOf(seq);
    return at < 0 ? undefined : this.order[at + step];
  }

  sayEmpty() {
    const some = this.list.items.length > 0;
    $("timeline").hidden = !some;
    $("empty").hidden = some;
    if (this.journal.requests.length === 0) {
      $("empty").textContent = "No request has come yet. This page shows each one as it arrives.";
    } else if ($("filter").value.trim() === "") {
      $("empty").textContent = "No request has an injected fault.";
    } else {
      $("empty").textContent = "No request contains this text. Empty the filter to see all of them.";
    }
  }

  version({ image, requests, request, before }) {
    if (request) return [request.event, before?.seq, this.list.follows].join();
    const { name, status } = this.stateOf(image, requests);
    return [requests.length, Math.max(...requests.slice(-shownResults).map((r) => r.event)), this.folded.has(image), name, status].join();
  }

  stateOf(image, requests) {
    return image === "" ? { name: "Without an image" } : this.states(image, requests);
  }

  imageRow({ image, requests }) {
    const open = !this.folded.has(image);
    const faults = requests.filter((r) => r.fault).length;
    const { name, status } = this.stateOf(image, requests);
    const title = el("span", { role: "gridcell", class: "name", title: image },
      name || image, " ", name && image !== "" ? el("span", { class: "id" }, image.slice(0, 8)) : "");
    const about = el("span", { role: "gridcell" });
    if (status) about.append(el("span", { class: `pill ${imageTone(status)}` }, status));
    about.append(el("span", { class: "unseen" }, ` ${count(requests.length, "request")}, ${faults} with an injected fault`));
    const results = el("span", { role: "gridcell", class: "results", "aria-hidden": "true" });
    for (const r of requests.slice(-shownResults)) {
      results.append(el("span", { class: `pill ${tone(r)}${r.fault ? " was" : ""}`, title: `${r.method} ${r.operation} ${result(r)}${r.fault ? `: ${injected(r)}` : ""}` }, result(r)));
    }
    return {
      attributes: { class: "row image", "aria-level": 1, "aria-expanded": String(open) },
      cells: [el("span", { class: "fold", "aria-hidden": "true" }, open ? "▾" : "▸"), title, about, results],
    };
  }

  requestRow({ request: r, before }) {
    const cell = (kind, text, title) => el("span", { role: "gridcell", class: kind, title }, text);
    const gap = before ? `+${duration(new Date(r.time) - new Date(before.time))}` : "";
    const label = injected(r);
    return {
      attributes: { class: "row request", "aria-level": this.list.follows ? 1 : 2 },
      cells: [
        cell("time", time(r.time)),
        cell("gap", gap, gap && "since the request before"),
        cell("operation", r.operation || "no operation"),
        cell("path", `${r.method} ${r.path}`, r.path),
        label ? el("span", { role: "gridcell", class: "fault" }, el("span", { class: "pill injected", title: `injected: ${r.injected}` }, label)) : el("span", { role: "gridcell", class: "fault" }),
        el("span", { role: "gridcell", class: "result" }, el("span", { class: `pill ${tone(r)}`, title: r.code }, result(r))),
        cell("took", r.end === "pending" ? "" : duration(r.took_ms)),
      ],
    };
  }
}
