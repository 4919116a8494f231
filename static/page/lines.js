// Whether a line of the consumer's page says no more than the verified record that it names. The words
// that the server uses for what records say in codes are in words.js, as they came with this script.
import { COUNTIES, CREATIONS, OPERATIONS, PAPERS, STANDINGS, TYPES } from "./words.js";

const text = (line, selector) => line.querySelector(selector)?.textContent ?? null;

/** The moment as the page writes it. */
function minute(seconds) {
  const at = new Date((seconds + 8 * 3600) * 1000).toISOString();
  return `${at.slice(0, 10)} ${at.slice(11, 16)}`;
}

/** Every text that a record's body holds, however deep. */
function textsIn(value) {
  if (typeof value === "string") return [value];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(textsIn) : [];
}

/** A party as the page names it: a natural person, whose name is sealed, by number. */
const nameOf = (id, { parties }, t) => parties[id]?.name ?? `${t("自然人,编号", "natural person, no.")} ${id}`;

/**
 * A paper is compared to the last word, and what is on record must be shown, too: one that failed may not
 * keep silent. Only whether it is about an ingredient is the trace's word, and no record's.
 */
function ofPaper(line, { iss, body, blobs }, rests, t) {
  const until = body.valid_until ? ` ${t("至", "to")} ${body.valid_until}` : "";
  const said = [body.number, body.issuer, COUNTIES[body.issued_in], `${body.issued_on}${until}`];
  if (typeof body.passed === "boolean") said.push(body.passed ? t("合格", "passed") : t("不合格", "failed"));
  const told = body.standing === "issued" ? [] : [`${t("录入者", "recorded by")} ${nameOf(iss, rests, t)}`];
  const link = t("原始记录", "signed record");
  const ways = [[], [t("关于原料批次", "about an ingredient")]].map((more) => [...said, ...more, ...told, link].join(" · "));
  const group = line.closest("details");
  // A picture has no words; of a file that is not shown, or is no picture, there are these.
  const files = [t("证明文件", "document"), t("照片不在本服务器", "its picture is not on this server")];
  let shown = line.textContent.trim();
  let count = line.querySelectorAll("img").length;
  for (let one; (one = files.find((words) => shown.endsWith(` · ${words}`))); count += 1) shown = shown.slice(0, -one.length - 3);
  return (
    ways.includes(shown) &&
    count === blobs.filter((blob) => blob.class === "record").length &&
    text(group, "summary b") === t(...(PAPERS[body.kind] ?? [])) &&
    text(group, "summary .tag") === t(...(STANDINGS[body.standing] ?? []))
  );
}

function wordOf({ type, body }) {
  if (type === "create") return CREATIONS[body.how];
  return type === "transform" ? OPERATIONS[body.operation] : TYPES[type];
}

/** A stop says no more than its record: some of what is on record it leaves out. */
function ofStop(line, record, rests, t) {
  const word = t(...(wordOf(record) ?? []));
  const to = COUNTIES[rests.sites[record.body.consignee]?.county];
  const site = rests.sites[record.site];
  const place = `${site?.name} · ${COUNTIES[site?.county]}`;
  const { on_behalf_of: whom } = record.body;
  const who = `${nameOf(record.iss, rests, t)}${whom ? ` ${t("代", "for")} ${nameOf(whom, rests, t)}` : ""}`;
  const shown = line.querySelector(".who")?.parentElement.textContent ?? null;
  const codes = record.moves.map(({ lot }) => lot);
  const names = textsIn(record.body);
  const lots = [...line.querySelectorAll("p.small")].filter((one) => one.querySelector("code"));
  return (
    [word, `${word} → ${to}`].includes(text(line, "h3")) &&
    [null, who, `${who}${place}`].includes(shown) &&
    [null, minute(record.admittedAt)].includes(text(line, "time")) &&
    lots.every((one) => codes.includes(text(one, "code")) && [null, ...names].includes(text(one, "bdi")))
  );
}

/**
 * @param {Element} line a stop of the way, or a paper in its group
 * @param {object} record what was verified, of `rests.records`
 * @param {object} rests
 * @param {boolean} zh the language of the page
 */
export function saysNoMore(line, record, rests, zh) {
  const t = (chinese, english) => (zh ? chinese : english);
  if (line.closest(".papers") === null) return ofStop(line, record, rests, t);
  return record.type === "certify" && ofPaper(line, record, rests, t);
}
