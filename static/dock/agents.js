// Acting for a smallholder who has no phone: the registrar has enrolled this party as their agent, and their consent lies here
// as a picture, whose hash goes into every record that is signed for them. Each such record says for whom it is.

import { KINDS } from "../verify/kinds.js";
import { FieldFault, Form, between, picked, typed } from "./form.js";
import { attach } from "./photos.js";
import { button, dayOf, doubts, el, fill, go, note, t } from "./ui.js";

const KIND = "consent";
const isSmallholder = (text) => (KINDS.party(text.toUpperCase()) ? text.toUpperCase() : null);

/** For whom this device acts, with their consent. @returns {Promise<{party: string, called: string, blob: object, on: string}[]>} */
export const actedFor = (dock) => dock.notes.list(KIND);

/** The consent of a party for whom a record is signed, as the blobs of that record. */
const consentsOf = (all) => (party) => {
  const one = all.find((known) => known.party === party);
  if (party && !one) throw new FieldFault("on_behalf_of", [`没有 ${party} 的委托书，请先在“代农户办”登记`, `there is no consent of ${party} here: note it first`]);
  return one ? [one.blob] : [];
};

/** Consents by party. @returns {Promise<(party: string | undefined) => object[]>} */
export const consents = async (dock) => consentsOf(await actedFor(dock));

/** A choice of for whom, with the consent of each; there is nothing to choose if this device acts for nobody. */
export async function forWhom(dock, value) {
  const all = await actedFor(dock);
  if (all.length === 0) return { ...between(null), blobsOf: consentsOf(all) };
  const own = dock.device.partyName ?? dock.device.party;
  const field = picked("on_behalf_of", t("替谁办", "For whom"), all.map((one) => [one.party, t(`代 ${one.called}`, `for ${one.called}`)]), { value, empty: t(`本主体（${own}）`, `this party (${own})`) });
  const of = (party) => all.find((one) => one.party === party);
  return { ...field, of, blobsOf: consentsOf(all) };
}

/** For whom a record was signed, if it was for somebody else. @param {{iss: string, body: object}} claims */
export function signedFor({ iss, body }) {
  const party = body.on_behalf_of ?? (body.standing === "issued" ? body.issuer_party : null);
  return party && party !== iss ? party : null;
}

/** “for …”, where a record was signed for somebody else. */
export async function signedForWords(dock, claims) {
  const party = signedFor(claims);
  if (party === null) return null;
  const known = (await actedFor(dock)).find((one) => one.party === party);
  return t(`代 ${known?.called ?? party}`, `for ${known?.called ?? party}`);
}

/** Whether the ledger has this party as their agent. @returns {Promise<boolean | null>} null if nobody can say now */
async function isTheirAgent(dock, party) {
  try {
    const { agent } = await dock.server.json("GET", `/v1/parties/${party}`);
    return agent === dock.device.party;
  } catch (error) {
    return error.status === 404 ? false : null;
  }
}

function card(dock, one, draw) {
  const end = async () => {
    await dock.notes.end(KIND, one.party);
    await draw();
  };
  return el(
    "li",
    { class: "card" },
    el("div", { class: "what" }, el("b", {}, t(`代 ${one.called}`, `for ${one.called}`)), el("span", { class: "small" }, el("bdi", {}, one.party)), el("span", { class: "small" }, t(`委托书照片，${one.on}`, `picture of the consent, ${one.on}`), one.agreed === undefined ? t(" · 登记未核对", " · enrolment not checked") : ""), doubts(one)),
    button(t("不再代办", "End"), end),
  );
}

function addForm(dock, draw) {
  const blobs = [];
  const form = new Form([
    typed("party", t("农户代码", "Code of the smallholder"), { required: true, read: isSmallholder, wrong: ["农户代码写法不对，例如 NH-330421-0000017", "this is no code of a party"] }),
    typed("called", t("称呼（本场所设备可见）", "What they are called (for this site's devices)"), { required: true, read: (text) => (KINDS.name(text) ? text : null) }),
  ]);
  const add = async () => {
    const { party, called } = form.values();
    if (party === dock.device.party) throw new FieldFault("party", ["这是本主体，不用代办", "this is this party itself"]);
    if (blobs.length === 0) throw new FieldFault("photo", ["请拍下农户签字的委托书：没有委托不能代办", "take a picture of the signed consent: nobody acts for others without it"]);
    const isAgreed = await isTheirAgent(dock, party);
    if (isAgreed === false) throw new FieldFault("party", ["登记里没有委托本主体代办，请先到登记机构登记", "the registry does not have this party as their agent: have the registrar enrol that first"]);
    await dock.notes.put({ kind: KIND, party, called, agreed: isAgreed ?? undefined, blob: { ...blobs[0], class: "personal" }, on: dayOf(dock.clock.seconds()) });
    await draw();
  };
  return [form.node, el("div", { class: "stack" }, attach(blobs, t("拍委托书", "Picture of the consent")), button(t("可以代办", "Act for them"), add, { kind: "strong", id: "sign" }))];
}

/** @param {import("./dock.js").Dock} dock */
export async function agentsScreen(dock, main) {
  const draw = async () => {
    const all = await actedFor(dock);
    fill(
      main,
      el("h1", {}, t("代农户办", "Acting for smallholders")),
      note("", t("替没有手机的农户登记、开承诺达标合格证。每条记录都写明是代谁办的，并附委托书的哈希；委托书照片只给有权查看的人。", "For smallholders without a phone: records and farm certificates. Every record says for whom it is and has the hash of their consent, which only those see who may.")),
      all.length > 0 ? el("ul", { class: "cards" }, all.map((one) => card(dock, one, draw))) : null,
      all.length > 0 ? el("div", { class: "pair" }, go(t("登记批次", "A lot"), "#/make", { kind: "strong" }), go(t("开合格证", "A certificate"), "#/promise", { kind: "strong" })) : null,
      el("h2", {}, t("新委托", "A new consent")),
      addForm(dock, draw),
    );
  };
  await draw();
}
