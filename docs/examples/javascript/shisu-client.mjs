#!/usr/bin/env node
// 食溯客户端示例:只用 Node.js 18+ 自带的模块。
// A client of Shisu in nothing but Node.js 18 or newer. docs/RECORD-FORMAT.md says what is written
// here and why; docs/examples/README.md how to run it.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { randomBytes, sign, verify } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash("sha256")).digest();
const base64url = (bytes) => Buffer.from(bytes).toString("base64url");

// 1. 密钥 Keys -----------------------------------------------------------------------------------

/** 读密钥文件;没有就新建(仅本人可读)。 Reads a key file, or makes one that only you can read. */
function readOrMakeKey(path) {
  const isNew = !existsSync(path);
  if (isNew) {
    const jwk = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
    writeFileSync(path, JSON.stringify(jwk) + "\n", { mode: 0o600, flag: "wx" });
  }
  const { kty, crv, x, d } = JSON.parse(readFileSync(path, "utf8"));
  const key = createPrivateKey({ key: { kty, crv, x, d }, format: "jwk" });
  // 指纹(RFC 7638):记录用它指明密钥。 The thumbprint by which records name the key.
  const kid = base64url(sha256(JSON.stringify({ crv, kty, x })));
  return { isNew, key, kid, jwk: { kty, crv, x } };
}

/** 持有证明:新密钥对日志、主体和自己的指纹签名。 The proof that one has a new key. */
function possession({ key, kid }, log, party) {
  const message = `shisu-key-possession/v1\n${log}\n${party}\n${kid}\n`;
  return base64url(sign(null, Buffer.from(message), key));
}

// 2. 记录 Records --------------------------------------------------------------------------------

/** 密封一个字段:签名里只有加盐的哈希,值在披露里。 Seals a field: a salted hash is signed. */
function seal(name, value) {
  const disclosure = base64url(JSON.stringify([base64url(randomBytes(16)), name, value]));
  return { disclosure, digest: base64url(sha256(disclosure)) };
}

