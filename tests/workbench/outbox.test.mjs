// The outbox against a real server, over a network that fails in every way that networks fail.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { CHAIN, LOG, Ledger, all, harvest, info, sendAll, states } from "./ledger.mjs";
import { Network } from "./proxy.mjs";
import { codeOf, workbench } from "./common.mjs";

const drafts = await workbench("drafts");
const { Outbox } = await workbench("outbox");
const { maySignAgain } = await workbench("again");
const { Database } = await workbench("db");
const { Server } = await workbench("api");
const { Clock } = await workbench("clock");
const { reserve, uuidv7 } = await workbench("feed");
const joining = await workbench("joining");

const DAY_MS = 86_400_000;
const FLUSH_MS_MAX = 10_000;

let ledger;
let network;
before(async () => {
  ledger = await Ledger.begin();
  network = await Network.before(ledger.url);
});
after(async () => {
  network?.close();
  await ledger?.end();
});

const through = (name, options = {}) => ledger.device(name, "clerk", { base: network.url, ...options });
const seqsOf = async (device) => {
  await joining.signIn(device.server, device.signer, LOG, "token");
  return (await joining.feedOf(device.server, device.who.kid)).seq;
};

test("what is said without a network is kept, and sent in order when it is back", async () => {
  const phone = await through("farm");
  network.isDown = true;
  for (let i = 0; i < 5; i += 1) await phone.outbox.add(harvest(), phone.who);
  await phone.outbox.flush();
  assert.deepEqual(await states(phone), all("sent", 5));
  assert.equal(phone.outbox.trouble.code, "unreachable");
  network.isDown = false;
  await sendAll(phone);
  const items = await phone.outbox.items();
  assert.deepEqual(items.map(({ state }) => state), all("accepted", 5));
  assert.deepEqual(items.map(({ seq }) => seq), [1, 2, 3, 4, 5]);
  const indexes = items.map(({ index }) => index);
  assert.deepEqual(indexes, [...indexes].sort((a, b) => a - b));
  assert.equal(phone.outbox.trouble, null);
  // Those that were signed before any receipt name no predecessor; the next one does.
  assert.ok(items.every(({ claims }) => claims.prev === null));
  const next = await phone.outbox.add(harvest(), phone.who);
  assert.equal(next.claims.prev, items[4].id);
});

test("two hundred queued handovers are recorded within ten seconds, in order", async (context) => {
  const phone = await through("farm");
  for (let i = 0; i < 200; i += 1) await phone.outbox.add(harvest(), phone.who);
  const start = performance.now();
  await phone.outbox.flush();
  const took = performance.now() - start;
  assert.deepEqual(await states(phone), all("accepted", 200));
  const indexes = (await phone.outbox.items()).map(({ index }) => index);
  assert.deepEqual(indexes, [...indexes].sort((a, b) => a - b));
  context.diagnostic(`200 records in ${took.toFixed(0)} ms`);
  assert.ok(took < FLUSH_MS_MAX, `${took} ms`);
});

test("a connection that is lost before, in or after the answer records nothing twice", async () => {
  const phone = await through("farm");
  const faults = [{ cut: "before" }, { answerBytes: 0 }, { answerBytes: 1 }, { answerBytes: 700 }, { answerBytes: 2500 }];
  for (const fault of faults) {
    await phone.outbox.add(harvest(), phone.who);
    network.faults.push(fault);
    await phone.outbox.flush();
    phone.outbox.notBefore = 0;
  }
  await phone.outbox.add(harvest(), phone.who);
  await sendAll(phone);
  assert.equal(network.faults.length, 0);
  assert.deepEqual(await states(phone), all("accepted", 6));
  const indexes = new Set((await phone.outbox.items()).map(({ index }) => index));
  assert.equal(indexes.size, 6);
  assert.equal(await seqsOf(phone), 6);
});

test("the same receipt handed in five times at once has one index", async () => {
  const phone = await through("farm");
  const { text } = await phone.outbox.add(harvest(), phone.who);
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => ledger.submit(text)));
  assert.equal(new Set(outcomes.map(({ index }) => index)).size, 1);
  assert.deepEqual(outcomes.map(({ outcome }) => outcome).sort(), ["accepted", ...all("duplicate", 4)]);
  await phone.outbox.flush();
  assert.equal((await phone.outbox.items())[0].index, outcomes[0].index);
});

