// Halves whose other half never came: a receipt that waits for its dispatch counts for nothing until the sender's phone has sent it.

import { el, go, moment, t } from "./ui.js";

/** Seconds after which it is said: as long as a record may take to be entered in time (`late_entry_allowance` in the table of clocks). */
export const TOO_LONG_S = 24 * 3600;

/** Whether a receipt waits for its dispatch for too long. @param {object} item of the outbox @param {number} now seconds */
export const isUnmatched = ({ state, claims }, now) => state === "parked" && now - claims.iat > TOO_LONG_S;

/** What is wrong, and what can be done. */
export function unmatchedWords({ claims }, now) {
  const days = Math.floor((now - claims.iat) / TOO_LONG_S);
  return t(`对方的发货一直没有到，已等 ${days} 天：这次收货还没有入账。请发货方打开手机联网，把发货发出。`, `The sender's half has not come for ${days} days: this receipt is not recorded. Have the sender open the phone with a network, so that the dispatch is sent.`);
}

/** One that another device of the site signed: the server tells of it, and what is in it that device alone knows. */
function others({ since }) {
  const what = [el("b", {}, t(`收货 · ${moment(since)} 收存（另一台设备）`, `Receipt, kept since ${moment(since)} (another device)`)), el("span", { class: "small bad" }, t("对方的发货一直没有到：这次收货还没有入账。请发货方打开手机联网，把发货发出。", "The sender's half never came: this receipt is not recorded. Have the sender open the phone with a network."))];
  return el("li", { class: "card" }, el("div", { class: "what" }, what));
}

/** A card for each of them, on whichever device of the site they were signed. @param {import("./dock.js").Dock} dock @param {{record: string, since: number}[]} told by the server */
export async function unmatchedCards(dock, told = []) {
  const now = dock.clock.seconds();
  const items = await dock.outbox.items();
  const mine = new Set(items.map(({ id }) => id));
  const own = items.filter((item) => isUnmatched(item, now)).map((item) => {
    const lines = item.claims.moves.length;
    const what = [el("b", {}, t(`收货 ${lines} 行 · ${moment(item.claims.iat)} 签`, `Receipt of ${lines} lines, signed ${moment(item.claims.iat)}`)), el("span", { class: "small bad" }, unmatchedWords(item, now))];
    return el("li", { class: "card" }, el("div", { class: "what" }, what), go(t("查看", "Look"), `#/done/${item.op_id}`));
  });
  return [...own, ...told.filter(({ record }) => !mine.has(record)).map(others)];
}
