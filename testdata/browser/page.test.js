// What people see on the page and do with it.

import assert from "node:assert/strict";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";

import { launch, open, start } from "./server.js";

const ubuntu = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90";

let browser;
let server;
let page;
before(async () => {
  browser = await launch();
});
after(() => browser.close());
beforeEach(async () => {
  server = await start("flaky-then-ok");
});
afterEach(async () => {
  const { errors = [], asked = [] } = page ?? {};
  await page?.close();
  await server.stop();
  page = undefined;
  assert.deepEqual(errors, []);
  assert.deepEqual(asked.filter((url) => !url.startsWith(server.url)), [], "the page uses nothing from elsewhere");
});

const text = (locator) => locator.first().innerText();
const requests = () => page.locator("#timeline .row.request");
const images = () => page.locator("#timeline .row.image");

// has waits until a locator has a text.
const has = (locator, text) => locator.filter({ hasText: text }).first().waitFor();

// hold keeps the page's calls of a URL waiting, until the function that it returns is called.
async function hold(url) {
  let release;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  await page.route(url, async (route) => {
    await released;
    await route.continue();
  });
  return release;
}

test("requests are shown as they happen, image by image, with what was injected", { timeout: 60_000 }, async () => {
  page = await open(browser, server.url);
  await has(page.locator("#scenario"), "flaky-then-ok");
  await has(page.locator("#empty"), "No request has come yet");
  for (const status of [503, 503, 204]) {
    assert.equal((await server.send("DELETE", `/v2/images/${ubuntu}`)).status, status);
  }
  await server.send("GET", "/v2/images");
  await has(images(), "deleted");
  await has(page.locator("#counts"), "4 requests, 2 with an injected fault");
  assert.match(await images().first().innerText(), /ubuntu-24\.04/);
  assert.deepEqual(await images().first().locator(".results .pill").allInnerTexts(), ["503", "503", "204"]);
  await has(requests(), "flaky-delete 2/2");
  await has(images(), "Without an image");
  await has(page.locator("#faults li"), "2 of 2");
  await has(page.locator("#images-note"), "There are none.");

  await page.locator("#injected").check();
  assert.equal(await requests().count(), 2);
  await page.locator("#filter").fill("get_images");
  await has(page.locator("#empty"), "No request contains this text");
  await page.locator("#filter").fill("");
  await page.locator("#injected").uncheck();
  await page.locator("#filter").fill("204");
  assert.equal(await requests().count(), 1);
  await page.locator("#filter").fill("nothing like this");
  await has(page.locator("#empty"), "No request contains this text");
  await page.locator("#filter").fill("");
  await page.locator("#order").selectOption("arrival");
  assert.equal(await images().count(), 0);
  assert.equal(await requests().count(), 4);
});

test("an image is called deleted once the server no longer has it, not before it is known", { timeout: 60_000 }, async () => {
  page = await open(browser, server.url);
  await has(page.locator("#images .row"), "ubuntu-24.04"); // the first look at the server is over
  const release = await hold("**/_fake/images");
  const { id } = JSON.parse((await server.send("POST", "/v2/images", '{"name": "new"}', { "Content-Type": "application/json" })).text);
  for (const image of [id, "00000000-0000-4000-8000-000000000000"]) await server.send("GET", `/v2/images/${image}`);
  await requests().nth(2).waitFor();
  assert.deepEqual(await images().locator(".pill:not(.results *)").allInnerTexts(), ["no such image"]);
  release();
  await has(images(), "queued");
  for (const status of [503, 503, 204]) assert.equal((await server.send("DELETE", `/v2/images/${id}`)).status, status);
  await has(images(), "deleted");
});

test("another journal is shown as such, though its numbers are the same", { timeout: 60_000 }, async () => {
  page = await open(browser, server.url);
  await server.send("DELETE", `/v2/images/${ubuntu}`);
  await requests().first().click();
  await has(page.locator("#request-content"), "flaky-delete");
  await page.evaluate(() => { // as in a tab that is not seen: nothing is drawn meanwhile
    const draw = window.requestAnimationFrame;
    window.requestAnimationFrame = (f) => (window.drawings ??= []).push(f);
    window.drawAgain = () => {
      window.requestAnimationFrame = draw;
      for (const f of window.drawings ?? []) draw(f);
    };
  });
  await server.send("POST", "/_fake/reset");
  await server.send("GET", `/v2/images/${ubuntu}`);
  await has(page.locator("#counts"), "1 request, 0 with an injected fault");
  await page.evaluate(() => window.drawAgain());
  await has(requests(), "get_image");
  assert.match(await images().first().textContent(), /1 request, 0 with an injected fault/);
  assert.equal(await page.locator("#request").isVisible(), false);
  await page.locator("#injected").check();
  await has(page.locator("#empty"), "No request has an injected fault.");
});