for (const status of [503, 429]) {
  test(`after ${status} nothing is sent before the server's Retry-After`, async () => {
    const phone = await through("farm");
    await phone.outbox.add(harvest(), phone.who);
    const problem = JSON.stringify({ code: "overloaded", detail: { zh: "请稍后再试", en: "come back later" } });
    const headers = { "retry-after": "2", "content-type": "application/problem+json" };
    network.faults.push({ instead: { status, headers, body: problem } });
    const seen = network.seen.length;
    await phone.outbox.flush();
    assert.equal(phone.outbox.trouble.zh, "请稍后再试");
    await phone.outbox.flush();
    await phone.outbox.flush();
    assert.equal(network.seen.length, seen + 1, "the server was left alone");
    const wait = phone.outbox.notBefore - phone.clock.now();
    assert.ok(wait > 1500 && wait <= 3000, `${wait} ms`);
    await sendAll(phone);
    assert.deepEqual(await states(phone), ["accepted"]);
  });
}

test("a server that takes less at a time is sent less at a time", async () => {
  const phone = await through("farm");
  for (let i = 0; i < 9; i += 1) await phone.outbox.add(harvest(), phone.who);
  network.faults.push({ instead: { status: 413 } }, { instead: { status: 413 } });
  const seen = network.seen.length;
  await sendAll(phone);
  assert.deepEqual(await states(phone), all("accepted", 9));
  assert.deepEqual(network.seen.slice(seen), [9, 9, 7, 2]);
});

test("an answer that is none, and a receipt that does not hold, count as no answer", async () => {
  const phone = await through("farm");
  await phone.outbox.add(harvest(), phone.who);
  const other = (await phone.outbox.items())[0];
  const lie = { line: 1, outcome: "accepted", index: 7, size: 8, receipt: "c2sp.org/tlog-proof@v1\nindex 7\n\nnothing\n" };
  for (const body of ["<html>sign in to this network</html>", `${JSON.stringify(lie)}\n`]) {
    network.faults.push({ instead: { status: 200, headers: { "content-type": "text/html" }, body } });
    await phone.outbox.flush();
    assert.deepEqual(await states(phone), ["sent"]);
    phone.outbox.notBefore = 0;
  }
  assert.equal(phone.outbox.trouble.code, "receipt_wrong");
  const [held] = await phone.outbox.items();
  assert.deepEqual([held.held, held.wrongReceipt.text], ["receipt_wrong", lie.receipt]);
  assert.match(Outbox.words(held).why.zh, /回执核验不符/);
  await sendAll(phone);
  const [item] = await phone.outbox.items();
  assert.deepEqual([item.held, item.wrongReceipt.text], [null, lie.receipt]);
  assert.equal(item.state, "accepted");
  assert.notEqual(item.index, 7);
  assert.equal(item.id, other.id);
});

test("two tabs give out no number twice, and send nothing twice", async () => {
  const first = await through("farm");
  const db = await Database.open({ name: first.name });
  const parts = { db, server: first.server, clock: first.clock, policy: ledger.policy, locks: null };
  const second = { ...first, outbox: new Outbox(parts) };
  const adds = Array.from({ length: 40 }, (_, i) => (i % 2 ? first : second).outbox.add(harvest(), first.who));
  await Promise.all(adds);
  await Promise.all([first.outbox.flush(), second.outbox.flush()]);
  await sendAll(first);
  const items = await first.outbox.items();
  assert.deepEqual(items.map(({ seq }) => seq), Array.from({ length: 40 }, (_, i) => i + 1));
  assert.deepEqual(await states(first), all("accepted", 40));
  assert.equal(new Set(items.map(({ index }) => index)).size, 40);
  assert.equal(await seqsOf(first), 40);
});

test("with locks one tab sends, and the other leaves it to it", async () => {
  let holder = 0;
  const locks = {
    request: async (_name, { ifAvailable }, work) => {
      assert.ok(ifAvailable);
      if (holder > 0) return work(null);
      holder += 1;
      try {
        return await work({});
      } finally {
        holder -= 1;
      }
    },
  };
  const first = await through("farm", { locks });
  const second = new Outbox({ ...first.outbox, db: await Database.open({ name: first.name }), locks });
  await first.outbox.add(harvest(), first.who);
  const seen = network.seen.length;
  await Promise.all([first.outbox.flush(), second.flush()]);
  assert.equal(network.seen.length, seen + 1);
  assert.deepEqual(await states(first), ["accepted"]);
});

