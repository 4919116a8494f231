// Whom a device believes that a record is in the log: the key that was named first, and no other.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { verifier, workbench } from "./common.mjs";
import { LOG, Ledger, harvest } from "./ledger.mjs";

const { Receipts, believe, demandInvited, keyPrint, logKey, policyOf } = await workbench("trust");
const { keyInLink, linkPart, readCode } = await workbench("joining");
const { Outbox } = await workbench("outbox");
const { Database } = await workbench("db");
const { leafHash } = await verifier("tree");
const { toUtf8 } = await verifier("bytes");

let ledger;
let strange;
before(async () => {
  ledger = await Ledger.begin();
  strange = await Ledger.begin();
});
after(async () => {
  await ledger?.end();
  await strange?.end();
});

let databases = 0;
const database = () => Database.open({ name: `trust-${(databases += 1)}` });

/** A server that says this of its log. */
const saying = (told) => ({ asked: 0, async json() {
  this.asked += 1;
  return told;
} });

test("the key that was named first stays, whatever the server says later", async () => {
  const db = await database();
  const first = await logKey(db, ledger.desk, LOG, 1);
  assert.ok(first.key.startsWith(`${LOG}+`));
  // Another log of the same name has another key.
  const again = saying(await strange.desk.json("GET", "/v1/log"));
  assert.equal((await logKey(db, again, LOG, 2)).key, first.key);
  assert.equal(again.asked, 0);
  const tabs = await database();
  const both = await Promise.all([logKey(tabs, ledger.desk, LOG, 1), logKey(tabs, strange.desk, LOG, 1)]);
  assert.equal(both[0].key, both[1].key, "two pages that ask at once keep one");
});

test("a server of another log, or one whose key is none, is not believed", async () => {
  const { key } = await ledger.desk.json("GET", "/v1/log");
  for (const told of [null, {}, { origin: LOG }, { origin: LOG, key: 7 }, { origin: "other.example/log", key }, { origin: LOG, key: key.replace(LOG, "other.example/log") }, { origin: LOG, key: `${key}A` }, { origin: LOG, key: "x" }]) {
    const db = await database();
    await assert.rejects(logKey(db, saying(told), LOG, 1), JSON.stringify(told));
    assert.equal(await db.get("marks", `log:${LOG}`), undefined);
  }
});

test("the key in an invitation is compared with what the server says before anything is joined", async () => {
  const { key } = await ledger.desk.json("GET", "/v1/log");
  const link = `https://a.example/join#${linkPart("7H4K-9M2P-X3QD-T8WZ", key)}`;
  assert.deepEqual([readCode(link), keyInLink(link)], ["7H4K9M2PX3QDT8WZ", key]);
  assert.equal(keyInLink("https://a.example/join#7H4K-9M2P-X3QD-T8WZ"), null);
  await demandInvited(ledger.desk, LOG, keyInLink(link));
  const refused = { code: "log_not_invited" };
  await assert.rejects(demandInvited(strange.desk, LOG, key), refused);
  for (const bad of ["x", key.replace(LOG, "other.example/log"), `${key}A`]) await assert.rejects(demandInvited(ledger.desk, LOG, bad), refused);
});

test("a key that a person replaced is believed from then on, and the one before stays written down", async () => {
  const phone = await ledger.device("farm");
  const old = await strange.desk.json("GET", "/v1/log");
  await believe(phone.db, LOG, old.key, "invitation", 1);
  const parts = { db: phone.db, server: phone.server, clock: phone.clock, locks: null, askAgainMs: 0 };
  const outbox = new Outbox({ ...parts, learn: async () => policyOf((await logKey(phone.db, phone.server, LOG, 2)).key) });
  const { op_id } = await outbox.add(harvest(), phone.who);
  await outbox.flush();
  assert.equal((await phone.db.get("outbox", op_id)).held, "receipt_wrong");
  const { key } = await ledger.desk.json("GET", "/v1/log");
  const held = await believe(phone.db, LOG, key, "person", 3);
  assert.deepEqual([held.from, held.before], ["person", [{ key: old.key, since: 1, until: 3 }]]);
  await outbox.believeAnew();
  assert.equal((await phone.db.get("outbox", op_id)).state, "accepted");
  assert.deepEqual(await believe(phone.db, LOG, key, "invitation", 4), held, "the same key again changes nothing");
  await assert.rejects(believe(phone.db, LOG, "x", "person", 5));
  assert.match(await keyPrint(key), /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
});

test("a receipt proves its own record under the key that is kept, and nothing else", async () => {
  const phone = await ledger.device("farm");
  const items = [];
  for (let at = 0; at < 3; at += 1) items.push((await phone.outbox.add(harvest(), phone.who)).op_id);
  await phone.outbox.flush();
  const [one, two] = await Promise.all(items.map((op_id) => phone.db.get("outbox", op_id)));
  const leaf = ({ text }) => leafHash(toUtf8(text.slice(0, text.indexOf("~"))));
  const receipts = new Receipts(await policyOf((await logKey(phone.db, ledger.desk, LOG, 1)).key));
  assert.equal(await receipts.faultOf(one.receipt, await leaf(one)), null);
  assert.equal(await receipts.faultOf(two.receipt, await leaf(two)), null);
  const bad = {
    "another record's": two.receipt,
    "another place": one.receipt.replace(/\nindex \d+\n/, "\nindex 0\n"),
    "a proof that is shorter": one.receipt.replace(/(\nindex \d+\n)[^\n]+\n/, "$1"),
    "another size": one.receipt.replace(/(\n\n[^\n]+\n)(\d+)\n/, (_all, head, size) => `${head}${Number(size) + 1}\n`),
    "no signature": one.receipt.replace(/\n— .*\n$/, "\n"),
    "nothing": "",
    "words": "c2sp.org/tlog-proof@v1\nindex 7\n\nnothing\n",
  };
  for (const [what, text] of Object.entries(bad)) assert.ok(await receipts.faultOf(text, await leaf(one)), what);
  // The same receipt under the key of another log of that name.
  const others = new Receipts(await policyOf((await logKey(await database(), strange.desk, LOG, 1)).key));
  assert.ok(await others.faultOf(one.receipt, await leaf(one)));
});

test("without a key nothing is sent, nothing is lost, and all is sent once there is one", async () => {
  const phone = await ledger.device("farm");
  let known = false;
  const { Fault } = await verifier("fault");
  const parts = { db: phone.db, server: phone.server, clock: phone.clock, locks: null, askAgainMs: 0 };
  const outbox = new Outbox({ ...parts, learn: async () => {
    if (!known) throw new Fault("log_other", "elsewhere");
    return ledger.policy;
  } });
  for (let at = 0; at < 3; at += 1) await outbox.add(harvest(), phone.who);
  await outbox.flush();
  assert.equal(outbox.trouble.code, "log_other");
  assert.deepEqual((await outbox.items()).map(({ state, tries }) => [state, tries]), [["pending", 0], ["pending", 0], ["pending", 0]]);
  known = true;
  await outbox.hurry();
  assert.deepEqual((await outbox.items()).map(({ state }) => state), ["accepted", "accepted", "accepted"]);
});
