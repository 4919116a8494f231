// What the other side signed on receiving: the sender reads it where the waybill is, and where differences are settled.

import { readRecord } from "../verify/record.js";
import { REASONS } from "./line-sheet.js";
import { CHECK_WORDS } from "./outbox-words.js";
import { amount, nameOf, shortLot } from "./goods.js";
import { el, facts, moment, of, part, t } from "./ui.js";

/**
 * A receipt as far as it is shown to this device; null if it cannot be had now.
 * @param {import("./dock.js").Dock} dock
 * @param {string} id
 */
export async function receiptBy(dock, id) {
  try {
    const { sd_jwt } = await dock.ask(`/v1/records/${id}?open=balance`);
    const { claims, slots } = await readRecord(sd_jwt);
    return { id, claims, differences: slots.find(({ place, name }) => place !== "line" && name === "differences")?.opened?.value ?? [] };
  } catch {
    return null;
  }
}

/** Receipts of a dispatch; none while nobody can be asked. */
export async function receiptsOf(dock, dispatch) {
  const told = await dock.ask(`/v1/shipments/${dispatch}`).catch(() => null);
  const ids = (told?.related ?? []).filter(({ kind }) => kind === "receive").map(({ id }) => id);
  return (await Promise.all(ids.map((id) => receiptBy(dock, id)))).filter(Boolean);
}

const reasonWords = (code) => of(REASONS.find(([one]) => one === code)?.[1] ?? [code, code]);

/** What differed on a line, why, and its pictures. */
export function differenceWords({ id }, { short, damaged, refused, reason, photos = [] }, uom) {
  const apart = [[short, t("短少", "short")], [damaged, t("破损", "damaged")], [refused, t("拒收", "refused")]].filter(([much]) => much !== "0");
  return [apart.map(([much, word]) => `${word} ${amount(much, uom)}`).join("，"), t("，原因：", ", because: "), reasonWords(reason), photos.map((hash, at) => [" ", el("a", { href: `/v1/records/${id}/files/${hash}`, target: "_blank" }, t(`照片 ${at + 1}`, `picture ${at + 1}`))])];
}

/** What the other side signed, in a few lines. */
export function receiptPart(receipt, names) {
  const { claims, differences } = receipt;
  const { check, at, temp_c } = claims.body;
  const rows = differences.map((one) => {
    const line = claims.moves.find(({ n }) => n === one.n);
    return el("li", {}, el("b", {}, nameOf(names.get(line.lot) ?? { lot: line.lot })), el("span", { class: "small" }, el("bdi", {}, shortLot(line.lot)), " · ", differenceWords(receipt, one, line.uom)));
  });
  return part(
    t("对方已签收", "Received by the other side"),
    facts([[t("时间", "Time"), moment(at)], [t("查验结论", "Entry check"), of(CHECK_WORDS[check])], [t("到货温度", "On arrival"), temp_c === undefined ? null : `${temp_c} ℃`], [t("行数", "Lines"), claims.moves.length]]),
    rows.length > 0 ? el("ul", { class: "plain" }, rows) : el("p", { class: "small" }, t("没有差异", "nothing differed")),
  );
}