test("a button that is pressed twice says a thing once", async () => {
  const phone = await through("farm");
  const op_id = uuidv7(Date.now());
  const said = harvest();
  const [one, two] = await Promise.all([1, 2].map(() => phone.outbox.add(said, phone.who, { op_id })));
  assert.equal(one.seq, two.seq);
  assert.equal((await phone.outbox.items()).length, 1);
});

test("what was written down when the page was closed is signed at the next opening, with the same number", async () => {
  const phone = await through("farm");
  const what = { op_id: uuidv7(Date.now()), seconds: phone.clock.seconds(), nowMs: Date.now() };
  const item = await reserve(phone.db, harvest(), phone.who, what);
  assert.equal(item.text, null);
  phone.db.close();
  const db = await Database.open({ name: phone.name });
  const again = { ...phone, outbox: new Outbox({ ...phone.outbox, db, locks: null }) };
  await sendAll(again);
  const [sent] = await again.outbox.items();
  assert.deepEqual([sent.state, sent.seq, sent.op_id], ["accepted", item.seq, item.op_id]);
});

test("a draft that is no record is refused at once, and leaves no more than a gap in the numbers", async () => {
  const phone = await through("farm");
  const wrong = drafts.create("harvest", [{ lot: "批次一", quantity: "10", uom: "KGM", info: info() }]);
  assert.equal(await codeOf(() => phone.outbox.add(wrong, phone.who)), "malformed");
  assert.deepEqual(await states(phone), []);
  await phone.outbox.add(harvest(), phone.who);
  await sendAll(phone);
  assert.deepEqual((await phone.outbox.items()).map(({ state, seq }) => [state, seq]), [["accepted", 2]]);
});

test("a device that is not approved yet keeps what it says, and sends it once it is", async () => {
  let agoMs = 0;
  const phone = await through("farm", { approved: false, now: () => Date.now() - agoMs });
  const saidBefore = async (ms) => {
    agoMs = ms;
    // As on a phone that nobody told the time by then.
    [phone.clock.aheadMs, phone.clock.serverMs] = [null, null];
    await phone.outbox.add(harvest(), phone.who);
    agoMs = 0;
  };
  await saidBefore(0);
  await phone.outbox.flush();
  const [item] = await phone.outbox.items();
  assert.equal(item.state, "pending");
  assert.match(Outbox.words(item).why.zh, /尚未获批准/);
  // What was signed hours before somebody came to approve counts as well.
  await saidBefore(5 * 3_600_000);
  await ledger.approve(phone.who.kid);
  await sendAll(phone);
  assert.deepEqual(await states(phone), ["accepted", "accepted"]);

  // What is older than its key can be is refused for good, and said to be: nobody waits for an approval that was given.
  await saidBefore(3 * DAY_MS);
  await sendAll(phone);
  const old = (await phone.outbox.items()).at(-1);
  assert.deepEqual([old.state, old.refusal.code, maySignAgain(old, [old])], ["refused", "key_not_yet_valid", true]);
  await phone.outbox.signAgain(old.op_id);
  await sendAll(phone);
  assert.equal((await phone.outbox.items()).at(-1).state, "accepted");
});

test("a key that is revoked while the phone is offline: what it said is refused, and nothing is hidden", async () => {
  const phone = await through("shop");
  const said = drafts.inspect({ mode: "self_check", at: phone.clock.seconds(), passed: true }, [`site/${CHAIN.shop.site}`]);
  await phone.outbox.add(said, phone.who);
  await ledger.register(joining.revoke(phone.who.kid, "lost"));
  await sendAll(phone);
  const [item] = await phone.outbox.items();
  assert.equal(item.state, "refused");
  assert.equal(item.refusal.code, "key_revoked");
  assert.match(Outbox.words(item).why.zh, /吊销/);
  assert.equal(maySignAgain(item, [item]), false);
  assert.ok(item.text, "what was signed can still be shown");
});