test("what the page has is not counted as dropped, and images that are not listed are counted", { timeout: 60_000 }, async () => {
  await server.stop();
  server = await start("--journal", "3", "one-image");
  for (let i = 0; i < 2; i++) await server.send("GET", "/v2/images");
  page = await open(browser, server.url);
  await has(page.locator("#counts"), "2 requests");
  for (let i = 0; i < 4; i++) {
    await server.send("GET", "/v2/images");
    await has(page.locator("#counts"), `${i + 3} requests`);
  }
  assert.match(await text(page.locator("#counts")), /^6 requests, 0 with an injected fault$/);
  await page.reload();
  await has(page.locator("#counts"), "3 requests, 0 with an injected fault, 3 older ones dropped");
  for (const count of [30_001, 50_001]) {
    await server.send("PUT", "/_fake/scenario", `{images: [{name: 'a-{n}', count: ${count}}]}`);
    await has(page.locator("#images-count"), `${count.toLocaleString("en")} images`);
  }
});

test("a request opens to its headers, its bodies, and why other faults were not injected", { timeout: 60_000 }, async () => {
  await server.send("POST", "/v2/images", '{"name": "new", "min_disk": 12345678901234567890}', { "X-Mine": "yes", "Content-Type": "application/json" });
  await server.send("DELETE", `/v2/images/${ubuntu}`);
  page = await open(browser, server.url);
  await requests().first().click();
  const content = page.locator("#request-content");
  await has(content, "X-Mine");
  await has(content, "12345678901234567890"); // not rounded
  const misses = content.locator("details");
  assert.equal(await misses.locator("li").isVisible(), false);
  await misses.locator("summary").click();
  await has(misses, "operation: add_image, not delete_image");
  await page.getByRole("button", { name: "Later" }).click();
  await has(content, "flaky-delete 1/2 flaky-then-ok.yaml:11");
  await has(content, "503");
  assert.equal(await page.getByRole("button", { name: "Later" }).isDisabled(), true);
  await server.send("GET", `/v2/images/${ubuntu}`);
  await page.getByRole("button", { name: "Later" }).click(); // once it can be
  await has(page.locator("#request-title"), "GET");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#request").isVisible(), false);
});

test("an answer that is held back is shown as pending, and then as it is", { timeout: 60_000 }, async () => {
  await server.send("POST", "/_fake/faults", "{match: {operation: get_images}, inject: {delay: 1h}}");
  page = await open(browser, server.url);
  const answer = server.send("GET", "/v2/images");
  await has(requests(), "pending");
  await requests().first().click();
  await has(page.locator("#request-content"), "There is none yet.");
  await server.send("POST", "/_fake/clock", "{advance: 2h}");
  await answer;
  await has(page.locator("#request-content"), "200");
  await page.keyboard.press("Escape");
  await has(requests(), "200");
  await has(page.locator("#clock"), "2 h ahead");
});

