// The device's storage in a real browser: its own key, which nothing reads, and numbers that two tabs never share.
import assert from "node:assert/strict";
import test from "node:test";
import { withPage } from "./pictures/browser.mjs";

const TAKEN = 40;

/** In the page: makes a key, or finds the one that is there; what of it can be read. */
async function keyInPage() {
  const { Database } = await import("/static/workbench/db.js");
  const { makeKey, signerOf } = await import("/static/workbench/keys.js");
  const { accepts } = await import("/static/verify/ed25519.js");
  const db = await Database.open();
  const key = (await db.all("keys"))[0] ?? (await makeKey(db));
  const message = new TextEncoder().encode("示例");
  const signature = await signerOf(key).sign(message);
  const read = key.privateKey && (await crypto.subtle.exportKey("pkcs8", key.privateKey).catch((error) => error.name));
  return { kid: key.kid, how: key.how, read, isGood: await accepts(key.publicKey, message, signature) };
}

/** In the page: takes numbers as fast as it can. */
async function numbersInPage({ kid, count }) {
  const { Database } = await import("/static/workbench/db.js");
  const { reserve, uuidv7 } = await import("/static/workbench/feed.js");
  const db = await Database.open();
  const draft = { type: "sell", body: { channel: "consumer", sold_on: "2026-11-22" } };
  const who = { kid, log: "zhejiang.example/log", party: "91310118MA1J000224" };
  const take = () => reserve(db, draft, who, { op_id: uuidv7(Date.now()), seconds: 1, nowMs: Date.now() });
  return (await Promise.all(Array.from({ length: count }, take))).map(({ seq }) => seq);
}

test("Chromium keeps a key of its own over a reload, and lets nobody read it", async () => {
  await withPage(async (page) => {
    const made = await page.evaluate(keyInPage);
    assert.deepEqual([made.how, made.read, made.isGood], ["webcrypto", "InvalidAccessError", true]);
    await page.reload();
    assert.deepEqual(await page.evaluate(keyInPage), made);
  });
});

test("two tabs that take numbers at the same time never get the same one", async () => {
  await withPage(async (page) => {
    const other = await page.context().newPage();
    await other.goto(page.url());
    const both = await Promise.all([page, other].map((tab) => tab.evaluate(numbersInPage, { kid: "k", count: TAKEN })));
    const numbers = both.flat().sort((a, b) => a - b);
    assert.deepEqual(numbers, Array.from({ length: 2 * TAKEN }, (_, at) => at + 1));
  });
});
