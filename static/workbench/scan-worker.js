// The decoder, beside the page's own thread: zxing-cpp in WebAssembly, for browsers without a detector of their own
// and for codes whose separators such detectors leave out.

import { prepareZXingModule, readBarcodes } from "../vendor/zxing-reader.js";

/** What stands on labels, waybills and goods. */
const FORMATS = ["QRCode", "MicroQRCode", "DataMatrix", "Code128", "EAN13", "EAN8", "UPCA", "ITF14", "DataBar", "DataBarExp"];
const SYMBOLS_MAX = 24;
/** Longest side of a picture that is looked at: what a code needs, however many pixels a camera has. */
const SIDE_MAX = 2400;
/** Longest side up to which a picture is enlarged. */
const ENLARGED_MAX = 3200;

prepareZXingModule({
  overrides: { locateFile: () => new URL("../vendor/zxing_reader.wasm", import.meta.url).href },
});

const OPTIONS = {
  formats: FORMATS,
  maxNumberOfSymbols: SYMBOLS_MAX,
  // What is in the code, FNC1 as its control character; the reader's default puts brackets around identifiers.
  textMode: "Plain",
  // A bar code has one check digit, and a blurred line of it may pass with another number: so many lines must agree.
  minLineCount: 4,
  ...{ tryHarder: true, tryRotate: true, tryInvert: true, tryDownscale: true },
};

/** The pixels of a picture, at most so large; `scale` enlarges what is small. */
function pixels(bitmap, scale = 1) {
  const longest = Math.max(bitmap.width, bitmap.height);
  const by = Math.min(scale, (scale > 1 ? ENLARGED_MAX : SIDE_MAX) / longest);
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * by)));
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** Grey values of a picture, averaged over a square around each; one axis after the other. */
function averaged(grey, width, height, reach) {
  const along = (from, length, step, other, otherStep) => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < other; line += 1) {
      const at = (place) => line * otherStep + Math.min(length - 1, Math.max(0, place)) * step;
      let sum = 0;
      for (let k = -reach; k <= reach; k += 1) sum += from[at(k)];
      for (let place = 0; place < length; place += 1) {
        to[at(place)] = sum / (2 * reach + 1);
        sum += from[at(place + reach + 1)] - from[at(place - reach)];
      }
    }
    return to;
  };
  return along(along(grey, width, 1, height, width), height, width, width, 1);
}

/** What a blur took from edges, put back: the difference from the surroundings, larger. */
function sharpened(image, reach, amount) {
  const { data, width, height } = image;
  const grey = new Float32Array(width * height);
  for (let at = 0; at < grey.length; at += 1) {
    grey[at] = (data[at * 4] * 77 + data[at * 4 + 1] * 150 + data[at * 4 + 2] * 29) / 256;
  }
  const around = averaged(averaged(grey, width, height, reach), width, height, reach);
  for (let at = 0; at < grey.length; at += 1) {
    // The array of an image cuts off what is below 0 and above 255.
    data.fill(grey[at] + amount * (grey[at] - around[at]), at * 4, at * 4 + 3);
  }
  return image;
}

/** Ways to look at a picture, the cheap ones first. */
const WAYS = [
  (bitmap) => readBarcodes(pixels(bitmap), OPTIONS),
  (bitmap) => readBarcodes(sharpened(pixels(bitmap), 2, 2), OPTIONS),
  // The surroundings instead of each value: what is dark is noisy.
  (bitmap) => readBarcodes(sharpened(pixels(bitmap), 1, -1), OPTIONS),
  // Blurred and small codes are found where their modules have more pixels.
  (bitmap) => readBarcodes(pixels(bitmap, 2), OPTIONS),
  (bitmap) => readBarcodes(sharpened(pixels(bitmap, 2), 5, 3), OPTIONS),
  // Blurred and dark.
  (bitmap) => readBarcodes(sharpened(sharpened(pixels(bitmap, 2), 2, -1), 5, 3), OPTIONS),
];

/** What scanners say in front of codes of GS1, so that the resolver knows them: what they hold, and where FNC1 is. */
const textOf = ({ text, contentType, symbologyIdentifier }) =>
  contentType === "GS1" ? `${symbologyIdentifier}${text}` : text;

/**
 * Reads a picture in one way, or in one after the other until so many codes are found.
 * @param {Blob | ImageBitmap | ImageData} image
 * @param {{way?: number, enough?: number}} how
 */
async function read(image, { way, enough = 1 }) {
  const bitmap = await createImageBitmap(image);
  const found = new Map();
  try {
    for (const look of way === undefined ? WAYS : [WAYS[way % WAYS.length]]) {
      for (const one of await look(bitmap)) {
        if (one.isValid) found.set(textOf(one), { text: textOf(one), format: one.format, place: one.position });
      }
      if (found.size >= enough) break;
    }
  } finally {
    bitmap.close();
  }
  return [...found.values()];
}

globalThis.onmessage = async ({ data: { id, image, how } }) => {
  try {
    globalThis.postMessage({ id, found: await read(image, how) });
  } catch (error) {
    globalThis.postMessage({ id, error: String(error?.message ?? error) });
  }
};
