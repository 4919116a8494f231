// Particulars of papers that several screens ask for, and who may issue which paper.

import { said } from "../workbench/drafts.js";
import { county } from "./counties.js";
import { FieldFault, more, typed } from "./form.js";
import { BASIS } from "./tables.js";
import { t } from "./ui.js";

const BASIS_EN = { control: "own control", self_test: "own test", commissioned_test: "commissioned test" };

/** What a commitment may rest on, to choose from. */
export const bases = () => Object.entries(BASIS).map(([one, words]) => [one, [words, BASIS_EN[one]]]);

/** Forms of the quarantine certificate. */
export const FORMS = {
  animal_quarantine: [["animal_a", ["动物A（跨省）", "Animal A (across provinces)"]], ["animal_b", ["动物B（省内）", "Animal B (within one)"]]],
  product_quarantine: [["product_a", ["产品A（跨省）", "Product A (across provinces)"]], ["product_b", ["产品B（省内）", "Product B (within one)"]]],
};

/** Days within which goods have to arrive, by form; the figures of the older forms, which may be changed. */
export const USUAL_DAYS = { animal_a: 5, animal_b: 0, product_a: 7, product_b: 0 };

/** From this day the templates of 2026 are used. */
const TEMPLATE_2026_FROM = "2026-01-01";

const PRODUCERS = ["farm", "coop", "smallholder", "collector"];
const AUTHORITIES = ["regulator", "animal_health", "customs"];

/** Kinds of parties that issue a paper themselves (src/core/custody/admit/papers.rs); the server judges. */
export const ISSUERS = {
  farm_certificate: PRODUCERS,
  animal_quarantine: ["animal_health"],
  product_quarantine: ["animal_health"],
  meat_inspection: ["slaughterhouse"],
  test_report: ["lab", "processor", "slaughterhouse"],
  factory_inspection: ["processor", "workshop", "slaughterhouse"],
  sampling_result: ["lab", ...AUTHORITIES],
  environment_test: ["lab"],
};

/** Who issues a commitment certificate. */
export const FARM_FORMS = [
  ["producer", ["生产者", "Grower"]],
  ["collector", ["收购者", "Collector"]],
];

export const RESULTS = [
  ["yes", ["合格", "Passed"]],
  ["no", ["不合格", "Failed"]],
];

/** Per cent of inhibition from which goods are usually suspect (GB/T 5009.199): for reference, since no source of it was read. */
const SUSPECT_PCT = 50;

/** A rate that contradicts the result is said once; whoever stands by it says why and presses again. */
export function rateCheck() {
  let told;
  return ({ rate, passed, remark }) => {
    if (rate === undefined || Number(rate) >= SUSPECT_PCT === (passed === "no") || (remark && told === rate)) return;
    told = rate;
    throw new FieldFault("remark", [`抑制率 ${rate}% 和结论不符：通常 ${SUSPECT_PCT}% 起为可疑，应定量复检（供参考）。确实如此，请写明备注，再按一次`, `${rate}% contradicts the result: goods are usually suspect from ${SUSPECT_PCT}% (for reference). If it is so, say why in the remark and press again`]);
  };
}

const days = (text) => (/^[0-9]{1,2}$/.test(text) ? Number(text) : null);

/** How long a quarantine certificate holds, where to, and what else is on it. */
export function quarantineTerms({ hasTags = true } = {}) {
  return [
    more(t("有效天数、到达地、消毒、标志号", "Days, destination, disinfection, mark"), [
      typed("valid_days", t("几日内到达有效，不填按样式的常用天数", "Days within which it has to arrive; the usual ones if left empty"), { inputmode: "numeric", read: days }),
      county("destination", t("到达县", "County of arrival"), {}),
      typed("disinfection", t("装运前消毒", "Disinfection before loading"), {}),
      ...(hasTags ? [typed("mark_number", t("检疫标志号", "Number of the mark"), {})] : []),
    ]),
  ];
}

/** What a quarantine certificate says, as records have it. */
export function quarantineDetail({ form, issued_on, subject, purpose, origin, destination, valid_days, disinfection, mark_number, tags = [] }) {
  const template = issued_on < TEMPLATE_2026_FROM ? 2010 : 2026;
  const isAnimal = form.startsWith("animal");
  const quarantine = said({
    ...{ form, template, subject, origin, destination, valid_days: valid_days ?? USUAL_DAYS[form], disinfection, mark_number },
    ...{ purpose: isAnimal ? purpose : undefined, ear_tags: isAnimal && tags.length > 0 ? tags : undefined },
  });
  return { quarantine };
}

/** A form for one province that is to go to another is none. @returns {[string, string] | null} what is wrong */
export function wrongRoute({ form, origin, destination }) {
  const crosses = destination !== undefined && origin.slice(0, 2) !== destination.slice(0, 2);
  return crosses && form.endsWith("_b") ? ["B 证只限省内，到达地在外省，应当开 A 证", "form B holds within one province; to another one form A is asked for"] : null;
}

/** What kind of party this device signs for, as far as it is known. */
export async function partyKind(dock) {
  const known = await dock.mark("party-kind");
  if (known?.party === dock.device.party) return known.kind;
  try {
    const { kind } = await dock.server.json("GET", `/v1/parties/${dock.device.party}`);
    await dock.keep("party-kind", { party: dock.device.party, kind });
    return kind;
  } catch {
    return null;
  }
}
