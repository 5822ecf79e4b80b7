// A server of fakeglance, and a browser that looks at its page.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { chromium } from "playwright-core";

// start starts a server with scenarios and flags, and returns its URL and how to stop it.
export async function start(...args) {
  const child = spawn(process.env.BINARY, ["--listen", "127.0.0.1:0", "--log", "off", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const url = await new Promise((found, failed) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const begin = "fakeglance: listening on ";
      if (line.startsWith(begin)) found(line.slice(begin.length));
    });
    child.on("exit", (code) => failed(new Error(`the server ended with ${code}`)));
  });
  const send = async (method, path, body, headers = {}) => {
    const answer = await fetch(url + path, { method, body, headers: { "X-Auth-Token": "t", Accept: "application/json", ...headers } });
    return { status: answer.status, text: await answer.text() };
  };
  const stop = () => new Promise((done) => {
    child.removeAllListeners("exit");
    child.on("exit", done);
    child.kill();
  });
  return { url, send, stop };
}

export function launch() {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

// open opens the page of a server or a sandbox. Whatever goes wrong in it is in errors.
export async function open(browser, url, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, ...options });
  page.setDefaultTimeout(15_000);
  page.errors = [];
  page.asked = [];
  page.on("pageerror", (error) => page.errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) page.errors.push(message.text());
  });
  page.on("dialog", (dialog) => {
    page.errors.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => page.asked.push(request.url()));
  await page.goto(`${url}/_fake/`);
  await page.locator('#link[data-state="live"]').waitFor();
  return page;
}
