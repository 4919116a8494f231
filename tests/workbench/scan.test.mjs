// Reading codes: a sample of the generated pictures in a real browser, the browser's own detector first where there is
// one, a hardware scanner, and codes that this page shows itself.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { measure } from "./pictures/browser.mjs";
import { picture } from "./pictures/make.mjs";
import { codeOf, file, vectors, verifier, workbench } from "./common.mjs";

const { PHOTO_BYTES_MAX, Scanner, openCamera, wedge } = await workbench("scan");
const { modulesOf, svgOf } = await workbench("qr-code");
const { Gathering, partsOf } = await workbench("qr-sequence");
const { resolve } = await workbench("resolve");
const { readRecord } = await verifier("record");

/** Pictures of the set that the test reads, three of each kind; measure.mjs reads all. */
const SAMPLE = Array.from({ length: 18 }, (_, at) => at + 30);

test("the same number is the same picture", async () => {
  const [one, again, other] = await Promise.all([7, 7, 8].map((number) => picture(number)));
  assert.deepEqual([one.kind, one.texts], [again.kind, again.texts]);
  assert.ok(Buffer.from(one.grey).equals(Buffer.from(again.grey)));
  assert.ok(!Buffer.from(one.grey).equals(Buffer.from(other.grey)));
});

test("Chromium reads a sample of the label pictures, in a worker, under the pages' policy", async (context) => {
  const { byKind, read, of, wrong, medianMs } = await measure(SAMPLE);
  context.diagnostic(`${read} of ${of} read, median ${medianMs.toFixed(0)} ms`);
  assert.deepEqual(wrong, [], "nothing is misread");
  assert.ok(read / of >= 0.9, JSON.stringify(byKind));
});

const image = { size: 1000 };
/** A worker that finds what it is told, and notes what it was asked. */
function workerOf(found, asked = []) {
  const worker = { terminate() {} };
  worker.postMessage = ({ id, how }) => {
    asked.push(how);
    queueMicrotask(() => worker.onmessage({ data: { id, ...(found instanceof Error ? { error: found.message } : { found }) } }));
  };
  return () => worker;
}
const texts = (codes) => codes.map(({ text }) => text);

test("the browser's own detector is asked first, and the worker for what it does not find", async () => {
  const asked = [];
  const qr = { rawValue: "https://zj.example/t/JX-1", format: "qr_code", cornerPoints: [] };
  const found = new Scanner({ detector: { detect: async () => [qr] }, worker: workerOf([], asked) });
  assert.deepEqual(texts(await found.read(image)), [qr.rawValue]);
  assert.equal(asked.length, 0);
  assert.deepEqual(texts(await found.read(image, { enough: 2 })), [qr.rawValue]);
  assert.equal(asked.length, 1);
  const other = { text: "]C1010952000112346710A\u001d17261130", format: "Code128" };
  const linear = { rawValue: "010952000112346710A17261130", format: "code_128", cornerPoints: [] };
  const careful = new Scanner({ detector: { detect: async () => [linear] }, worker: workerOf([other]) });
  // Its text has lost the separator, so that the batch would be another.
  assert.deepEqual(texts(await careful.read(image)), [other.text]);
  assert.equal(resolve(other.text).meanings[0].lot, "01/09520001123467/10/A");
  const failing = new Scanner({ detector: { detect: async () => { throw new Error("no service"); } }, worker: workerOf([other]) });
  assert.deepEqual(texts(await failing.read(image)), [other.text]);
});

test("a detector that is there in name only is not relied upon", async () => {
  const Detector = class { static getSupportedFormats = async () => []; };
  assert.equal((await Scanner.make(Detector)).detector, null);
  assert.equal((await Scanner.make(undefined)).detector, null);
  const Known = class { static getSupportedFormats = async () => ["qr_code", "code_128", "aztec"]; };
  assert.ok((await Scanner.make(Known)).detector instanceof Known);
});

test("a photo that is too large or cannot be opened, and a decoder that is missing, are told of", async () => {
  const scanner = (found) => new Scanner({ worker: workerOf(found) });
  assert.equal(await codeOf(() => scanner([]).read({ size: PHOTO_BYTES_MAX + 1 })), "photo_too_large");
  assert.equal(await codeOf(() => scanner(new Error("InvalidStateError")).read(image)), "photo_unread");
  const broken = { postMessage: () => queueMicrotask(() => broken.onerror({ message: "404" })) };
  assert.equal(await codeOf(() => new Scanner({ worker: () => broken }).read(image)), "decoder_missing");
});

test("a camera that is denied or missing is told apart", async () => {
  const devices = (name) => ({ getUserMedia: async () => { throw new DOMException("", name); } });
  assert.equal(await codeOf(() => openCamera(devices("NotAllowedError"))), "camera_denied");
  assert.equal(await codeOf(() => openCamera(devices("NotFoundError"))), "camera_missing");
  assert.equal(await codeOf(() => openCamera(null)), "camera_missing");
});

test("a hardware scanner is told from somebody who types", () => {
  const told = [];
  const take = wedge((text) => told.push(text));
  const type = (keys, pause, from = 0) => keys.map((key, at) => take(key, from + at * pause)).at(-1);
  assert.equal(type([..."(01)09520001123467(10)QP1", "Enter"], 5), true);
  assert.equal(type([..."hello", "Enter"], 200, 10_000), false);
  assert.equal(type([..."ab", "Enter"], 5, 20_000), false);
  type(["Shift", ..."]Q3010952000112346710A", "\u001d", ..."17261130", "Tab"], 5, 30_000);
  assert.deepEqual(told, ["(01)09520001123467(10)QP1", "]Q3010952000112346710A\u001d17261130"]);
});

prepareZXingModule({ overrides: { wasmBinary: readFileSync(file("node_modules/zxing-wasm/dist/reader/zxing_reader.wasm")) } });

/** A code as it stands on a screen, three pixels a module. */
async function shown(text) {
  const modules = modulesOf(text);
  const side = (modules.length + 8) * 3;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let at = 0; at < side * side; at += 1) {
    const [x, y] = [Math.floor((at % side) / 3) - 4, Math.floor(at / side / 3) - 4];
    if (modules[y]?.[x]) data.fill(0, at * 4, at * 4 + 3);
  }
  const found = await readBarcodes({ data, width: side, height: side, colorSpace: "srgb" }, { formats: ["QRCode"] });
  return found.map((one) => one.text);
}

test("the codes that this page shows are read as what they say, and make the record again", async () => {
  for (const text of ["https://zhejiang.shisu.example/w/-TrXqKRriqVsLIokXjcGxwUuYxUqSFlOeZOSzOeSHQQ", "交接 handover", "SH1:+"]) {
    assert.deepEqual(await shown(text), [text]);
  }
  const { sd_jwt, id, jwk } = vectors("records").good.find(({ name }) => name === "dispatch_with_every_member");
  const gathering = new Gathering();
  for (const part of await partsOf(sd_jwt, jwk.x)) {
    const [read] = await shown(part);
    gathering.take(read);
  }
  assert.equal((await readRecord((await gathering.content()).text)).id, id);
});

test("a code on the screen has a name for those who do not see it, and nothing in it that is not text", () => {
  const svg = svgOf("SH1:A", '发货单 <b>"1"</b> & 2');
  assert.match(svg, /<title>发货单 &#60;b&#62;&#34;1&#34;&#60;\/b&#62; &#38; 2<\/title>/);
  assert.doesNotMatch(svg, /style=|<script|onload/);
});
