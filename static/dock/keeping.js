// When self-checks are due, how zones stand, and whether a store that keeps goods for others is filed: by what the server says of
// the site, and by what was said here since.

import { micros } from "../workbench/quantity.js";
import { dayOf, daysAfter, el, go, moment, note, t } from "./ui.js";

/** Days between self-checks where nobody says otherwise. */
const EVERY_DAYS = 7;
/** Seconds after which a zone's last reading says nothing of now. */
export const STALE_S = 24 * 3600;
/** Kinds of premises that keep goods for others and have to be filed (食品安全法实施条例 art. 25). */
const STORES = new Set(["warehouse"]);

const isCheck = ({ claims, state }, site) => claims.type === "inspect" && claims.body.mode === "self_check" && !claims.body.on_behalf_of && claims.about?.includes(`site/${site}`) && state !== "refused";

/**
 * When the site checked itself last, and when it is due.
 * @param {{last: number | null, days: number, today: string}} known `last`: seconds
 * @returns {{code: "never" | "overdue" | "due_today" | "in_time", due: string | null, late: number}} `late`: days
 */
export function dueOf({ last, days, today }) {
  if (last === null) return { code: "never", due: null, late: 0 };
  const due = daysAfter(dayOf(last), days);
  const late = Math.round((Date.parse(today) - Date.parse(due)) / 86_400_000);
  return { code: late > 0 ? "overdue" : late === 0 ? "due_today" : "in_time", due, late: Math.max(late, 0) };
}

/** How a zone stands. @param {{temp_min_c?: string | null, temp_max_c?: string | null, read_at?: number | null, temp_c?: string | null}} zone */
export function zoneState({ temp_min_c: min, temp_max_c: max, read_at: at = null, temp_c: temp = null }, now) {
  if (at === null || temp === null) return "unread";
  const value = decimal(temp);
  if ((min != null && value < decimal(min)) || (max != null && value > decimal(max))) return "out_of_range";
  return now - at > STALE_S ? "stale" : "in_range";
}

/** Millionths of a decimal that may be below zero. */
const decimal = (text) => (text.startsWith("-") ? -micros(text.slice(1)) : micros(text));

/** What is known of the keeping of a site. @param {import("./dock.js").Dock} dock */
export async function keepingOf(dock) {
  const told = dock.desk?.body.keeping ?? null;
  const items = (await dock.outbox.items()).filter((item) => item.claims.site === dock.site && item.state !== "refused");
  const own = items.filter((item) => isCheck(item, dock.site)).map(({ claims }) => claims.body.at);
  const last = Math.max(0, ...own, told?.self_check?.at ?? 0) || null;
  const plan = (await dock.notes.get("self_check"))?.days ?? null;
  const zones = (told?.zones ?? []).map((one) => ({ ...one }));
  for (const { claims } of items.filter(({ claims }) => claims.type === "observe" && claims.body.zone)) takeReading(zones, claims.body);
  return {
    ...{ last, zones, filing: told?.filing ?? null, isTold: told !== null, kind: dock.desk?.body.site.kind ?? null },
    ...{ days: plan ?? told?.self_check_days ?? EVERY_DAYS, isReference: plan === null },
    failed: told?.self_check && told.self_check.at === last ? told.self_check.passed === false : false,
  };
}

function takeReading(zones, { zone, sensors }) {
  const [at, temp] = sensors.flatMap(({ readings }) => readings).reduce((last, one) => (one[0] > last[0] ? one : last), [0, null]);
  const known = zones.find((one) => one.zone === zone);
  if (!known) zones.push({ zone, temp_min_c: null, temp_max_c: null, read_at: at, temp_c: temp });
  else if (at > (known.read_at ?? 0)) Object.assign(known, { read_at: at, temp_c: temp });
}

/** Whether a store that has to be filed is not, as far as the server says. */
export const lacksFiling = ({ isTold, kind, filing }) => isTold && STORES.has(kind) && filing === null;

/** Where self-checks stand, in words. */
export function checkWords(keeping, today) {
  const { code, due, late } = dueOf({ ...keeping, today });
  const every = t(`每 ${keeping.days} 天一次${keeping.isReference ? "（参考）" : ""}`, `every ${keeping.days} days${keeping.isReference ? " (for reference)" : ""}`);
  const last = keeping.last === null ? "" : moment(keeping.last);
  const words = {
    never: t(`还没有登记过自查，${every}`, `no self-check is on record; ${every}`),
    overdue: t(`自查已逾期 ${late} 天：上次 ${last}，${every}`, `the self-check is ${late} days overdue: the last was on ${last}; ${every}`),
    due_today: t(`今天应当自查：上次 ${last}`, `a self-check is due today: the last was on ${last}`),
    in_time: t(`下次自查：${due}`, `next self-check: ${due}`),
  };
  return { code, words: words[code] };
}

const alarm = (mood, words, action) => el("li", { class: "card" }, el("div", { class: "what" }, el("span", { class: mood }, words)), action);

/** What has to be done about keeping goods, each with one button; nothing if all is well. */
export async function alarms(dock) {
  const keeping = await keepingOf(dock);
  const today = dayOf(dock.clock.seconds());
  const { code, words } = checkWords(keeping, today);
  const bad = keeping.zones.filter((zone) => zoneState(zone, dock.clock.seconds()) === "out_of_range");
  const unread = keeping.zones.filter((zone) => ["unread", "stale"].includes(zoneState(zone, dock.clock.seconds())));
  const isStore = STORES.has(keeping.kind);
  const isDue = code === "overdue" || code === "due_today" || (code === "never" && isStore);
  return [
    isDue ? alarm(code === "overdue" ? "bad" : "warn", words, go(t("自查", "Check"), "#/check", { kind: "strong", id: "overdue" })) : null,
    keeping.failed ? alarm("bad", t("上次自查有问题，请复查", "the last self-check found faults: check again"), go(t("复查", "Check"), "#/check")) : null,
    ...bad.map((zone) => alarm("bad", t(`${zone.zone} ${zone.temp_c} ℃，超出温区要求`, `${zone.zone} is at ${zone.temp_c} °C, outside its range`), go(t("温区", "Zones"), "#/zones"))),
    unread.length > 0 ? alarm("warn", t(`${unread.map(({ zone }) => zone).join("、")}：一天内没有读数`, `${unread.map(({ zone }) => zone).join(", ")}: no reading within a day`), go(t("温区", "Zones"), "#/zones")) : null,
    lacksFiling(keeping) ? alarm("warn", t("仓储备案号没有登记", "the filing as storage is not on record"), go(t("怎么办", "What to do"), "#/store")) : null,
  ].filter(Boolean);
}

/** The filing of a store, or what has to be done. */
export function filingNote(keeping) {
  const { filing, isTold, kind } = keeping;
  if (filing) return note("good", t(`仓储备案：${filing.number}，${filing.filed_on}`, `filed as storage: ${filing.number}, ${filing.filed_on}`));
  if (!isTold || !STORES.has(kind)) return null;
  return note(
    "warn",
    el("b", {}, t("仓储备案号没有登记。", "The filing as storage is not on record. ")),
    t("为别人贮存食品并控制温湿度的，应当自取得营业执照之日起 30 个工作日内备案（食品安全法实施条例第 25 条）。请把备案号和备案日期交登记机构补登，本机不能自己登记。", "Whoever stores food for others under a set temperature files within 30 working days of the business licence (Implementing Regulations of the Food Safety Law, art. 25). Hand number and day to the registrar, who enrols them; this device cannot."),
  );
}
