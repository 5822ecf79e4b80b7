// How things are said.

const two = (n) => String(n).padStart(2, "0");

// time is the time of day, to the millisecond.
export function time(iso) {
  const t = new Date(iso);
  return `${two(t.getHours())}:${two(t.getMinutes())}:${two(t.getSeconds())}.${String(t.getMilliseconds()).padStart(3, "0")}`;
}

// duration says milliseconds in a few characters: 0.4 ms, 1.20 s, 3 min 5 s.
export function duration(ms) {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(2)} s`;
  return span(ms);
}

// span says a time in its two largest units: 3 min 5 s, 2 h, 5 d 3 h.
export function span(ms) {
  const units = [["d", 86_400], ["h", 3600], ["min", 60], ["s", 1]];
  let left = Math.round(ms / 1000);
  const parts = [];
  for (const [unit, size] of units) {
    const n = Math.floor(left / size);
    left -= n * size;
    if (n > 0) parts.push(`${n} ${unit}`);
    if (parts.length === 2 || (parts.length === 1 && n === 0)) break;
  }
  return parts.join(" ") || "0 s";
}

const numbers = new Intl.NumberFormat("en");

// count is a number of things: 1 request, 1,200 requests.
export function count(n, one, many = `${one}s`) {
  return `${numbers.format(n)} ${n === 1 ? one : many}`;
}

// result is how a request ended: 204, 503 truncated, reset, pending.
export function result(r) {
  if (r.status === 0) return r.end;
  return r.end === "truncated" ? `${r.status} truncated` : String(r.status);
}

// tone is the colour of a result: ok, client or server; empty: neutral.
export function tone(r) {
  if (r.end === "pending" || r.end === "client left") return "";
  if (r.status === 0 || r.status >= 500 || r.end === "truncated") return "server";
  if (r.status >= 400) return "client";
  return r.status >= 300 ? "" : "ok";
}

// injected is the label of a fault without the place that it was read from.
export function injected(r) {
  if (!r.injected) return "";
  const number = r.injected.slice(r.fault.length).trim().split(" ")[0];
  return `${r.fault} ${number}`;
}

const list = (v) => (Array.isArray(v) ? v.join(", ") : String(v));
const range = (v) => (typeof v === "object" ? `${v.min} to ${v.max}` : v);

const hops = { gateway: " as the gateway does", iam: " as Keystone's middleware does", lb: " as a load balancer does" };

// faultText says what a fault does, and to which calls.
export function faultText(fault) {
  const inject = fault.inject ?? {};
  const does = [];
  if (inject.hold) does.push(`holds the call before its ${inject.hold.before ?? "answer"} until ${inject.hold.until ? `a call that is ${matchText(inject.hold.until)} is done` : "the fault is removed"}`);
  if (inject.delay) does.push(`waits ${range(inject.delay)}`);
  if (inject.status) does.push(`answers ${inject.status}${hops[inject.hop] ?? ""}`);
  if (inject.drop) does.push({ reset: "resets the connection", close: "closes the connection", truncate: "truncates the answer", hang: "never answers" }[inject.drop] ?? inject.drop);
  if (inject.fields) does.push(`changes ${Object.keys(inject.fields).join(", ")}`);
  if (inject.headers && !inject.status) does.push(`sets ${Object.keys(inject.headers).join(", ")}`);
  if (inject.body !== undefined && !inject.status) does.push("replaces the body");
  if (inject.throttle) does.push("throttles the body");
  if (inject.linger) does.push("keeps the deleted image visible");
  if (inject.effect === "applied" && (inject.status || inject.drop)) does.push("does the work all the same");
  return `${does.join(", ")}; ${matchText(fault.match)}`;
}

// matchText says which calls are matched.
export function matchText(match = {}) {
  const parts = [match.operation ? list(match.operation) : "every call"];
  if (match.image) parts.push(`of ${match.image}`);
  const others = Object.keys(match).filter((key) => key !== "operation" && key !== "image");
  if (others.length > 0) parts.push(`by ${others.join(", ")}`);
  return parts.join(" ");
}

// imageTone is the colour of an image's status.
export function imageTone(status) {
  if (status === "active") return "ok";
  return ["killed", "deleted", "pending_delete", "no such image"].includes(status) ? "" : "client";
}

// indent lays out JSON over several lines without changing any of its values, as
// parsing and printing it would: large numbers, repeated keys. Other texts stay as
// they are.
export function indent(text) {
  if (!/^\s*[[{]/.test(text)) return text;
  let out = "";
  let depth = 0;
  const line = () => `\n${"  ".repeat(Math.max(depth, 0))}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"?|[[\]{},:]|[^\s"[\]{},:]+/gs) ?? [];
  tokens.forEach((token, i) => {
    if (token === "}" || token === "]") {
      depth--;
      out += tokens[i - 1] === "{" || tokens[i - 1] === "[" ? token : line() + token;
    } else if (token === "{" || token === "[") {
      depth++;
      out += token;
      if (tokens[i + 1] !== "}" && tokens[i + 1] !== "]") out += line();
    } else if (token === ",") {
      out += token + line();
    } else {
      out += token === ":" ? ": " : token;
    }
  });
  return out;
}
