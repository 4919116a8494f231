// Animals come to a slaughterhouse: whose they are, how many of each owner, the quarantine certificate with its ear tags
// (生猪屠宰管理条例 art. 13). An owner who has animals slaughtered for them (代宰) gets a lot of their own.

import { certify, enter, said } from "../workbench/drafts.js";
import { resolve } from "../workbench/resolve.js";
import { sum } from "../workbench/quantity.js";
import { KINDS } from "../verify/kinds.js";
import { readRecord } from "../verify/record.js";
import { FieldFault, Form, choice, more, picked, typed } from "./form.js";
import { className, hasTag } from "./goods.js";
import { FORMS, quarantineDetail, quarantineTerms } from "./certificate-parts.js";
import { county, knowCounties } from "./counties.js";
import { earTagsField } from "./ear-tags-field.js";
import { attach } from "./photos.js";
import { countyOf, newLot } from "./lots.js";
import { scanBox, signal } from "./scanbox.js";
import { button, dayOf, el, fill, note, of, t, tell } from "./ui.js";

const ANIMALS = ["live_pig", "live_cattle", "live_sheep", "live_chicken", "live_duck"];
/** Owners of one intake. */
const OWNERS_MAX = 20;
/** Whose animals a lot is of, for when it is slaughtered. */
const ownerMark = (lot) => `owner-of:${lot}`;
/** How the record of an intake names the owner for whom animals are slaughtered, in its sealed note. */
const OWNER = /^货主 ([\w-]+)/;

const heads = (text) => (/^[1-9][0-9]{0,4}$/.test(text.normalize("NFKC")) ? text.normalize("NFKC") : null);
/** A party's code as it is typed, or null. */
export const partyCode = (text) => (KINDS.party(text.toUpperCase()) ? text.toUpperCase() : null);
const name = (text) => (KINDS.name(text) ? text : null);

function ownerForm(at) {
  return new Form([
    typed("owner", at === 0 ? t("货主（供货者）", "Owner (supplier)") : t(`货主 ${at + 1}`, `Owner ${at + 1}`), { required: true, read: name }),
    typed("heads", t("头数", "Heads"), { required: true, inputmode: "numeric", read: heads, wrong: ["头数是 1 以上的整数", "heads are a whole number"] }),
    more(t("联系方式、地址、主体代码", "Contact, address, code"), [
      typed("contact", t("联系方式", "Contact"), { inputmode: "tel", read: name }),
      typed("address", t("地址", "Address"), { read: name }),
      typed("owner_party", t("货主的主体代码（代宰用）", "Code of the owner, for slaughter on their behalf"), { read: partyCode, wrong: ["主体代码写法不对", "this is no code of a party"] }),
    ]),
  ]);
}

/**
 * Whose animals these are: as this phone took them in, or else as the record of their intake says, which every device of the site may
 * open; each look is written down, so what was found stays here.
 * @returns {Promise<{owner: string | null, party: string | null} | null | undefined>} null if they came by no intake, undefined if nobody can say now
 */
export async function ownerOf(dock, { lot, class: kind, origin, credit: { record } }) {
  const known = await dock.mark(ownerMark(lot));
  if (known) return known;
  if (!hasTag(kind, "live_animal") || origin !== record) return null;
  try {
    const { slots } = await readRecord((await dock.ask(`/v1/records/${record}?open=trade,personal`)).sd_jwt);
    const opened = (name) => slots.find((slot) => slot.place !== "line" && slot.name === name)?.opened?.value;
    const told = { owner: opened("supplier")?.name ?? null, party: OWNER.exec(opened("note") ?? "")?.[1] ?? null };
    await dock.keep(ownerMark(lot), told);
    return told;
  } catch {
    return undefined;
  }
}

/** What is signed: one record for each owner, and one for the paper that all came under. */
export function intakeOf({ kind, owners, paper, tags, blobs, today, lots }) {
  const rows = owners.map((one, at) => ({ ...one, lot: lots[at] }));
  const origin = paper.origin;
  const entered = rows.map((one) => {
    const supplier = said({ name: one.owner, contact: one.contact, address: one.address });
    const info = said({ class: kind, name: className(kind), made_on: today, origin });
    const note = [one.owner_party && `货主 ${one.owner_party}`, paper.note].filter(Boolean).join("；") || undefined;
    return enter([{ lot: one.lot, quantity: one.heads, uom: "HEA", info }], said({ received_on: today, checked: ["quarantine"], supplier, note }), { blobs });
  });
  const detail = quarantineDetail({ ...paper, subject: className(kind), purpose: "slaughter", tags });
  const body = said({
    ...{ kind: "animal_quarantine", standing: "transcribed", number: paper.number, issuer: paper.issuer, issued_in: origin, issued_on: paper.issued_on },
    ...{ uom: "HEA", certified: paper.heads, detail },
  });
  return { entered, paper: certify(body, rows.map((one) => `lot/${one.lot}`), { blobs }) };
}

