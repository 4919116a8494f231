// From the farm to the shop, every word signed here: devices join by invitation, a lot is harvested, sent and
// received, and the ledger's own program traces it and verifies the bundle.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { CHAIN, Ledger, shisu } from "./ledger.mjs";
import { verifier, workbench } from "./common.mjs";

const drafts = await workbench("drafts");
const { verifyBundle } = await verifier("index");
const { linesOf } = drafts;

let ledger;
before(async () => {
  ledger = await Ledger.begin();
});
after(() => ledger?.end());

const LOT = "t/DOCK-0001";
const now = () => Math.floor(Date.now() / 1000);
const today = () => new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);

/** Says something on a device and sends it; what was recorded. */
async function say(device, draft) {
  const { op_id } = await device.outbox.add(draft, device.who);
  await device.outbox.flush();
  const item = await device.db.get("outbox", op_id);
  assert.equal(item.state, "accepted", JSON.stringify(item.refusal ?? device.outbox.trouble));
  const { readRecord } = await verifier("record");
  return readRecord(item.text);
}

test("a lot goes from the farm to the shop and its verdict is complete", async () => {
  const [farm, shop] = [await ledger.device("farm"), await ledger.device("shop", "clerk", { native: false })];
  assert.deepEqual([farm.key.how, shop.key.how], ["webcrypto", "stored"]);
  const info = { class: "leafy_vegetable", name: "示例青菜", made_on: today(), origin: CHAIN.farm.county };
  const harvest = await say(farm, drafts.create("harvest", [{ lot: LOT, quantity: "120.5", uom: "KGM", info }]));
  const paper = {
    ...{ kind: "farm_certificate", standing: "issued", number: "HGZ-1", issuer: "示例合作社" },
    ...{ issuer_party: CHAIN.farm.party, issued_in: "330421", issued_on: today() },
    ...{ detail: { farm_certificate: { form: "producer", basis: ["control"] } } },
  };
  const certificate = await say(farm, drafts.certify(paper, [`lot/${LOT}`]));
  const body = {
    ...{ waybill: "YD-0001", consignee: CHAIN.shop.site, transport: "own" },
    ...{ load_county: CHAIN.farm.county, unload_county: CHAIN.shop.county, departs_at: now() },
  };
  const [origin] = linesOf(harvest).values();
  const sent = await say(farm, drafts.dispatch([{ of: origin, quantity: "120.5" }], body, { refs: [certificate.id] }));
  const [line] = linesOf(sent).values();
  const checked = { dispatch: sent.id, at: now(), check: "accept", seals_intact: true };
  const received = await say(shop, drafts.receive([{ of: line, sent: "120.5" }], checked, { refs: [certificate.id] }));

  const traced = JSON.parse(shisu("trace", LOT, "--at", CHAIN.shop.site, "--data-dir", ledger.home, "--json"));
  const said = JSON.stringify(traced);
  for (const { id } of [harvest, sent, received]) assert.ok(said.includes(id), "the trace names what was signed here");
  assert.equal(traced.verdict.state, "complete", JSON.stringify(traced.verdict.findings));

  const [path, policy] = [join(ledger.home, "lot.json"), join(ledger.home, "policy.txt")];
  shisu("bundle", LOT, "--out", path, "--data-dir", ledger.home);
  assert.match(shisu("verify", path, "--policy", policy), /complete|完整/);
  const outcome = await verifyBundle(readFileSync(path), readFileSync(policy, "utf8"));
  assert.equal(outcome.ok, true, JSON.stringify(outcome.firstFailure));
  assert.ok(outcome.rests.records[received.id]);
});
