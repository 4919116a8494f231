// What a scanned or typed code is. Codes are not unified: every kind is recognised by its own rules, and of a code
// that none or several of them fit it is said so, never guessed. Nothing is repaired.

import { KINDS } from "../verify/kinds.js";
import { PLATFORMS } from "./codes.js";
import { SCANNED_BYTES_MAX, bytesOf, isMarked, readElementString, readLink, splitAddress } from "./digital-link.js";
import { IdFault, LinkFault } from "./faults-of-codes.js";
import * as read from "./identifiers.js";
import { isPart } from "./qr-sequence.js";
import { said } from "./words.js";

/** What each kind of code is called. */
const SCHEMES = {
  lot: ["批次", "lot"],
  digital_link: ["GS1 网址码", "GS1 Digital Link"],
  element_string: ["GS1 条码", "GS1 element string"],
  gtin: ["商品条码：只说明是哪种商品，不说明是哪一批", "trade item: it names a product, not a lot"],
  sscc: ["物流单元", "logistic unit"],
  vet_drug: ["兽药", "veterinary drug"],
  pesticide: ["农药（编码规则未公布）", "pesticide (the layout is not published)"],
  organic: ["有机产品", "organic product"],
  plant_quarantine: ["植物检疫证书", "plant quarantine certificate"],
  ear_tag: ["畜禽标识（耳标）", "ear tag"],
  party: ["主体", "party"],
  site: ["场所", "site"],
  historic_licence: ["旧版QS编号", "historic QS number"],
  platform: ["省级平台的追溯码", "code of a provincial platform"],
  waybill: ["运单", "e-waybill"],
  handover: ["交接二维码", "code of a handover"],
  invitation: ["加入邀请", "invitation to join"],
};

const OUTCOMES = {
  ambiguous: ["这个码可能是几种，请选择", "this may be several kinds of code: please choose"],
  unknown: ["不认识这个码", "this code is not known"],
  too_long: ["内容过长，不是任何一种编码", "too long to be any code"],
};

/**
 * @typedef {object} Meaning
 * @property {string} scheme
 * @property {string} key in its one spelling
 * @property {string | null} lot code of the lot, if it names one
 * @property {string | null} host of a link
 * @property {boolean} verified whether the rules by which it was recognised are published
 * @property {string} [platform]
 */

const meaning = (scheme, key, more = {}) => ({ scheme, key, lot: null, host: null, verified: true, ...more });
const linked = (scheme, { elements, lot }, more) => meaning(scheme, elements[0].join("/"), { lot, ...more });
const asLot = (lot, more) => meaning("lot", lot, { lot, ...more });
/** Of slaughterhouse codes and filings no coding is published. */
const asSite = (site, more) => meaning("site", site, { verified: !/^(?:A|YB)/.test(site), ...more });

const platformRows = () => PLATFORMS.map(([id, zh, en, host, prefix, verified]) => ({ id, zh, en, host, prefix, verified: verified === "yes" }));
const asPlatform = ({ id, zh, en, verified }, text) => meaning("platform", text, { verified, platform: id, platformName: { zh, en } });

/** What to say of a code. */
const words = ({ scheme }) => said(SCHEMES[scheme]);

/** What a person said an ambiguous text is. @type {{text: string, meaning: Meaning} | null} */
let chosen = null;

/** A person says what an ambiguous text is: until another is asked about, it is that. @param {string} text @param {Meaning} meaning */
export const choose = (text, meaning) => {
  chosen = { text, meaning };
};

/**
 * Says what a scanned or typed text is.
 * @param {string} text
 * @returns {{outcome: "one" | "ambiguous" | "unknown" | "too_long", text: string, meanings: Meaning[],
 *   hint: {code: string, zh: string, en: string} | null, zh: string, en: string}}
 */
export function resolve(text) {
  if (bytesOf(text) > SCANNED_BYTES_MAX) return result("too_long", text, []);
  try {
    const meanings = chosen?.text === text ? [chosen.meaning] : meaningsOf(text);
    if (meanings.length === 1) return result("one", text, meanings);
    return result(meanings.length === 0 ? "unknown" : "ambiguous", text, meanings);
  } catch (error) {
    if (!(error instanceof IdFault || error instanceof LinkFault)) throw error;
    return result("unknown", text, [], { code: error.code, zh: error.zh, en: error.en });
  }
}

