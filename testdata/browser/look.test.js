// How the page looks and reads: at all widths, in both themes, to a screen reader,
// and with a long journal.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, open, start } from "./server.js";

let browser;
let server;
before(async () => {
  browser = await launch();
  server = await start("demo");
});
after(async () => {
  await browser.close();
  await server.stop();
});

// work is what a small job does: each answer that DELETE gives, and a few faults.
async function work() {
  const [ubuntu, golden, rocky, windows] = ["4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90", "7b1d5f0e-93a2-4c6b-8f27-51e0c9d4a6b8", "c2f8a9d3-1e47-4b5a-9d60-7f3b2e8c1a54", "15d3e7a8-c40b-4f92-a6d5-e8b9f2c07361"];
  await server.send("PUT", "/_fake/scenario?name=demo&name=flaky-then-ok");
  await server.send("POST", "/_fake/faults", "{name: front-page, match: {operation: get_images}, times: 1, inject: {status: 502, hop: lb}}");
  await server.send("POST", "/_fake/faults", "{name: slow-token, match: {operation: create_token}, times: 3, inject: {delay: 200ms}}");
  for (const name of ["pay-test", "nightly"]) {
    await server.send("DELETE", `/_fake/sandboxes/${name}`);
    await server.send("POST", "/_fake/sandboxes", `{name: ${name}, names: flaky-then-ok}`);
  }
  const password = { user: { name: "ann", password: "any", domain: { id: "default" } } };
  await server.send("POST", "/v3/auth/tokens", JSON.stringify({ auth: { identity: { methods: ["password"], password } } }), { "Content-Type": "application/json" });
  await server.send("GET", "/v2/images");
  await server.send("GET", "/v2/images");
  for (const id of [ubuntu, ubuntu, ubuntu, ubuntu, golden, rocky, windows]) await server.send("DELETE", `/v2/images/${id}`);
  for (const id of [ubuntu, golden]) await server.send("GET", `/v2/images/${id}`);
}

test("it fits every width, and its pictures are taken", { timeout: 120_000 }, async () => {
  await work();
  for (const [width, height, colorScheme] of [[360, 800, "light"], [800, 1000, "dark"], [1440, 900, "light"], [2200, 1100, "dark"]]) {
    const page = await open(browser, server.url, { viewport: { width, height }, colorScheme });
    await page.locator("#timeline .row.request").nth(4).waitFor();
    await page.locator("#sandboxes a").first().waitFor();
    const overflow = () => page.evaluate(() => document.scrollingElement.scrollWidth - innerWidth);
    assert.ok(await overflow() <= 0, `at ${width} it is ${await overflow()} too wide`);
    const picture = async (name) => {
      if (process.env.SCREENSHOTS && width < 2000) await page.screenshot({ path: `${import.meta.dirname}/page-${width}${name}.png` });
    };
    await picture("");
    for (const button of ["Play a scenario", "Add a fault", "Advance the clock", "Reset…"]) {
      await page.getByRole("button", { name: button }).click();
      const box = await page.locator("dialog[open]").boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= height, `at ${width} the dialog of ${button} is at ${JSON.stringify(box)}`);
      await page.keyboard.press("Escape");
    }
    await page.locator("#timeline .row.request", { hasText: "delete_image" }).first().click();
    await page.locator("#request-content summary").click();
    if (width === 1440) await picture("-request");
    assert.ok(await overflow() <= 0);
    assert.deepEqual(page.errors, []);
    await page.close();
  }
});

test("text can be read in both themes", { timeout: 60_000 }, async () => {
  await work();
  for (const colorScheme of ["light", "dark"]) {
    const page = await open(browser, server.url, { colorScheme });
    await page.locator("#timeline .row.request").nth(4).waitFor();
    await page.locator("#faults li").nth(2).waitFor();
    const bad = await page.evaluate(() => {
      const rgb = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
      const light = ([r, g, b]) => [r, g, b].map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const ground = (e) => {
        for (; e; e = e.parentElement) {
          const [r, g, b, a = 1] = rgb(getComputedStyle(e).backgroundColor);
          if (a === 1) return [r, g, b];
        }
        return [255, 255, 255];
      };
      const bad = [];
      for (const e of document.querySelectorAll("body *")) {
        if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || !e.checkVisibility() || e.closest(".unseen, :disabled")) continue;
        const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
        const contrast = (a + 0.05) / (b + 0.05);
        if (contrast < 4.5) bad.push(`${e.className || e.tagName} "${e.textContent.slice(0, 30)}": ${contrast.toFixed(2)}`);
      }
      return bad;
    });
    assert.deepEqual(bad, [], colorScheme);
    await page.close();
  }
});

