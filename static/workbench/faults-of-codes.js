// Why a text is no code of some kind, in words, as the program says it.

import { Fault } from "../verify/fault.js";

const KINDS = {
  uscc: ["统一社会信用代码", "unified social credit code"],
  licence: ["食品许可证编号", "food licence number"],
  historic_licence: ["旧版QS编号", "historic QS number"],
  smallholder: ["农户编号", "smallholder number"],
  site_no: ["场所登记号", "site number"],
  site: ["场所编号", "site id"],
  slaughter_code: ["定点屠宰代码", "slaughterhouse code"],
  gtin: ["商品条码(GTIN)", "GTIN"],
  gln: ["参与方位置码(GLN)", "GLN"],
  sscc: ["物流单元代码(SSCC)", "SSCC"],
  lot_code: ["批次码", "lot code"],
  batch: ["批号", "batch number"],
  serial: ["序列号", "serial number"],
  variant: ["产品变体", "variant"],
  ear_tag: ["畜禽标识", "ear tag"],
  vet_drug: ["兽药追溯码", "veterinary drug code"],
  pesticide: ["农药追溯码", "pesticide code"],
  organic: ["有机码", "organic code"],
  plant_quarantine: ["植物检疫证书编号", "plant quarantine certificate"],
  record_id: ["记录编号", "record id"],
  link: ["GS1代码", "GS1 code"],
};

const FULL_WIDTH = /[\uff01-\uff5e\u3000]/u;
const CHINESE = /[\u4e00-\u9fff\u3400-\u4dbf]/u;

/** What usually went wrong when this character turns up; nothing is repaired. */
function hint(found) {
  if (FULL_WIDTH.test(found)) return ["请改用半角字符。", " It is full-width; use the half-width character."];
  if (CHINESE.test(found)) {
    return ["此处不能用汉字，请改用字母或数字代码。", " Chinese characters are not allowed here; use a code of letters and digits."];
  }
  if (/[a-z]/.test(found)) return ["如为字母请核对是否应大写。", " If it is a letter, it may have to be upper case."];
  if (found === "O") return ["是否为数字0？", " Is it the digit 0?"];
  if (found === "I") return ["是否为数字1？", " Is it the digit 1?"];
  if (/\s/.test(found)) return ["请去掉空白。", " Remove the white space."];
  return ["", ""];
}

const WORDS = {
  length: ({ found, min, max }) =>
    min === max
      ? [`应为${min}位，实为${found}位。`, `it must have ${min} characters but has ${found}.`]
      : [`应为${min}至${max}位，实为${found}位。`, `it must have ${min} to ${max} characters but has ${found}.`],
  character: ({ position, found }) => {
    const [zh, en] = hint(found);
    return [`第${position}位不能是“${found}”。${zh}`, `'${found}' may not stand at position ${position}.${en}`];
  },
  check_digit: ({ expected, found }) => [
    `校验位应为“${expected}”，实为“${found}”，请核对各位数字。`,
    `the check digit should be ${expected} but is ${found}; compare the digits.`,
  ],
  shape: () => ["格式不符。", "it does not have the shape of such an identifier."],
  date: () => ["日期不存在。", "there is no such date."],
  time: () => ["时间不存在。", "there is no such time of day."],
  not_canonical: () => ["写法不规范：同一编号只允许一种写法。", "it is not in its one canonical spelling."],
  broken_encoding: () => ["百分号编码不完整。", "a percent sign is not followed by two hexadecimal digits."],
  dot_segment: () => ["不能只写“.”或“..”，网址会丢失它。", 'a part may not be "." or "..": web addresses would lose it.'],
};

/** A text that is not the identifier it was read as. */
export class IdFault extends Fault {
  /** @param {string} kind @param {string} what @param {object} [more] */
  constructor(kind, what, more = {}) {
    super(`id_${what}`);
    this.what = what;
    this.more = more;
    const [zh, en] = WORDS[what](more);
    [this.zh, this.en] = [`${KINDS[kind][0]}：${zh}`, `${KINDS[kind][1]}: ${en}`];
  }
}

const LINKS = {
  link_too_long: ["内容过长。", "It is too long."],
  link_not_web_address: ["不是有效的网址（http或https加主机名）。", "It is not a web address (http or https and a plain host name)."],
  link_no_key: ["没有GS1标识代码。", "It has no GS1 key."],
  link_two_keys: ["含有两个互斥的GS1标识代码。", "It has two GS1 keys that exclude each other."],
  link_unknown_ai: ["含有不支持的GS1应用标识符。", "It has a GS1 application identifier that is not supported."],
  link_qualifiers: ["标识代码之后的限定项有误或顺序不对（应为22、10、21）。", "What follows the key is wrong or in the wrong order (22, 10, 21)."],
  link_path_only: ["({ai})应写在网址路径中，不能写在问号之后。", "({ai}) belongs in the path, not after the question mark."],
  link_duplicate_ai: ["({ai})重复出现。", "({ai}) occurs twice."],
  link_requires_ai: ["有({ai})时还须有({needs})。", "({ai}) needs ({needs}) beside it."],
  link_encoding: ["百分号编码不完整或不是UTF-8。", "Its percent encoding is broken or not UTF-8."],
  link_query: ["问号之后有缺少等号的内容。", "Something after the question mark has no equals sign."],
  link_brackets: ["括号不成对，应为(01)…(10)…。", "The brackets do not pair up as (01)…(10)…."],
};

/** A text that is no Digital Link or element string. */
export class LinkFault extends Fault {
  /** @param {string} code @param {{ai?: string, needs?: string, inner?: IdFault}} [more] */
  constructor(code, { ai = "", needs = "", inner } = {}) {
    super(code);
    if (inner) {
      const [zh, en] = WORDS[inner.what](inner.more);
      [this.zh, this.en] = [`(${ai})：${zh}`, `(${ai}): ${en}`];
    } else {
      const fill = (text) => text.replaceAll("{ai}", ai).replaceAll("{needs}", needs);
      [this.zh, this.en] = LINKS[code].map(fill);
    }
  }
}