/** 一条 create 记录:采收了一批。 A record that a lot was harvested: `jwt~disclosure~…~`. */
function createRecord(author, o) {
  const quantity = seal("quantity", o.quantity);
  // 不写备注也要密封:摘要个数不泄露信息。 Sealed even if empty, so that its absence tells nothing.
  const note = seal("note", null);
  const today = new Date(Date.now() + 8 * 3600_000).toISOString().slice(0, 10);
  const payload = {
    v: 1,
    type: "create",
    log: o.log,
    iss: o.party,
    site: o.site,
    iat: Math.floor(Date.now() / 1000),
    seq: Number(o.seq),
    prev: o.prev ?? null,
    moves: [{ n: 1, op: "in", lot: o.lot, uom: "KGM", _sd: [quantity.digest] }],
    body: {
      how: "harvest",
      lots: [{ n: 1, class: "leafy_vegetable", name: "示例青菜", made_on: today }],
      _sd: [note.digest],
    },
    _sd_alg: "sha-256",
  };
  const header = { alg: "EdDSA", typ: "shisu-record+sd-jwt", kid: author.kid };
  const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}`;
  const jwt = `${input}.${base64url(sign(null, Buffer.from(input), author.key))}`;
  return { jwt, text: [jwt, quantity.disclosure, note.disclosure, ""].join("~") };
}

// 3. 提交 Submitting -----------------------------------------------------------------------------

/** 提交,直到有答复:同一记录提交几次都是同一索引。 Submits until there is an answer; it is safe. */
async function submit(server, text) {
  for (let wait = 0.5; ; wait *= 2) {
    let answer;
    try {
      const headers = { "Content-Type": "application/sd-jwt" };
      answer = await fetch(`${server}/v1/records`, { method: "POST", headers, body: text });
      if (answer.status === 200 || answer.status === 201) return await answer.text();
    } catch (cause) {
      if (wait > 8) throw cause;
    }
    if (answer && ![408, 429, 500, 502, 503, 504].includes(answer.status)) {
      throw new Error(`${answer.status}: ${await answer.text()}`);
    }
    if (wait > 8) throw new Error("服务器没有应答 / the server does not answer");
    const seconds = Number(answer?.headers.get("retry-after")) || wait * Math.random();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

// 4. 回执 Receipts -------------------------------------------------------------------------------

/** 从叶子和证明算出树根(RFC 6962)。 The root that leaf and inclusion proof lead to. */
function rootFrom(leaf, index, size, proof) {
  let [hash, at, last] = [leaf, BigInt(index), BigInt(size) - 1n];
  if (at > last) throw new Error("索引超出日志 / the index is beyond the log");
  for (const sibling of proof) {
    if (last === 0n) throw new Error("证明过长 / the proof is too long");
    if (at % 2n === 1n || at === last) {
      hash = sha256(Buffer.of(1), sibling, hash);
      while (at % 2n === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      hash = sha256(Buffer.of(1), hash, sibling);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  if (last !== 0n) throw new Error("证明过短 / the proof is too short");
  return hash;
}

/** 核验检查点签名(C2SP signed-note)。 Checks that the log has signed a checkpoint. */
function checkSignature(note, vkey) {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey);
  const keyBytes = Buffer.from(encoded, "base64"); // 0x01, then 32 bytes
  const end = note.lastIndexOf("\n\n") + 1;
  const prefix = `— ${name} `;
  const line = note.slice(end + 1).split("\n").find((it) => {
    const signature = Buffer.from(it.slice(prefix.length), "base64");
    return it.startsWith(prefix) && signature.subarray(0, 4).toString("hex") === id;
  });
  if (!line) throw new Error("没有该日志的签名 / the log has not signed");
  const x = base64url(keyBytes.subarray(1));
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const signature = Buffer.from(line.slice(prefix.length), "base64").subarray(4);
  if (!verify(null, Buffer.from(note.slice(0, end)), key, signature)) {
    throw new Error("检查点签名不符 / the checkpoint's signature is wrong");
  }
  return name;
}

/** 核验回执:这条记录在日志里,而且日志为此签了名。 Checks a receipt (C2SP tlog-proof). */
function checkReceipt(receipt, jwt, log, vkey) {
  const cut = receipt.indexOf("\n\n");
  const [head, note] = [receipt.slice(0, cut).split("\n"), receipt.slice(cut + 2)];
  if (head.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("不是回执 / not a receipt");
  if (head[0].startsWith("extra ")) head.shift();
  const index = Number(head.shift().replace(/^index /, ""));
  const proof = head.map((line) => Buffer.from(line, "base64"));
  const [origin, size, root] = note.split("\n");
  if (checkSignature(note, vkey) !== log || origin !== log) {
    throw new Error("另一个日志的回执 / a receipt of another log");
  }
  const leaf = sha256(Buffer.of(0), jwt);
  if (!rootFrom(leaf, index, size, proof).equals(Buffer.from(root, "base64"))) {
    throw new Error("包含证明不成立 / the inclusion proof does not hold");
  }
  return index;
}

// 5. 全过程 The whole ---------------------------------------------------------------------------

const names = ["server", "log", "log-key", "key", "party", "site", "lot", "seq", "prev", "quantity"];
const options = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
const { values: o } = parseArgs({ options });
o.quantity ??= "120.5";
o.seq ??= "1";

const author = readOrMakeKey(o.key);
if (author.isNew) {
  const proof = possession(author, o.log, o.party);
  console.log(JSON.stringify({ party: o.party, jwk: author.jwk, proof }));
} else {
  const record = createRecord(author, o);
  const receipt = await submit(o.server, record.text);
  const index = checkReceipt(receipt, record.jwt, o.log, o["log-key"]);
  const answer = await fetch(`${o.server}/v1/lots/${o.lot}/verdict`);
  const verdict = await answer.json();
  const id = base64url(sha256(record.jwt));
  console.log(JSON.stringify({ id, index, state: verdict.state, verdict }));
}