test("a screen reader finds its way", { timeout: 60_000 }, async () => {
  await work();
  const page = await open(browser, server.url);
  await page.locator("#timeline .row.request").nth(4).waitFor();
  await page.getByRole("button", { name: "Remove the fault front-page" }).waitFor();
  const tree = await page.locator("body").ariaSnapshot();
  for (const part of ["- banner:", "- main", "- complementary \"State of the server\":", "- contentinfo:", "heading \"fakeglance\" [level=1]", "heading \"Requests\" [level=2]", "heading \"Images\" [level=2]", "treegrid \"Requests\"", "searchbox \"Show only requests that contain this text\"", "button \"Remove the fault front-page\""]) {
    assert.ok(tree.includes(part), `${part} is not in\n${tree}`);
  }
  const row = page.locator("#timeline .row.image", { hasText: "ubuntu-24.04" });
  assert.equal(await row.getAttribute("aria-level"), "1");
  assert.equal(await row.getAttribute("aria-expanded"), "true");
  assert.match(await row.textContent(), /deleted 5 requests, 2 with an injected fault/);
  const nameless = await page.evaluate(() => [...document.querySelectorAll("button, input, select, textarea, a, [tabindex]")]
    .filter((e) => !e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby") && !e.textContent.trim() && !e.labels?.length).map((e) => e.outerHTML));
  assert.deepEqual(nameless, []);
  await page.locator("#counts", { hasText: "12 requests" }).waitFor(); // these are no news
  await server.send("DELETE", "/v2/images/4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90");
  await page.getByRole("status").filter({ hasText: "DELETE delete_image: 404." }).waitFor();
  await page.close();
});

test("10,000 requests scroll without stutter", { timeout: 180_000 }, async (t) => {
  await server.send("PUT", "/_fake/scenario?name=one-image");
  const paths = Array.from({ length: 100 }, (_, i) => `/v2/images/4ca46bf1-5c61-48ff-b4f3-${String(i).padStart(12, "0")}`);
  await Promise.all(Array.from({ length: 20 }, async (_, worker) => {
    for (let i = 0; i < 500; i++) await server.send("GET", paths[(worker * 500 + i) % paths.length]);
  }));
  const begin = performance.now();
  const page = await open(browser, server.url);
  await page.locator("#counts", { hasText: "10,000 requests" }).waitFor();
  t.diagnostic(`shown ${Math.round(performance.now() - begin)} ms after the page was asked for`);
  // Smoothly, as with a fast wheel, and in leaps, as by dragging the bar: then each
  // frame draws other rows.
  // The measure is the time of the processor, as others may use it, too.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async () => (await devtools.send("Performance.getMetrics")).metrics.find((m) => m.name === "TaskDuration").value * 1000;
  for (const [order, way, step] of [["image", "smoothly", 100], ["image", "in leaps", 1000], ["arrival", "smoothly", 100], ["arrival", "in leaps", 1000]]) {
    await page.locator("#order").selectOption(order);
    const before = await busy();
    const { frames, rows, last } = await page.evaluate(async (step) => {
      const list = document.getElementById("timeline");
      const frame = () => new Promise(requestAnimationFrame);
      const frames = [];
      let rows = 0;
      list.scrollTop = 0;
      let before = await frame();
      for (let i = 0; i < 200; i++) {
        list.scrollTop += step;
        const now = await frame();
        frames.push(now - before);
        before = now;
        rows = Math.max(rows, list.querySelectorAll(".row").length);
      }
      list.scrollTop = list.scrollHeight;
      await frame();
      await frame();
      return { frames: frames.sort((a, b) => a - b), rows, last: [...list.querySelectorAll(".row")].some((row) => row.getAttribute("aria-rowindex") === list.getAttribute("aria-rowcount")) };
    }, step);
    const perFrame = (await busy() - before) / frames.length;
    t.diagnostic(`by ${order}, ${way}: ${rows} rows at once; a frame takes ${perFrame.toFixed(1)} ms of the processor, and comes after ${Math.round(frames[frames.length / 2])} ms`);
    assert.ok(rows < 100, `${rows} rows are drawn`);
    assert.ok(last, "the last row is not in view");
    // Without a graphics card most of it is painting.
    assert.ok(perFrame < 33, `${way}, a frame takes ${perFrame} ms: fewer than 30 in a second`);
  }
  // They go on scrolling while others come.
  await page.locator("#timeline").evaluate((list) => {
    list.scrollTop = list.scrollHeight / 2;
  });
  await page.locator("#order").selectOption("arrival");
  const first = () => page.locator("#timeline").evaluate((list) => [...list.querySelectorAll(".row")].find((row) => row.getBoundingClientRect().top >= list.getBoundingClientRect().top).dataset.key);
  const held = await first();
  await server.send("GET", "/v2/images");
  await page.locator("#counts", { hasText: "10,001" }).waitFor();
  assert.equal(await first(), held);
  assert.deepEqual(page.errors, []);
  await page.close();
});
