// Goods come to a dock: from opening the workbench to a signed receipt, counted, and what goes wrong on the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Dockside } from "./dock.mjs";

let dockside;
let farm;
before(async () => {
  dockside = await Dockside.begin();
  farm = await dockside.device("farm");
});
after(() => dockside?.end());

test("forty lots are received with 40 scans and at most 6 presses, from opening the workbench to the signed receipt", async (context) => {
  const shop = await dockside.phone("shop");
  const { lots, dispatch } = await dockside.sent(farm, 40, "FORTY");
  shop.countFromNow();
  await shop.open();
  await shop.see("待收");
  await shop.press("#receive-first");
  await shop.ready("receive");
  for (const lot of lots) await shop.scan(lot);
  await shop.see("40/40");
  await shop.press("#review");
  await shop.press("#sign");
  await shop.ready("done");
  const { claims } = await shop.itemIs("receive");
  assert.equal(claims.moves.length, 40);
  assert.equal(claims.body.dispatch, dispatch.id);
  context.diagnostic(`${shop.scans} scans and ${shop.presses} presses`);
  assert.ok(shop.scans <= 40 && shop.presses <= 6);
  await shop.close();
});
