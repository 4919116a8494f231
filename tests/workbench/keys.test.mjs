// The device's key: how it is kept, how it comes to sign for somebody, and what is lost with it.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { CHAIN, LOG, Ledger } from "./ledger.mjs";
import { codeOf, signerNamed, vectors, verifier, workbench } from "./common.mjs";

const keys = await workbench("keys");
const joining = await workbench("joining");
const { Database } = await workbench("db");
const { accepts } = await verifier("ed25519");

let ledger;
before(async () => {
  ledger = await Ledger.begin();
});
after(() => ledger?.end());

const message = new TextEncoder().encode("示例");
let count = 0;
const fresh = () => Database.open({ name: `keys-${(count += 1)}` });

test("the browser's own key cannot be read, is there after the page is opened again, and signs", async () => {
  const name = `keys-${(count += 1)}`;
  const db = await Database.open({ name });
  const made = await keys.makeKey(db);
  assert.equal(made.how, "webcrypto");
  assert.equal(made.secret, undefined);
  await assert.rejects(crypto.subtle.exportKey("pkcs8", made.privateKey), { name: /^InvalidAccess/ });
  await assert.rejects(crypto.subtle.exportKey("jwk", made.privateKey), { name: /^InvalidAccess/ });
  db.close();
  const signer = keys.signerOf(await (await Database.open({ name })).get("keys", made.kid));
  assert.ok(await accepts(signer.publicKey, message, await signer.sign(message)));
});

test("where the browser has no Ed25519, or cannot keep such a key, one is stored, and the page says so", async () => {
  const without = await keys.makeKey(await fresh(), { native: false });
  const { generateKey } = crypto.subtle;
  crypto.subtle.generateKey = () => Promise.reject(new DOMException("Ed25519", "NotSupportedError"));
  const refused = await keys.makeKey(await fresh());
  crypto.subtle.generateKey = generateKey;
  const forgetful = await fresh();
  const put = forgetful.put.bind(forgetful);
  forgetful.put = (store, row) =>
    row.privateKey ? Promise.reject(new DOMException("CryptoKey", "DataCloneError")) : put(store, row);
  const unkept = await keys.makeKey(forgetful);
  for (const key of [without, refused, unkept]) {
    assert.equal(key.how, "stored");
    const signer = keys.signerOf(key);
    assert.ok(await accepts(signer.publicKey, message, await signer.sign(message)));
    const { zh, en } = keys.kindWords(key);
    assert.match(zh, /较弱/);
    assert.match(en, /protects it less/);
  }
});

test("proofs of possession are those of the vectors", async () => {
  const signer = signerNamed("possession");
  for (const { log, party, proof, jwk } of vectors("possession").good) {
    assert.deepEqual(signer.jwk, { ...signer.jwk, ...jwk });
    assert.equal(await keys.prove(signer, log, party), proof);
  }
});

test("a code is read as people type it, and names its invitation as the server does", async () => {
  const invited = await joining.invite(ledger.desk, { party: CHAIN.farm.party, role: "clerk" });
  const code = joining.readCode(invited.code);
  assert.equal(await joining.invitationId(code), invited.id);
  const typed = [invited.code.toLowerCase(), ` ${code.replaceAll("1", "l").replaceAll("0", "o")} `, `${ledger.url}${invited.link}`];
  for (const one of typed) assert.equal(joining.readCode(one), code, one);
  for (const one of ["", "7H4K", `${code}0`, code.replace(/^./, "U"), "https://a.example/join#"]) {
    assert.equal(await codeOf(() => joining.readCode(one)), "invitation_form", one);
  }
});

test("a device that was invited signs in once somebody approved it, not before", async () => {
  const phone = await ledger.device("farm", "clerk", { approved: false });
  assert.equal((await keys.readDevice(phone.db)).standing, "waiting");
  assert.equal(await codeOf(() => joining.signIn(phone.server, phone.signer, LOG, "token")), "sign_in_failed");
  await ledger.approve(phone.who.kid);
  const now = await joining.lookAgain(phone.server, phone.code, phone.who.kid);
  assert.equal(now.standing, "joined");
  assert.deepEqual(now.sites, [CHAIN.farm.site]);
  const session = await joining.signIn(phone.server, phone.signer, LOG, "token");
  assert.equal(session.party, CHAIN.farm.party);
  assert.equal((await joining.feedOf(phone.server, phone.who.kid)).seq, 0);
});

