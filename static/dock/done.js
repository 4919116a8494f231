// After a signature: what was signed, where it stands, and what the other side may want to see of it.

import { Outbox } from "../workbench/outbox.js";
import { signedForWords } from "./agents.js";
import { againButton } from "./outbox-screen.js";
import { CHECK_WORDS, DONE } from "./outbox-words.js";
import { ticketsOf } from "./sell.js";
import { code, el, facts, fill, go, moment, note, of, t } from "./ui.js";

const MOOD = { accepted: "good", refused: "bad", parked: "warn", pending: "warn", sent: "warn" };

/** Whether a record brought lots in, of which labels may be printed at this moment. */
const labels = ({ op_id, claims }) => {
  const lots = new Set((claims.moves ?? []).filter(({ op }) => op === "in").map(({ lot }) => lot)).size;
  return lots === 0 ? null : go(t(`打印标签（${lots}）`, `Print labels (${lots})`), `#/labels/${op_id}`, { id: "labels" });
};

/** Goods that were accepted can go back as long as they are here. */
const back = ({ id, claims, state }) => (claims.type === "receive" && id && state !== "refused" ? go(t("退回", "Send back"), `#/dispatch/return/${id}`) : null);

/** What proves that it is recorded, or does not. */
function proofOf({ state, receipt, index, held, wrongReceipt }) {
  if (state === "accepted" && receipt) return t(`已核验签名和收录，日志第 ${index} 条`, `signature and inclusion verified, entry ${index} of the log`);
  if (held !== "receipt_wrong") return null;
  return el("details", { class: "more" }, el("summary", {}, t("核验不符的回执（已保留）", "The receipt that does not hold (kept)")), el("p", { class: "small" }, wrongReceipt.code), el("pre", { class: "small" }, code(wrongReceipt.text)), go(t("核对日志的公钥", "Look at the log's key"), "#/log"));
}

const SHOWABLE = new Set(["dispatch", "receive"]);

function next(item) {
  const { type } = item.claims;
  if (item.state === "refused") return null;
  if (type === "dispatch") return go(t("运单", "Waybill"), `#/waybill/${item.id}`, { kind: "strong" });
  if (type === "sell") return go(t("下一笔", "Next sale"), "#/sell", { kind: "strong" });
  return null;
}

/** @param {import("./dock.js").Dock} dock @param {string} op_id */
export async function done(dock, main, op_id) {
  const draw = async () => {
    const item = op_id && (await dock.db.get("outbox", op_id));
    if (!item) return fill(main, el("h1", {}, t("没有这一条", "No such item")), go(t("回工作台", "To the workbench"), "#/"));
    const { state, claims } = item;
    const whom = await signedForWords(dock, claims);
    const words = Outbox.words(item);
    const isOn = state === "pending" || state === "sent";
    return fill(
      main,
      el("h1", {}, of(DONE[claims.type] ?? [claims.type, claims.type])),
      note(item.held === "receipt_wrong" ? "bad" : MOOD[state], el("b", {}, t("已签名，", "Signed: "), of(words)), words.why ? el("span", {}, " ", of(words.why)) : null),
      isOn ? note("", t("已存在本机，有网络时自动发送，关掉页面也不会丢。", "It is kept on this device and sent by itself; closing the page loses nothing.")) : null,
      facts([
        [t("替谁", "For whom"), whom],
        [t("时间", "Time"), moment(claims.iat)],
        [t("行数", "Lines"), claims.moves ? claims.moves.length : null],
        [t("查验结论", "Entry check"), claims.body.check ? of(CHECK_WORDS[claims.body.check]) : null],
        [t("记录编号", "Record"), item.id ? code(item.id) : null],
        [t("回执", "Receipt"), proofOf(item)],
      ]),
      el(
        "div",
        { class: "stack" },
        next(item),
        state === "refused" ? null : await ticketsOf(dock, item),
        // What was refused is not there: nobody is shown it, and nothing is labelled by it.
        state === "refused" && claims.type === "receive" ? go(t("继续收其余的行", "Go on with the other lines"), `#/receive/${claims.body.dispatch}`, { kind: "strong" }) : null,
        SHOWABLE.has(claims.type) && state !== "refused" ? go(t("出示交接码（不用网络）", "Show to the other side (no network)"), `#/show/${item.op_id}`) : null,
        state === "refused" ? null : labels(item),
        back(item),
        againButton(dock, item, await dock.outbox.items()),
        go(t("回工作台", "To the workbench"), "#/"),
      ),
    );
  };
  await draw();
  return dock.listen(() => draw());
}