test("a clock a day ahead: the first record says so, the next ones have the right time", async () => {
  const phone = await through("farm", { now: () => Date.now() + DAY_MS });
  // Joining has compared the clocks: this phone has not spoken to anybody yet.
  phone.clock.aheadMs = null;
  await phone.outbox.add(harvest(), phone.who);
  await sendAll(phone);
  const [item] = await phone.outbox.items();
  assert.deepEqual([item.state, item.refusal.code], ["refused", "clock_ahead"]);
  assert.deepEqual([phone.clock.words().code, phone.clock.words().zh], ["ahead", "手机时间快了1天，请在系统设置中校准"]);
  assert.ok(maySignAgain(item, [item]));
  const again = await phone.outbox.signAgain(item.op_id);
  assert.equal((await phone.outbox.signAgain(item.op_id)).op_id, again.op_id);
  await phone.outbox.add(harvest(), phone.who);
  await sendAll(phone);
  assert.deepEqual(await states(phone), ["refused", "accepted", "accepted"]);
  const late = (await phone.outbox.items()).map(({ claims }) => claims.iat - Date.now() / 1000);
  assert.ok(late[0] > 80_000 && Math.abs(late[1]) < 60 && Math.abs(late[2]) < 60, late.join());
  await phone.outbox.giveUp(item.op_id);
  assert.deepEqual(await states(phone), ["accepted", "accepted"]);
  assert.equal(await codeOf(() => phone.outbox.giveUp(again.op_id)), "op_not_refused");
});

test("what relies on a refused record is signed again with it, in one go, and names the new one; nothing in it lies ahead", async () => {
  const phone = await through("farm", { now: () => Date.now() + DAY_MS });
  [phone.clock.aheadMs, phone.clock.serverMs] = [null, null];
  const made = await phone.outbox.add(harvest(), phone.who);
  const credit = { record: made.id, n: 1, lot: made.claims.moves[0].lot, uom: "KGM" };
  const today = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 10);
  const sale = (quantity) => drafts.sell([{ of: credit, quantity }], { channel: "consumer", sold_on: today(phone.clock.now()) });
  const sales = [await phone.outbox.add(sale("1"), phone.who), await phone.outbox.add(sale("2"), phone.who)];
  await sendAll(phone);
  const items = await phone.outbox.items();
  assert.deepEqual(items.map(({ state }) => state), all("refused", 3));
  assert.ok(items.every((item) => maySignAgain(item, items)));
  // Whichever is pressed: those that it hangs together with come along.
  const again = await phone.outbox.signAgain(sales[0].op_id);
  assert.equal(again.replaces, sales[0].op_id);
  await sendAll(phone);
  const anew = (await phone.outbox.items()).filter(({ replaces }) => replaces);
  assert.deepEqual(anew.map(({ state, claims }) => [state, claims.type]), [["accepted", "create"], ["accepted", "sell"], ["accepted", "sell"]]);
  assert.deepEqual(anew.slice(1).map(({ claims }) => claims.moves[0].of[0]), all(anew[0].id, 2));
  assert.ok(anew.slice(1).every(({ claims }) => claims.body.sold_on <= today(Date.now() + 60_000)));
  const { refused, accepted } = await phone.outbox.counts();
  assert.deepEqual([refused, accepted], [0, 3], "what was signed again counts once");
});

test("what a key signed that was ended meanwhile is signed again by the device's new key", async () => {
  const phone = await through("shop");
  const said = drafts.inspect({ mode: "self_check", at: phone.clock.seconds(), passed: true }, [`site/${CHAIN.shop.site}`]);
  const { op_id } = await phone.outbox.add(said, phone.who);
  await ledger.register(joining.revoke(phone.who.kid, "replaced"));
  await sendAll(phone);
  const item = (await phone.outbox.items())[0];
  assert.equal(item.refusal.code, "key_revoked");
  assert.equal(maySignAgain(item, [item], { kid: item.kid, party: CHAIN.shop.party }), false);
  const { makeKey, signerOf } = await workbench("keys");
  const signer = signerOf(await makeKey(phone.db, {}));
  const { code } = await joining.invite(ledger.desk, { party: CHAIN.shop.party, sites: [CHAIN.shop.site], role: "clerk", label: "新手机" });
  await joining.join(phone.server, joining.readCode(code), signer);
  await ledger.approve(signer.kid);
  assert.equal(maySignAgain(item, [item], { kid: signer.kid, party: CHAIN.shop.party }), true);
  assert.equal(maySignAgain(item, [item], { kid: signer.kid, party: CHAIN.farm.party }), false, "for another party it says nothing");
  await phone.outbox.signAgain(op_id, signer.kid);
  await sendAll(phone);
  const made = (await phone.outbox.items()).find(({ replaces }) => replaces === op_id);
  assert.deepEqual([made.state, made.kid], ["accepted", signer.kid]);
});

