// The outbox: each thing that was signed here, where it stands, and what a person can do about it.

import { isReplaced, maySignAgain } from "../workbench/again.js";
import { Outbox } from "../workbench/outbox.js";
import { KEEP_DAYS, PRUNED } from "../workbench/prune.js";
import { actedFor, signedFor } from "./agents.js";
import { placeName } from "./goods.js";
import { DONE } from "./outbox-words.js";
import { dropPicture, picturesRefused, picturesWaiting } from "./pictures.js";
import { isUnmatched, unmatchedWords } from "./unmatched.js";
import { button, code, el, fill, go, moment, note, of, t, tell } from "./ui.js";

const ROWS_MAX = 100;

/** Refused first, then what waits, then what is recorded. */
const urgency = ({ state }) => ({ refused: 2, accepted: 0 })[state] ?? 1;

/** What tells one item from another of its type. */
const about = ({ claims }) => {
  const { waybill, number, name } = claims.body;
  const lots = claims.moves?.length ? t(`${claims.moves.length} 行`, `${claims.moves.length} lines`) : null;
  return [waybill ?? number ?? name, lots].filter(Boolean).join(" · ");
};

/** For whom, where it was signed for somebody else. */
function forWords({ claims }, known) {
  const party = signedFor(claims);
  const called = known.find((one) => one.party === party)?.called ?? party;
  return party === null ? null : el("span", { class: "small warn" }, t(`代 ${called}`, `for ${called}`));
}

/** What was refused is given up by a second press: its text is gone then. @type {Set<string>} */
const pressed = new Set();
const giveUp = (dock, { op_id }) => {
  if (pressed.has(op_id)) return dock.outbox.giveUp(op_id);
  pressed.add(op_id);
  return tell(t("丢弃后本机不再有这条记录的原文。确实要丢，请再按一次", "Its text will be gone from this device. To give it up, press again"), "bad");
};

/** Signs it again, with all that hangs together with it; null where that would not help. @param {object[]} all items of the outbox */
export const againButton = (dock, item, all) =>
  maySignAgain(item, all, dock.device)
    ? button(t("重新签名", "Sign again"), async () => {
        const made = await dock.outbox.signAgain(item.op_id, dock.device.kid);
        dock.outbox.flush();
        globalThis.location.hash = `#/done/${made.op_id}`;
      })
    : null;

function row(dock, item, known, all) {
  const words = isReplaced(item, all) ? { zh: "已重新签名", en: "signed again" } : Outbox.words(item);
  const now = dock.clock.seconds();
  const actions = [
    againButton(dock, item, all),
    item.state === "refused" ? button(t("丢弃", "Give up"), () => giveUp(dock, item)) : null,
    go(t("查看", "Look"), `#/done/${item.op_id}`),
  ];
  return el(
    "li",
    { class: `card ${item.state}` },
    el(
      "div",
      { class: "what" },
      el("span", { class: "row" }, el("b", {}, of(DONE[item.claims.type] ?? [item.claims.type, item.claims.type])), el("span", { class: `mark ${item.state}` }, of(words))),
      el("span", { class: "small" }, `${moment(item.claims.iat)}${about(item) ? ` · ${about(item)}` : ""}`),
      forWords(item, known),
      isUnmatched(item, now) ? el("span", { class: "bad small" }, unmatchedWords(item, now)) : null,
      words.why ? el("span", { class: item.state === "refused" ? "bad small" : "warn small" }, of(words.why)) : null,
    ),
    el("div", { class: "pair" }, actions),
  );
}

/** @param {import("./dock.js").Dock} dock */
export async function outboxScreen(dock, main) {
  const draw = async () => {
    const all = (await dock.outbox.items()).reverse();
    // What somebody has to do something about is never among those that are not listed.
    const rank = (item) => (isReplaced(item, all) ? 0 : urgency(item));
    const [items, rest] = [[...all].sort((a, b) => rank(b) - rank(a)), Math.max(0, all.length - ROWS_MAX)];
    const counts = await dock.outbox.counts();
    const left = counts.pending + counts.sent + counts.parked;
    const bad = await picturesRefused(dock);
    const pictures = (await picturesWaiting().catch(() => 0)) - bad.length;
    const unshared = await dock.notes.waiting();
    const { trouble } = dock.outbox;
    const twice = all.filter(({ refusal }) => refusal?.code === "already_imported");
    const [pruned, known] = [await dock.mark(PRUNED), await actedFor(dock)];
    fill(
      main,
      el("h1", {}, t("发件箱", "Outbox")),
      counts.refused > 0 ? note("bad", t(`${counts.refused} 条被拒收，没有入账。`, `${counts.refused} were refused and are not recorded.`)) : null,
      left === 0 ? (counts.refused + bad.length + pictures + unshared === 0 ? note("good", t("全部已发送。", "Everything is sent.")) : null) : note("warn", t(`${left} 条待发送或待对方。`, `${left} to be sent or waiting for the other side.`)),
      trouble ? note("warn", of(trouble)) : null,
      pictures > 0 ? note("", t(`${pictures} 张照片待上传。`, `${pictures} pictures to be sent.`)) : null,
      bad.map(({ hash, ...why }) => el("div", { class: "card bad" }, el("div", { class: "what" }, el("span", { class: "bad" }, t("一张照片服务器不收：", "A picture is not taken: "), of(why)), el("span", { class: "small" }, code(hash.slice(0, 12)))), button(t("去掉", "Remove"), async () => {
        await dropPicture(dock, hash);
        await draw();
      }))),
      unshared > 0 ? note("", t(`${unshared} 条场所便笺还没有共享给其他设备。`, `${unshared} notes of the site are not shared with other devices yet.`)) : null,
      left > 0 ? button(t("现在发送", "Send now"), async () => {
        await dock.outbox.hurry();
        if (dock.outbox.trouble) tell(of(dock.outbox.trouble), "bad");
      }, { kind: "strong" }) : null,
      twice.length > 0 ? button(t(`移除其他设备已入账的 ${twice.length} 条`, `Remove ${twice.length} that another device recorded`), async () => {
        for (const { op_id } of twice) await dock.outbox.giveUp(op_id);
      }, { id: "twice" }) : null,
      el("ul", { class: "cards" }, items.slice(0, ROWS_MAX).map((item) => row(dock, item, known, all))),
      items.length === 0 ? note("", t("还没有签过任何记录。", "Nothing was signed here yet.")) : null,
      rest > 0 ? el("p", { class: "small" }, t(`还有 ${rest} 条更早的`, `${rest} earlier ones`)) : null,
      pruned ? note("", t(`另有 ${pruned.count} 条更早的已入账，回执存满 ${KEEP_DAYS} 天后从本机清理（签名最晚 ${moment(pruned.until)}）；服务器上都在。`, `${pruned.count} earlier ones are recorded and left this device ${KEEP_DAYS} days after their receipts (signed until ${moment(pruned.until)}); the server has them all.`)) : null,
      dock.site ? el("p", { class: "small" }, placeName({ id: dock.site })) : null,
    );
  };
  await draw();
  return dock.listen(() => draw());
}