test("everything can be done with the keyboard", { timeout: 60_000 }, async () => {
  await server.send("DELETE", `/v2/images/${ubuntu}`);
  await server.send("DELETE", `/v2/images/${ubuntu}`);
  page = await open(browser, server.url);
  await requests().nth(1).waitFor();
  await page.getByRole("button", { name: "Remove the fault flaky-delete" }).waitFor();
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim());
  const order = [];
  for (let i = 0; i < 12; i++) {
    await page.keyboard.press("Tab");
    order.push(await focused());
  }
  assert.deepEqual(order, ["Skip to the requests", "home", "Play a scenario…", "Add a fault…", "Advance the clock…", "Reset…", "filter", "injected", "order", "timeline", "Remove", "images"]);
  await page.locator("#timeline").focus();
  for (const key of ["ArrowDown", "ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
  const active = () => page.evaluate(() => document.getElementById(document.activeElement.getAttribute("aria-activedescendant"))?.innerText);
  assert.match(await active(), /flaky-delete 2\/2/);
  await page.keyboard.press("Enter");
  await has(page.locator("#request-content"), "flaky-delete 2/2");
  await page.evaluate(async () => { // closed, and on to the image before the browser tells that it is closed
    const dialog = document.getElementById("request");
    const told = new Promise((resolve) => dialog.addEventListener("close", resolve));
    dialog.close();
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
    await told;
  });
  assert.match(await active(), /ubuntu-24\.04/);
  for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  await has(page.locator("#request-content"), "flaky-delete 2/2");
  await page.keyboard.press("Escape");
  assert.equal(await focused(), "timeline");
  await page.keyboard.press("ArrowLeft"); // to the image
  assert.match(await active(), /ubuntu-24\.04/);
  await page.keyboard.press("ArrowLeft"); // folds it
  assert.equal(await requests().count(), 0);
  assert.equal(await images().first().getAttribute("aria-expanded"), "false");
  await page.keyboard.press("ArrowRight");
  assert.equal(await requests().count(), 2);
});

test("a built-in scenario is played, with its description", { timeout: 60_000 }, async () => {
  await server.send("GET", "/v2/images");
  page = await open(browser, server.url);
  const release = await hold("**/_fake/scenarios");
  await page.getByRole("button", { name: "Play a scenario" }).click();
  await page.locator("#play-filter").fill("in use, so three");
  release();
  const chosen = page.locator("#play-list :checked");
  await page.getByRole("radio", { name: /in-use-then-free/ }).check();
  assert.equal(await page.getByRole("radio").count(), 1);
  await page.locator("#play-filter").fill("throttle");
  assert.equal(await chosen.count(), 0); // what is hidden is not played
  await page.locator("#play-filter").fill("in use, so three");
  await page.getByRole("radio", { name: /in-use-then-free/ }).check();
  await has(page.locator("#play-list label:has(:checked)"), "A good client:");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await has(page.locator("#scenario"), "in-use-then-free");
  await has(page.locator("#announcer"), "Playing in-use-then-free.");
  await has(page.locator("#empty"), "No request has come yet"); // the journal is another one
});

test("a fault is added and removed; a mistake in it is shown", { timeout: 60_000 }, async () => {
  page = await open(browser, server.url);
  const dialog = page.getByRole("dialog", { name: "Add a fault" });
  await page.getByRole("button", { name: "Add a fault" }).click();
  await dialog.getByLabel("Operation").fill("delete_imag");
  await dialog.getByRole("button", { name: "Add" }).click();
  await has(dialog.getByRole("alert"), 'did you mean "delete_image"?');
  await dialog.getByLabel("Operation").fill("get_images");
  await dialog.locator("#fault-kind").selectOption("403");
  await dialog.getByLabel("Times").fill("0");
  await dialog.getByRole("button", { name: "Add" }).click();
  await has(page.locator("#faults li"), "answers 403; get_images");
  assert.equal((await server.send("GET", "/v2/images")).status, 403);
  await has(page.locator("#faults li"), "1, no end");
  await page.getByRole("button", { name: "Remove the fault injected[0]" }).click();
  await page.locator("#faults li", { hasText: "injected[0]" }).waitFor({ state: "detached" });
  assert.equal((await server.send("GET", "/v2/images")).status, 200);
});

test("the clock is advanced, and the scenario is reset", { timeout: 60_000 }, async () => {
  await server.send("DELETE", `/v2/images/${ubuntu}`);
  page = await open(browser, server.url);
  await page.getByRole("button", { name: "Advance the clock" }).click();
  await page.getByLabel("Advance by").fill("-1h");
  await page.getByRole("button", { name: "Advance", exact: true }).click();
  await has(page.locator("#clock-dialog .problem"), "not a negative one");
  await page.getByRole("button", { name: "24h" }).click();
  await page.getByRole("button", { name: "Advance", exact: true }).click();
  await has(page.locator("#clock"), "1 d ahead");
  await has(page.locator("#faults li"), "1 of 2");
  await page.getByRole("button", { name: "Reset…" }).click();
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await has(page.locator("#faults li"), "0 of 2");
  await has(page.locator("#empty"), "No request has come yet");
});

test("the journal is emptied on the page, too", { timeout: 60_000 }, async () => {
  await server.send("GET", "/v2/images");
  page = await open(browser, server.url);
  await has(requests(), "get_images");
  await server.send("DELETE", "/_fake/requests");
  await has(page.locator("#empty"), "No request has come yet");
  await server.send("DELETE", `/v2/images/${ubuntu}`);
  await has(requests(), "delete_image");
  assert.equal(await requests().count(), 1);
});

test("each sandbox has a page of its own, for as long as it is there", { timeout: 60_000 }, async () => {
  await server.send("POST", "/_fake/sandboxes", "{name: mine, names: one-image}");
  page = await open(browser, server.url);
  await page.getByRole("link", { name: "mine" }).click();
  await has(page.locator("#where"), "sandbox mine");
  await server.send("GET", "/v2/images");
  await server.send("DELETE", `/s/mine/v2/images/${ubuntu}`);
  await has(requests(), "delete_image");
  assert.equal(await requests().count(), 1);
  assert.equal(new URL(page.url()).pathname, "/s/mine/_fake/");
  await server.send("DELETE", "/_fake/sandboxes/mine");
  await has(page.locator("#link"), "Not connected");
  await server.send("POST", "/_fake/sandboxes", "{name: mine, names: demo}");
  await has(page.locator("#link"), "Live");
  await has(page.locator("#scenario"), "demo");
  await page.getByRole("link", { name: "default sandbox" }).click();
  await has(requests(), "get_images");
});

test("nothing that a request contains becomes markup", { timeout: 60_000 }, async () => {
  const evil = '"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
  const made = await server.send("POST", "/v2/images", JSON.stringify({ name: evil, tags: [evil] }), { "X-Evil": evil, "User-Agent": evil });
  await server.send("GET", `/v2/images/${JSON.parse(made.text).id}?a=${evil}`);
  await server.send("GET", `/v2/${evil}`);
  await server.send("POST", "/_fake/faults", JSON.stringify({ name: evil, times: 1, inject: { status: 503, body: evil, headers: { "X-A": evil } } }));
  await server.send("GET", "/v2/images");
  page = await open(browser, server.url);
  await requests().nth(3).waitFor();
  await has(page.locator("#images .row"), "<img src=x");
  await has(page.locator("#faults li"), "<script>");
  const n = await requests().count();
  assert.equal(n, 4);
  for (let i = 0; i < n; i++) {
    await requests().nth(i).click();
    await has(page.locator("#request-content"), "Answer");
    for (const summary of await page.locator("#request-content summary").all()) await summary.click();
    assert.equal(await page.locator("img, #request-content script, body script").count(), 0);
    await page.keyboard.press("Escape");
  }
  assert.equal(await page.evaluate(() => window.hacked), undefined);
});

test("why a changed scenario is not played is said until it is right, in sandboxes, too", { timeout: 60_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "page-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "mine.yaml");
  await writeFile(file, "description: As it was.");
  await server.stop();
  server = await start("--watch", file);
  await server.send("POST", "/_fake/sandboxes", "{name: other, names: one-image}");
  page = await open(browser, server.url);
  await has(page.locator("#description"), "As it was.");
  const problem = page.getByRole("alert");
  assert.equal(await problem.count(), 0); // it is not shown

  await writeFile(`${file}.new`, "description: <b>Wrong.</b>\nfault: []");
  await rename(`${file}.new`, file);
  await has(problem, "The scenario has changed, but the earlier one goes on");
  await has(problem, 'mine.yaml:2:1: unknown key "fault" (did you mean "faults"?)');
  assert.equal(await text(page.locator("#description")), "As it was.");
  const other = await open(browser, `${server.url}/s/other`);
  await has(other.getByRole("alert"), "mine.yaml:2:1");
  assert.deepEqual(other.errors, []);
  await other.close();

  await writeFile(file, "description: Right again.");
  await has(page.locator("#description"), "Right again.");
  await problem.waitFor({ state: "detached" });
});

test("with a token for control calls, the page works once the browser has asked for it", { timeout: 60_000 }, async () => {
  await server.stop();
  server = await start("--control-token", "sesame", "flaky-then-ok");
  const token = { Authorization: "Bearer sesame" };
  await server.send("POST", "/_fake/sandboxes", "{name: mine, names: one-image}", token);
  assert.equal((await server.send("GET", "/_fake/")).status, 401);
  page = await open(browser, server.url, { httpCredentials: { username: "anyone", password: "sesame" } });
  await server.send("DELETE", `/v2/images/${ubuntu}`);
  await has(requests(), "flaky-delete 1/2");
  await page.getByRole("button", { name: "Reset…" }).click();
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await has(page.locator("#faults li"), "0 of 2");
  await page.getByRole("link", { name: "mine" }).click();
  await has(page.locator("#where"), "sandbox mine");
  await has(page.locator("#link"), "Live");
  await server.send("DELETE", `/s/mine/v2/images/${ubuntu}`);
  await has(requests(), "204");
  await page.getByRole("button", { name: "Advance the clock" }).click();
  await page.getByRole("button", { name: "Advance", exact: true }).click();
  await has(page.locator("#clock"), "1 min ahead");
});

test("reset comes back to what the server started with", { timeout: 60_000 }, async () => {
  await server.send("PUT", "/_fake/scenario?name=empty");
  page = await open(browser, server.url);
  await has(page.locator("#scenario"), "empty");
  await page.getByRole("button", { name: "Reset…" }).click();
  await has(page.getByRole("dialog"), "What it started with starts again");
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await has(page.locator("#scenario"), "flaky-then-ok");
});
