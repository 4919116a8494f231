// Pictures of labels as a phone at a dock takes them, made from a seed: the same number gives the same picture on every
// machine. Grey values only; nothing of them is committed.
//
// What is varied, and how far, is said in KINDS: a label at arm's length has modules of three to eight pixels in a
// frame of 960 by 720.
import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";
import { readFileSync } from "node:fs";
import { file } from "../common.mjs";

export const [WIDTH, HEIGHT] = [960, 720];
/** Light modules beside a code, as its standard asks for: ISO/IEC 18004; ISO/IEC 15417 and 15420, the wider of both. */
const QUIET = { matrix: 4, linear: 11 };

prepareZXingModule({ overrides: { wasmBinary: readFileSync(file("node_modules/zxing-wasm/dist/writer/zxing_writer.wasm")) } });

/** A number from 0 to 1, the next of a sequence that the seed decides (mulberry32). */
function sequence(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

const between = (next, from, to) => from + (to - from) * next();
const signed = (next, most) => between(next, -most, most);

/**
 * How pictures of each kind differ from a label held straight in good light. `pixels`: of a module; `turn`: degrees, of
 * a linear code within ±20; `tilt`: how much nearer one side is than the other; `blur`: standard deviation in modules.
 * At 0.55 bars of single modules keep a fifth of their contrast, at 0.75 a sixteenth, which no reader that was tried
 * could tell from noise. `light`: share of the full contrast that is left; `noise`: standard deviation of grey values of 255; `count`: codes.
 */
export const KINDS = {
  rotation: { pixels: [3.5, 7], turn: 180, tilt: 0.05, blur: [0, 0.25], light: [0.7, 1], noise: 3, count: [1, 1] },
  blur: { pixels: [3.5, 7], turn: 10, tilt: 0.05, blur: [0.3, 0.55], light: [0.7, 1], noise: 3, count: [1, 1] },
  low_light: { pixels: [3.5, 7], turn: 10, tilt: 0.05, blur: [0.1, 0.35], light: [0.15, 0.35], noise: 9, count: [1, 1] },
  perspective: { pixels: [4, 7], turn: 20, tilt: 0.35, blur: [0, 0.3], light: [0.6, 1], noise: 4, count: [1, 1] },
  several: { pixels: [3, 4.5], turn: 15, tilt: 0.1, blur: [0, 0.25], light: [0.6, 1], noise: 4, count: [2, 4] },
  all: { pixels: [3.5, 6], turn: 30, tilt: 0.2, blur: [0.2, 0.45], light: [0.3, 0.7], noise: 6, count: [1, 2] },
};
const NAMES = Object.keys(KINDS);

const pick = (next, list) => list[Math.floor(next() * list.length)];
const lotText = (next) => `QP2026${String(Math.floor(next() * 1e6)).padStart(6, "0")}${pick(next, ["A", "B", "C1", "-7"])}`;

/** Codes as they stand on labels: what is printed, and what a reader is to say. The longest stands alone. */
const CODES = [
  (next) => {
    const text = `https://zhejiang.shisu.example/01/09520001123467/10/${lotText(next)}`;
    return { format: "QRCode", text, says: text };
  },
  (next) => {
    const text = `https://zhejiang.shisu.example/t/JX-${lotText(next)}`;
    return { format: "QRCode", text, says: text };
  },
  (next) => {
    const batch = lotText(next).slice(4, 10);
    return { format: "Code128", text: `(01)09520001123467(10)${batch}`, gs1: true, says: `]C1010952000112346710${batch}` };
  },
  () => ({ format: "EAN13", text: "6901234567892", says: "6901234567892" }),
];

/** The third of them has more than two hundred modules in a row: two of it do not fit a frame beside each other. */
const GS1_128 = 2;

async function symbolOf({ format, text, gs1 }) {
  const options = { format, scale: 1, addQuietZones: false, ...(gs1 ? { options: "gs1" } : {}), ecLevel: format === "QRCode" ? "M" : "" };
  const { symbol, error } = await writeBarcode(text, options);
  if (error) throw new Error(`${format} ${text}: ${error}`);
  const { data, width } = symbol;
  // A linear code comes as one row or a few: bars have to be high enough to be crossed by a tilted line.
  const isLinear = format !== "QRCode";
  const rows = isLinear ? Math.max(24, Math.round(width * 0.35)) : symbol.height;
  const dark = (x, y) => data[(isLinear ? 0 : y) * width + x] === 0;
  const beside = isLinear ? QUIET.linear : QUIET.matrix;
  return { width, height: rows, dark, isLinear, columns: width + 2 * beside, rows: rows + 2 * QUIET.matrix, beside };
}

/** The mapping of a frame's points to a label's, by where the label's corners stand (a plane seen from aside). */
function inverseOf([a, b, c, d]) {
  // From the unit square to the four corners, then inverted.
  const [dx1, dx2, sx] = [b.x - c.x, d.x - c.x, a.x - b.x + c.x - d.x];
  const [dy1, dy2, sy] = [b.y - c.y, d.y - c.y, a.y - b.y + c.y - d.y];
  const det = dx1 * dy2 - dx2 * dy1;
  const [g, h] = [(sx * dy2 - dx2 * sy) / det, (dx1 * sy - sx * dy1) / det];
  const m = [b.x - a.x + g * b.x, d.x - a.x + h * d.x, a.x, b.y - a.y + g * b.y, d.y - a.y + h * d.y, a.y, g, h, 1];
  const [m0, m1, m2, m3, m4, m5, m6, m7, m8] = m;
  const i = [
    ...[m4 * m8 - m5 * m7, m2 * m7 - m1 * m8, m1 * m5 - m2 * m4],
    ...[m5 * m6 - m3 * m8, m0 * m8 - m2 * m6, m2 * m3 - m0 * m5],
    ...[m3 * m7 - m4 * m6, m1 * m6 - m0 * m7, m0 * m4 - m1 * m3],
  ];
  return (x, y) => {
    const w = i[6] * x + i[7] * y + i[8];
    return [(i[0] * x + i[1] * y + i[2]) / w, (i[3] * x + i[4] * y + i[5]) / w];
  };
}

/** Where the corners of a label of this size stand, turned and tilted about its middle. */
function cornersOf(next, { width, height }, { centre, turn, tilt }) {
  const angle = (turn * Math.PI) / 180;
  const [tiltX, tiltY] = [signed(next, tilt), signed(next, tilt)];
  return [[-1, -1], [1, -1], [1, 1], [-1, 1]].map(([u, v]) => {
    const near = 1 / (1 + (tiltX * u + tiltY * v) / 2);
    const [x, y] = [(u * width * near) / 2, (v * height * near) / 2];
    return { x: centre.x + x * Math.cos(angle) - y * Math.sin(angle), y: centre.y + x * Math.sin(angle) + y * Math.cos(angle) };
  });
}

/** Draws a label onto the frame, each pixel as the mean of four points within it. */
function draw(frame, symbol, corners, paper, ink) {
  const inverse = inverseOf(corners);
  const { columns, rows, beside } = symbol;
  const range = (name, most) => {
    const values = corners.map((one) => one[name]);
    return [Math.max(0, Math.floor(Math.min(...values))), Math.min(most, Math.ceil(Math.max(...values)))];
  };
  const [[x0, x1], [y0, y1]] = [range("x", WIDTH), range("y", HEIGHT)];
  for (let y = y0; y < y1; y += 1) {
    for (let x = x0; x < x1; x += 1) {
      let [sum, hits] = [0, 0];
      for (const [dx, dy] of [[0.25, 0.25], [0.75, 0.25], [0.25, 0.75], [0.75, 0.75]]) {
        const [u, v] = inverse(x + dx, y + dy);
        if (u < 0 || u >= 1 || v < 0 || v >= 1) continue;
        const [column, row] = [Math.floor(u * columns) - beside, Math.floor(v * rows) - QUIET.matrix];
        const isIn = column >= 0 && column < symbol.width && row >= 0 && row < symbol.height;
        sum += isIn && symbol.dark(column, row) ? ink : paper;
        hits += 1;
      }
      if (hits > 0) frame[y * WIDTH + x] = (sum + frame[y * WIDTH + x] * (4 - hits)) / 4;
    }
  }
}

/** A Gaussian blur, one axis after the other. */
function blurred(frame, sigma) {
  if (sigma < 0.2) return frame;
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp(-((at - reach) ** 2) / (2 * sigma * sigma)));
  const all = weights.reduce((sum, one) => sum + one, 0);
  const pass = (from, length, step, other, otherStep) => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < other; line += 1) {
      for (let at = 0; at < length; at += 1) {
        let sum = 0;
        for (let k = -reach; k <= reach; k += 1) {
          const place = Math.min(length - 1, Math.max(0, at + k));
          sum += weights[k + reach] * from[line * otherStep + place * step];
        }
        to[line * otherStep + at * step] = sum / all;
      }
    }
    return to;
  };
  return pass(pass(frame, WIDTH, 1, HEIGHT, WIDTH), HEIGHT, WIDTH, WIDTH, 1);
}