function result(outcome, text, meanings, hint = null) {
  const named = meanings.map((one) => ({ ...one, ...words(one) }));
  const told = outcome === "one" ? words(meanings[0]) : said(OUTCOMES[outcome]);
  const more = hint ? { zh: `${told.zh}。${hint.zh}`, en: `${told.en}. ${hint.en}` } : told;
  return { outcome, text, meanings: named, hint, ...more };
}

function meaningsOf(text) {
  if (isPart(text)) return [meaning("handover", text.split(":")[1])];
  if (isMarked(text)) return [linked("element_string", readElementString(text))];
  if (text.includes("://")) return [ofAddress(text)];
  const platform = platformRows().find(({ prefix }) => text.startsWith(prefix) && text.length > prefix.length);
  if (platform) return [asPlatform(platform, text)];
  return /^[0-9]+$/.test(text) ? ofDigits(text) : ofLetters(text);
}

function ofAddress(text) {
  const { host, path } = splitAddress(text);
  let fault;
  try {
    return linked("digital_link", readLink(text), { host });
  } catch (error) {
    fault = error;
  }
  const platform = platformRows().find((one) => host === one.host || host.endsWith(`.${one.host}`));
  if (platform) return asPlatform(platform, text);
  const [what, code] = path.split("/").slice(-2);
  if (code !== undefined && what === "t") return asLot(read.readLot(`t/${code}`), { host });
  if (code !== undefined && what === "s") return asSite(read.readSite(code), { host });
  // Of these two the program's own resolver is to learn.
  if (code !== undefined && what === "w") return ofWaybill(code, host);
  if (path === "join" && text.includes("#")) return meaning("invitation", text.slice(text.indexOf("#") + 1).split(".")[0], { host });
  throw fault;
}

function ofWaybill(code, host) {
  if (!KINDS.record_id(code)) throw new IdFault("record_id", "shape");
  return meaning("waybill", code, { host });
}

/** Every scheme of its length that an all-digit text fits. */
function ofDigits(text) {
  const found = [];
  let first = null;
  const attempt = (scheme, reader, more) => {
    try {
      found.push(meaning(scheme, reader(text), more));
    } catch (error) {
      first ??= error;
    }
  };
  switch (text.length) {
    case 13:
    case 14:
      attempt("gtin", read.readGtin);
      break;
    case 15:
      // Other certificates have 15 digits, too; a county that may exist tells a tag from them.
      if (!/^[1237]/.test(text) || read.namesACounty(text)) attempt("ear_tag", read.readEarTag);
      break;
    case 17:
      attempt("organic", read.readOrganic);
      if (read.isKnownRegion(text.slice(0, 6))) attempt("plant_quarantine", read.readPlantQuarantine);
      break;
    case 18:
      attempt("sscc", read.readSscc);
      attempt("party", read.readParty);
      break;
    case 24:
      attempt("vet_drug", read.readVetDrug);
      break;
    case 32:
      attempt("pesticide", read.readPesticide, { verified: false });
      break;
    default:
  }
  // An element string without marks needs a key with a check digit in front to be believed.
  if (/^0[01]/.test(text)) {
    try {
      found.push(linked("element_string", readElementString(text)));
    } catch {
      // Then it is none.
    }
  }
  if (found.length === 0 && first) throw first;
  return found;
}

/** A text with letters: what it begins with says what it would be. */
function ofLetters(text) {
  const site = () => [asSite(read.readSite(text))];
  const party = () => [meaning("party", read.readParty(text))];
  if (/^(?:t|01)\//.test(text)) return [asLot(read.readLot(text))];
  if (text.startsWith("NH-")) return party();
  if (/^S[C-]/.test(text)) return site();
  if (/^(?:JY|YB)/.test(text)) {
    // A credit code may begin with any letter of its alphabet.
    try {
      return party();
    } catch {
      return site();
    }
  }
  if (text.startsWith("QS")) return [meaning("historic_licence", read.readHistoricLicence(text))];
  if (text.startsWith("A") && bytesOf(text) === 9) return site();
  if (text.startsWith("01") && bytesOf(text) > 18) return [linked("element_string", readElementString(text))];
  if ([...text].length === 18) return party();
  return [];
}
