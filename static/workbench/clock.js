// The device's clock, compared with the server's. A record's time may not lie more than five minutes ahead of
// the node's clock; how far behind it lies is told to whoever reads it.

import { CLOCK, said } from "./words.js";

/** Seconds that nobody needs to be told of: answers travel, and Date counts in whole seconds. */
export const SKEW_TOLD_S = 90;

const NAME = "clock";

const much = (seconds) => {
  const [size, zh, en] = [[86_400, "天", "d"], [3600, "小时", "h"], [60, "分钟", "min"]].find(
    ([one]) => seconds >= one * 0.95,
  ) ?? [1, "秒", "s"];
  const count = Math.round(seconds / size);
  return [`${count}${zh}`, `${count} ${en}`];
};

const DAY_MS = 86_400_000;

/** A moment of the device's clock as it shows it in China. */
const shown = (ms) => new Date(ms + 8 * 3_600_000).toISOString().slice(0, 16).replace("T", " ");

/** How far the device's clock is off. */
export class Clock {
  /**
   * @param {{now?: () => number, steady?: () => number}} [options] `now`: milliseconds of the device's clock;
   *   `steady`: milliseconds that nobody sets
   */
  constructor({ now = () => Date.now(), steady = () => performance.now() } = {}) {
    this.now = now;
    this.steady = steady;
    /** Milliseconds that the device's clock is ahead of the server's; null before they were compared. */
    this.aheadMs = null;
    /** What the server's clock showed when it was heard last, in this session or an earlier one; null before. */
    this.serverMs = null;
    this.difference = now() - steady();
  }

  /**
   * Takes in what was learnt before, on an earlier day. The clock may have been set since: only one that still shows less than the server did
   * then is surely the same, and corrected by the same; any other is taken as it is, and told of.
   * @param {{aheadMs: number | null, serverMs?: number | null} | undefined} mark
   */
  remember(mark) {
    if (this.serverMs !== null || !mark?.serverMs) return;
    this.serverMs = mark.serverMs;
    if (mark.aheadMs < 0 && this.now() < mark.serverMs) this.aheadMs = mark.aheadMs;
  }

  /** What is to be kept for the next time. */
  mark() {
    return { name: NAME, aheadMs: this.aheadMs, serverMs: this.serverMs };
  }

  /**
   * Compares with an answer of the server.
   * @param {string | null} date its Date header
   * @param {number} sentMs when it was asked, by the device's clock
   */
  observe(date, sentMs) {
    const server = Date.parse(date ?? "");
    if (Number.isNaN(server)) return;
    const answeredMs = this.now();
    this.serverMs = server;
    // Somebody set the clock while the answer was on its way: compare at the next one.
    if (this.#wasSet() || answeredMs < sentMs) return;
    // The server's clock was between these two, and Date leaves out up to a second.
    const [least, most] = [sentMs - (server + 1000), answeredMs - server];
    this.aheadMs = Math.abs(least) < Math.abs(most) ? least : most;
    if (least < 0 && most > 0) this.aheadMs = 0;
  }

  #wasSet() {
    const difference = this.now() - this.steady();
    const moved = difference - this.difference;
    this.difference = difference;
    if (Math.abs(moved) < 5000) return false;
    // Set anew, or the device slept and its steady clock with it: what was known may hold no more.
    this.aheadMs = null;
    return true;
  }

  /**
   * The time for a record, in seconds: the server's, as far as that is known, else the device's.
   * @returns {number}
   */
  seconds() {
    this.#wasSet();
    const isOff = this.aheadMs !== null && Math.abs(this.aheadMs) >= SKEW_TOLD_S * 1000;
    const told = this.now() - (isOff ? this.aheadMs : 0);
    // It is not earlier than it was.
    return Math.floor((this.aheadMs === null ? Math.max(told, this.serverMs ?? told) : told) / 1000);
  }

  /** What to tell people. @returns {{code: string, zh: string, en: string}} */
  words() {
    if (this.aheadMs === null) {
      const since = this.serverMs === null ? 0 : this.now() - this.serverMs;
      const isOdd = since < -SKEW_TOLD_S * 1000 || since > DAY_MS;
      return isOdd ? { code: "unsure", ...said(CLOCK.unsure, { when: shown(this.now()) }) } : { code: "unknown", ...said(CLOCK.unknown) };
    }
    const seconds = Math.abs(this.aheadMs) / 1000;
    const code = seconds < SKEW_TOLD_S ? "right" : this.aheadMs > 0 ? "ahead" : "behind";
    return { code, ...said(CLOCK[code], { much: much(seconds) }) };
  }
}
