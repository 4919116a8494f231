// Has the generated pictures read by the server: `POST /v1/codes/decode`, each from an address of its own, since an address may
// send one a second.
import { deflateSync } from "node:zlib";
import { workbench } from "../common.mjs";
import { LOG, Ledger } from "../ledger.mjs";
import { HEIGHT, KINDS, WIDTH, picture } from "./make.mjs";

const { signIn } = await workbench("joining");
const CONFIG = 'trusted_proxies = ["127.0.0.1"]\n';

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]);
  const crc = ~body.reduce((sum, byte) => (sum >>> 8) ^ CRC[(sum ^ byte) & 0xff], 0xffffffff) >>> 0;
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc);
  return Buffer.concat([length, body, check]);
}

/** Grey values as PNG. */
export function pngOf(grey, width = WIDTH, height = HEIGHT) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) Buffer.from(grey.buffer, grey.byteOffset + y * width, width).copy(lines, y * (width + 1) + 1);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", head), chunk("IDAT", deflateSync(lines, { level: 1 })), chunk("IEND", Buffer.alloc(0))]);
}

/**
 * Reads pictures; what of each kind was read, as `measure` of the browser's decoder tells it.
 * @param {number[]} numbers
 */
export async function measureServer(numbers) {
  const byKind = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, { read: 0, of: 0, unread: [], wrong: [] }]));
  const times = [];
  const ledger = await Ledger.begin(CONFIG);
  try {
    const device = await ledger.device("shop");
    await signIn(device.server, device.signer, LOG, "token");
    for (const number of numbers) {
      const { kind, texts, grey } = await picture(number);
      const start = performance.now();
      const answer = await fetch(`${ledger.url}/v1/codes/decode`, {
        method: "POST",
        headers: { "content-type": "image/png", authorization: `Bearer ${device.server.token}`, "x-forwarded-for": `10.0.${number >> 8}.${number & 255}` },
        body: pngOf(grey),
      });
      if (!answer.ok) throw new Error(`${number}: ${answer.status} ${await answer.text()}`);
      const codes = (await answer.json()).codes.map(({ text }) => text);
      times.push(performance.now() - start);
      const found = byKind[kind];
      found.of += 1;
      if (codes.some((text) => !texts.includes(text))) found.wrong.push(number);
      else if (texts.every((text) => codes.includes(text))) found.read += 1;
      else found.unread.push(number);
    }
  } finally {
    await ledger.end();
  }
  const all = Object.values(byKind);
  const total = (name) => all.reduce((sum, one) => sum + one[name], 0);
  times.sort((a, b) => a - b);
  return { byKind, read: total("read"), of: total("of"), wrong: all.flatMap((one) => one.wrong), medianMs: times[times.length >> 1], longestMs: times.at(-1) };
}