/** Places for so many labels that do not touch. */
const places = (count) => {
  const grid = [count === 1 ? 1 : 2, count > 2 ? 2 : 1];
  const cells = Array.from({ length: grid[0] * grid[1] }, (_, at) => [at % grid[0], Math.floor(at / grid[0])]);
  return cells.slice(0, count).map(([column, row]) => ({
    x: ((column + 0.5) * WIDTH) / grid[0],
    y: ((row + 0.5) * HEIGHT) / grid[1],
    width: WIDTH / grid[0],
    height: HEIGHT / grid[1],
  }));
};

/**
 * Picture `number` of the set with this seed.
 * @returns {Promise<{kind: string, texts: string[], grey: Uint8Array}>} what stands in it, and its pixels
 */
export async function picture(number, seed = 20261122) {
  const next = sequence(seed + number * 7919);
  const kind = NAMES[number % NAMES.length];
  const how = KINDS[kind];
  const count = Math.min(how.count[1], Math.floor(between(next, how.count[0], how.count[1] + 1)));
  const [darkness, light] = [between(next, 60, 150), between(next, ...how.light)];
  const frame = new Float32Array(WIDTH * HEIGHT).fill(darkness);
  const texts = [];
  let finest = Infinity;
  for (const place of places(count)) {
    const code = pick(next, count > 1 ? CODES.filter((_, at) => at !== GS1_128) : CODES)(next);
    if (texts.includes(code.says)) continue;
    const symbol = await symbolOf(code);
    const { columns, rows } = symbol;
    // As large as the kind says, and within its place however it is turned.
    const turn = symbol.isLinear ? signed(next, Math.min(how.turn, 20)) : signed(next, how.turn);
    const [sine, cosine] = [Math.sin, Math.cos].map((of) => Math.abs(of((turn * Math.PI) / 180)));
    const [wide, high] = [columns * cosine + rows * sine, columns * sine + rows * cosine];
    const room = Math.min(place.width / wide, place.height / high) * (0.98 - how.tilt / 2);
    const pixels = Math.min(between(next, ...how.pixels), room);
    finest = Math.min(finest, pixels);
    const size = { width: columns * pixels, height: rows * pixels };
    draw(frame, symbol, cornersOf(next, size, { centre: place, turn, tilt: how.tilt }), between(next, 215, 245), between(next, 15, 45));
    texts.push(code.says);
  }
  const soft = blurred(frame, between(next, ...how.blur) * finest);
  // Light falls from one side, and what is dark is noisy.
  const [fromX, fromY] = [signed(next, 0.25), signed(next, 0.25)];
  const grey = new Uint8Array(WIDTH * HEIGHT);
  for (let at = 0; at < grey.length; at += 1) {
    const [x, y] = [(at % WIDTH) / WIDTH - 0.5, Math.floor(at / WIDTH) / HEIGHT - 0.5];
    const noise = (next() + next() + next() - 1.5) * 2 * how.noise;
    grey[at] = Math.max(0, Math.min(255, soft[at] * light * (1 + fromX * x + fromY * y) + noise));
  }
  return { kind, texts, grey };
}
