// The same modules in a real browser: a good bundle, one with a flipped byte, and how long a bundle of forty
// records and more takes. The time is printed, not judged: machines differ.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import test from "node:test";
import { chromium } from "playwright-core";
import { file, vectors } from "./shared.mjs";

const BROWSER = process.env.SHISU_TEST_CHROMIUM ?? "/usr/bin/chromium";
const TYPES = { ".js": "text/javascript", ".html": "text/html", ".json": "application/json" };
const PAGE = "<!doctype html><meta charset=utf-8><title>verify</title>";
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'";
const ROUNDS = 5;

/** A server of the static files, as strict as the pages' own will be: scripts from itself only. */
async function served(run) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    const headers = { "content-security-policy": POLICY };
    if (path === "/") return response.writeHead(200, { ...headers, "content-type": "text/html" }).end(PAGE);
    const from = file(path.slice(1));
    const isStatic = /^\/static\/(?:verify|vendor)\/[\w-]+\.js$/.test(path) && existsSync(from);
    if (!isStatic) return response.writeHead(404, headers).end();
    response.writeHead(200, { ...headers, "content-type": TYPES[extname(path)] });
    return response.end(readFileSync(from));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  try {
    return await run(`http://127.0.0.1:${server.address().port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function browsed(run) {
  const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  const args = [...quiet, "--disable-component-update", "--disable-sync", "--no-sandbox"];
  const browser = await chromium.launch({ executablePath: BROWSER, args });
  try {
    return await served(async (address) => {
      const page = await browser.newPage();
      const complaints = [];
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(String(error)));
      await page.goto(address);
      const result = await run(page);
      assert.deepEqual(complaints, []);
      return result;
    });
  } finally {
    await browser.close();
  }
}

/** In the page: verifies a bundle some times; what came of it, and how long each took. */
async function inPage({ bundle, policy, now, native, rounds }) {
  const loading = performance.now();
  const { verifyBundle, nativeIsSound } = await import("/static/verify/index.js");
  const loaded = performance.now() - loading;
  const bytes = new TextEncoder().encode(bundle);
  const times = [];
  let outcome;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    outcome = await verifyBundle(bytes, policy, { now, native });
    times.push(performance.now() - start);
  }
  const { ok, firstFailure, checked } = outcome;
  return { ok, firstFailure, checked, loaded, times, isNative: await nativeIsSound() };
}

const { policies, good } = vectors("bundles");
const chicken = good.find(({ name }) => name === "chicken");
const asked = (native, bundle = chicken.bundle) => ({
  ...{ bundle, native, rounds: ROUNDS },
  ...{ policy: policies[chicken.policy], now: chicken.now },
});
const shown = (times) => times.map((time) => `${time.toFixed(0)} ms`).join(", ");

test("Chromium verifies a bundle of forty records and more", async (context) => {
  for (const native of [true, false]) {
    const found = await browsed((page) => page.evaluate(inPage, asked(native)));
    assert.equal(found.firstFailure, undefined);
    assert.equal(found.ok, true);
    const { count } = found.checked.find(({ code }) => code === "signatures");
    assert.ok(count >= 40);
    const how = native && found.isNative ? "its own Ed25519" : "@noble/ed25519";
    context.diagnostic(`${count} records with ${how}: loaded in ${found.loaded.toFixed(0)} ms, then ${shown(found.times)}`);
  }
});

test("Chromium names the first thing that fails in a bundle with a flipped byte", async () => {
  const half = Math.floor(chicken.bundle.length / 2);
  const other = chicken.bundle[half] === "A" ? "B" : "A";
  const damaged = chicken.bundle.slice(0, half) + other + chicken.bundle.slice(half + 1);
  const found = await browsed((page) => page.evaluate(inPage, asked(true, damaged)));
  assert.equal(found.ok, false);
  assert.equal(found.firstFailure.code, "bundle_damaged");
  assert.match(found.firstFailure.zh, /摘要不符/);
});
