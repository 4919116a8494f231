// What is wrong with a phone's clock or key, and signing again what was refused for it.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { CHAIN, Ledger, all, harvest, sendAll, states } from "./ledger.mjs";
import { codeOf, workbench } from "./common.mjs";

const drafts = await workbench("drafts");
const { maySignAgain } = await workbench("again");
const { Clock } = await workbench("clock");
const joining = await workbench("joining");
const DAY_MS = 86_400_000;

let ledger;
before(async () => {
  ledger = await Ledger.begin();
});
after(() => ledger?.end());

const through = (name, options = {}) => ledger.device(name, "clerk", options);

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