test("a challenge for another log or key is not signed", async () => {
  const signer = signerNamed("farm");
  const answers = (challenge) => ({ json: async () => ({ challenge }) });
  const good = `shisu-sign-in/v1\nlog: ${LOG}\nkey: ${signer.kid}\nexpires: 1\nnonce: a\nmac: b\n`;
  const signed = [];
  const watched = { ...signer, sign: async (bytes) => (signed.push(bytes), signer.sign(bytes)) };
  const wrong = [
    good.replace(LOG, "jiangsu.example/log"),
    good.replace(signer.kid, signerNamed("shop").kid),
    good.replace("shisu-sign-in/v1", "shisu-key-possession/v1"),
    good.slice(0, -1),
    `${good}more\n`,
    "eyJ.eyJ",
    42,
  ];
  for (const one of wrong) {
    assert.equal(await codeOf(() => joining.signIn(answers(one), watched, LOG)), "challenge_form");
  }
  assert.equal(signed.length, 0);
});

test("an admin's device adds another by scanning what it shows, and ends it when it is lost", async () => {
  const admin = await ledger.device("shop", "admin");
  const own = { log: LOG, party: CHAIN.shop.party };
  const phone = await ledger.newDevice();
  const shown = await joining.deviceRequest(phone.signer, own);
  const request = await joining.readDeviceRequest(shown, own);
  assert.equal(request.kid, phone.signer.kid);
  const from = Math.floor(Date.now() / 1000) - 60;
  const who = { ...admin.who, site: undefined };
  const wanted = { ...request, sites: [CHAIN.shop.site], role: "clerk" };
  await admin.outbox.add(await joining.approve(wanted, { from, person: { name: "示例人员" } }), who);
  await admin.outbox.flush();
  assert.deepEqual((await admin.outbox.items()).map(({ state }) => state), ["accepted"]);
  const session = await joining.signIn(phone.server, phone.signer, LOG, "token");
  assert.deepEqual(session.sites, [CHAIN.shop.site]);

  await admin.outbox.add(joining.revoke(phone.signer.kid, "lost"), who);
  await admin.outbox.flush();
  assert.equal(await codeOf(() => joining.signIn(phone.server, phone.signer, LOG, "token")), "sign_in_failed");
  await joining.signIn(admin.server, admin.signer, LOG, "token");
  const listed = await joining.devices(admin.server, CHAIN.shop.party);
  assert.equal(listed.find(({ kid }) => kid === phone.signer.kid).revoked, true);
});

test("what a device shows is refused if it is for others, altered, or no request", async () => {
  const own = { log: LOG, party: CHAIN.shop.party };
  const shown = await joining.deviceRequest(signerNamed("phone"), own);
  const code = (text) => codeOf(() => joining.readDeviceRequest(text, own));
  assert.equal(await code(shown), "accepted");
  assert.equal(await code(shown.replace(LOG, "jiangsu.example/log")), "device_other_log");
  assert.equal(await code(shown.replace(CHAIN.shop.party, CHAIN.farm.party)), "device_other_party");
  const other = signerNamed("other").jwk.x;
  assert.equal(await code(shown.replace(signerNamed("phone").jwk.x, other)), "possession_proof");
  assert.equal(await code("01/09520001123467/10/QP1"), "device_form");
});

test("the browser is asked not to clear what lies here, and what it answers is said", async () => {
  const manager = (persisted, persist) => ({ persisted: async () => persisted, persist: async () => persist });
  assert.equal((await keys.askToKeep(manager(false, true))).code, "persistent");
  assert.equal((await keys.askToKeep(manager(true, false))).code, "persistent");
  const refused = await keys.askToKeep(manager(false, false));
  assert.equal(refused.code, "best_effort");
  assert.match(refused.zh, /密钥会丢失/);
  assert.equal((await keys.askToKeep(null)).code, "unknown");
});

test("after storage was cleared the page says what is lost, as far as anybody can know", async () => {
  const marks = new Map();
  const storage = { getItem: (name) => marks.get(name) ?? null, setItem: (name, value) => marks.set(name, value) };
  const db = await fresh();
  assert.equal((await keys.whatIsLost(db, storage)).code, "perhaps");
  const { kid } = await keys.makeKey(db);
  keys.leaveMark(storage, { kid, waiting: 3 });
  assert.equal((await keys.whatIsLost(db, storage)).code, "none");
  const cleared = await fresh();
  const lost = await keys.whatIsLost(cleared, storage);
  assert.deepEqual([lost.code, lost.kid, lost.waiting], ["all", kid, 3]);
  assert.match(lost.zh, /未发送 3 条/);
  marks.set("shisu-workbench", "{broken");
  assert.equal((await keys.whatIsLost(cleared, storage)).code, "perhaps");
  assert.equal(await codeOf(() => keys.deviceSigner(cleared)), "no_key");
});

test("a browser that lets nothing be kept is told of, not run into", async () => {
  assert.equal(await codeOf(() => Database.open({ factory: null })), "no_storage");
  const broken = { open: () => { throw new DOMException("denied", "SecurityError"); } };
  assert.equal(await codeOf(() => Database.open({ factory: broken })), "no_storage");
});