class Intake {
  constructor(dock, main, stock) {
    Object.assign(this, { dock, main, stock, owners: [], blobs: [], today: dayOf(dock.clock.seconds()) });
    // Names of everything that may be signed: pressing again says nothing twice.
    this.ops = Array.from({ length: OWNERS_MAX + 1 }, () => dock.newOp());
    this.lots = this.ops.map((_, at) => newLot(dock, at));
  }

  draw() {
    this.place = el("div", {});
    this.kind = picked("kind", t("畜禽种类", "Animals"), ANIMALS.map((one) => [one, className(one)]), { value: "live_pig", changed: () => this.tags.look() });
    this.heads = typed("heads", t("证上头数", "Heads on the paper"), { required: true, inputmode: "numeric", read: heads, wrong: ["头数是 1 以上的整数", "heads are a whole number"] });
    this.heads.input.addEventListener("input", () => this.tags.look());
    this.tags = earTagsField({ kindOf: () => this.kind.get(), headsOf: () => heads(this.heads.input.value.trim()) ?? undefined });
    this.paper = new Form([
      typed("number", t("检疫证明编号", "Number of the quarantine certificate"), { required: true, read: name }),
      choice("form", t("证明样式", "Form"), FORMS.animal_quarantine, { value: "animal_b" }),
      this.heads,
      typed("issuer", t("签发机构", "Issued by"), { required: true, read: name }),
      typed("issued_on", t("签发日期", "Issued on"), { value: this.today, kind: "date", required: true }),
      county("origin", t("启运县", "County of departure"), { value: countyOf(this.stock), required: true }),
      ...quarantineTerms({ hasTags: false }),
      more(t("说明（数目不符时写明）", "Note (when the numbers differ)"), [typed("note", t("说明", "Note"), { rows: 2 })]),
    ]);
    const box = scanBox((text) => this.scan(text), { label: t("逐个扫耳标", "Scan ear tags one by one") });
    fill(
      this.main,
      el("h1", {}, t("屠宰进场", "Animals for slaughter")),
      this.kind.node,
      el("h2", {}, t("货主和头数", "Owners and heads")),
      this.place,
      button(t("再加一个货主（代宰）", "One more owner"), () => this.add(), { id: "add-owner" }),
      el("h2", {}, t("检疫证明", "Quarantine certificate")),
      this.paper.node,
      this.tags.node,
      box.node,
      attach(this.blobs, t("拍检疫证明", "Picture of the certificate")),
      el("div", { class: "foot" }, button(t("核对并签名", "Check and sign"), () => this.sign(), { kind: "strong", id: "sign" })),
    );
    this.add();
    return box.stop;
  }

  add() {
    if (this.owners.length >= OWNERS_MAX) throw new FieldFault("owners", ["一次最多 20 个货主", "twenty owners at most"]);
    const form = ownerForm(this.owners.length);
    this.owners.push(form);
    this.place.append(form.node);
  }

  scan(text) {
    const found = resolve(text);
    const tag = (found.meanings ?? []).find(({ scheme }) => scheme === "ear_tag")?.key;
    if (!tag) tell(of(found), "bad");
    return signal(tag ? (this.tags.add(tag) ? "good" : "again") : "bad");
  }

  async sign() {
    const owners = this.owners.map((form) => form.values());
    const paper = this.paper.values();
    const tags = this.tags.get();
    if (this.blobs.length === 0) throw new FieldFault("photo", ["请拍下检疫证明，抄录要附照片", "take a picture of the certificate: what is typed off stands with it"]);
    const total = sum(owners.map((one) => one.heads));
    const others = [total, ...(tags.length > 0 ? [String(tags.length)] : [])].filter((one) => one !== paper.heads);
    if (others.length > 0 && paper.note === undefined) {
      throw new FieldFault("note", [`证上 ${paper.heads} 头，货主合计 ${total} 头，耳标 ${tags.length} 个：数目不符，请核对，或在说明里写明`, `the paper says ${paper.heads}, the owners have ${total}, ear tags are ${tags.length}: check, or say why in the note`]);
    }
    const what = { kind: this.kind.get(), owners, paper, tags, blobs: this.blobs, today: this.today, lots: this.lots };
    const made = intakeOf(what);
    let item = null;
    for (const [at, draft] of [...made.entered, made.paper].entries()) {
      item = await this.dock.say(draft, at < made.entered.length ? this.ops[at] : this.ops.at(-1));
    }
    for (const [at, one] of owners.entries()) await this.dock.keep(ownerMark(this.lots[at]), { owner: one.owner, party: one.owner_party ?? null });
    globalThis.location.hash = `#/done/${item.op_id}`;
  }
}

/** @param {import("./dock.js").Dock} dock */
export async function intakeScreen(dock, main) {
  await knowCounties();
  const stock = await dock.stock();
  const stop = new Intake(dock, main, stock).draw();
  if (stock.site && stock.site.kind !== "slaughter_line") main.querySelector("h1").after(note("warn", t("本场所登记的不是屠宰线。", "These premises are not enrolled as a slaughter line.")));
  return stop;
}