test("a clock a day behind is told of, and corrected as soon as the server was heard", async () => {
  const phone = await through("farm", { now: () => Date.now() - DAY_MS });
  assert.equal(phone.clock.words().code, "behind");
  await phone.outbox.add(harvest(), phone.who);
  await sendAll(phone);
  const [item] = await phone.outbox.items();
  assert.equal(item.state, "accepted");
  assert.ok(Math.abs(item.claims.iat - Date.now() / 1000) < 60);
});

test("an offset of an earlier session is not used once the clock may have been set right; a clock that cannot be compared is told", () => {
  const T = 1_795_312_800_000;
  const HOUR_MS = 3_600_000;
  const opened = (now, mark) => {
    const clock = new Clock({ now: () => now, steady: () => 0 });
    clock.remember(mark);
    return [Math.round((clock.seconds() * 1000 - T) / HOUR_MS), clock.words().code];
  };
  const ahead = new Clock({ now: () => T + DAY_MS, steady: () => 0 });
  ahead.observe(new Date(T).toUTCString(), T + DAY_MS);
  const mark = ahead.mark();
  assert.ok(Math.abs(mark.aheadMs - DAY_MS) <= 1000 && mark.serverMs === T, JSON.stringify(mark));
  // Set right, as the page asks: nothing is taken off what is right now.
  assert.deepEqual(opened(T + HOUR_MS, mark), [1, "unknown"]);
  // Still a day ahead, or a day later: nobody can say which without a server, so it is asked to be looked at.
  assert.deepEqual(opened(T + DAY_MS + HOUR_MS, mark), [25, "unsure"]);
  // It shows less than the server did before: that one is surely behind, and by as much as it was; or it is at least as late as it was then.
  assert.deepEqual(opened(T - DAY_MS + HOUR_MS, { aheadMs: -DAY_MS, serverMs: T }), [1, "behind"]);
  assert.deepEqual(opened(T - DAY_MS, { aheadMs: 0, serverMs: T }), [0, "unsure"]);
  assert.match(new Clock({ now: () => T, steady: () => 0 }).words().zh, /还没有联网核对过/);
});

test("a clock that is set while the page is open is not corrected a second time", () => {
  let [wall, steady] = [1_000_000_000_000 + DAY_MS, 0];
  const clock = new Clock({ now: () => wall, steady: () => steady });
  clock.observe(new Date(1_000_000_000_000).toUTCString(), wall);
  assert.equal(clock.words().code, "ahead");
  assert.ok(Math.abs(clock.seconds() - 1_000_000_000) <= 1);
  [wall, steady] = [wall - DAY_MS + 1000, 1000];
  assert.equal(clock.seconds(), 1_000_000_001);
  assert.equal(clock.words().code, "unknown");
});

test("it sends by itself: when it starts, when the network is back, and when the page is looked at again", async () => {
  const phone = await through("farm");
  const [window, page] = [new EventTarget(), Object.assign(new EventTarget(), { visibilityState: "hidden" })];
  const settle = async () => {
    for (let i = 0; i < 200 && (await phone.outbox.counts()).accepted < expected; i += 1) {
      await new Promise((ready) => setTimeout(ready, 10));
    }
    assert.equal((await phone.outbox.counts()).accepted, expected);
  };
  let expected = 1;
  await phone.outbox.add(harvest(), phone.who);
  await phone.outbox.start({ window, page });
  await settle();
  network.isDown = true;
  await phone.outbox.add(harvest(), phone.who);
  await phone.outbox.flush();
  network.isDown = false;
  expected = 2;
  window.dispatchEvent(new Event("online"));
  await settle();
  await phone.outbox.add(harvest(), phone.who);
  page.dispatchEvent(new Event("visibilitychange"));
  await new Promise((ready) => setTimeout(ready, 50));
  assert.equal((await phone.outbox.counts()).accepted, 2, "a page that is hidden does nothing");
  page.visibilityState = "visible";
  expected = 3;
  page.dispatchEvent(new Event("visibilitychange"));
  await settle();
  phone.outbox.stop();
});

test("a server that does not answer is waited for no longer than it should be", async () => {
  const server = new Server({ fetch: (_url, { signal }) => new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason))), patienceMs: 30 });
  assert.equal(await codeOf(() => server.ask("GET", "/")), "timed_out");
});
