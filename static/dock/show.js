// A signed record on the screen, for the other side's camera: one code or a short sequence, by itself or by hand.

import { partsOf } from "../workbench/qr-sequence.js";
import { qr } from "./qr.js";
import { fill, button, el, go, note, t } from "./ui.js";

/** Milliseconds for which one code is seen: a phone that looks at it reads it within that. */
const EACH_MS = 700;

/** @param {import("./dock.js").Dock} dock @param {string} op_id */
export async function show(dock, main, op_id) {
  const item = op_id && (await dock.db.get("outbox", op_id));
  if (!item?.text) {
    fill(main, note("bad", t("这一条不在本机。", "This is not on this device.")), go(t("回工作台", "To the workbench"), "#/"));
    return undefined;
  }
  const parts = await partsOf(item.text, dock.key.jwk.x);
  const place = el("div", { class: "codes" });
  const count = el("p", { class: "count", role: "status" });
  const pictures = parts.map((text, at) => qr(text, t(`交接码 ${at + 1}`, `code ${at + 1}`)));
  let at = 0;
  let timer = null;
  const turn = (to) => {
    at = (to + parts.length) % parts.length;
    fill(place, pictures[at]);
    place.dataset.text = parts[at];
    fill(count, el("b", {}, `${at + 1}/${parts.length}`));
  };
  const run = () => {
    clearInterval(timer);
    timer = parts.length > 1 ? setInterval(() => turn(at + 1), EACH_MS) : null;
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
  };
  const isDispatch = item.claims.type === "dispatch";
  fill(
    main,
    el("h1", {}, isDispatch ? t("给收货方扫", "For the receiver's camera") : t("给发货方扫", "For the sender's camera")),
    note("", parts.length > 1 ? t(`共 ${parts.length} 个码，轮流显示，对方一直对准即可。`, `${parts.length} codes in turn: the other side just keeps the camera on them.`) : t("一个码，扫一次即可。", "One code: one scan.")),
    count,
    place,
    parts.length > 1
      ? el("div", { class: "pair" }, button(t("上一个", "Back"), () => (stop(), turn(at - 1))), button(t("暂停、继续", "Stop, go on"), () => (timer === null ? run() : stop())), button(t("下一个", "Next"), () => (stop(), turn(at + 1)), { id: "next-part" }))
      : null,
    isDispatch ? go(t("扫对方的签收码", "Scan the receiver's receipt"), "#/receive") : null,
    go(t("回工作台", "To the workbench"), "#/"),
  );
  turn(0);
  run();
  return stop;
}
