// Reading codes from pictures and from the camera. The browser's own detector is asked first, where there is one: on
// cheap phones it is several times as fast. What it does not find, and codes in which it may leave out separators,
// the worker looks at.

import { Fault } from "../verify/fault.js";

/** Bytes of a photo that is looked at; a phone's are a fifth of it. */
export const PHOTO_BYTES_MAX = 50 * 1024 * 1024;
/** Formats that the browser's detector is asked for. */
const NATIVE = ["qr_code", "data_matrix", "code_128", "ean_13", "ean_8", "upc_a", "itf"];
/** Formats in which GS1 puts FNC1 between elements, which detectors need not tell of. */
const WITH_SEPARATORS = new Set(["data_matrix", "code_128"]);
/** Milliseconds between looks at the camera's picture. */
const LOOK_EVERY_MS = 120;
/** Frames without any code after which the slower ways are tried, too. */
const PATIENCE_FRAMES = 4;

/**
 * @typedef {object} Code
 * @property {string} text as the resolver reads it
 * @property {string} format
 * @property {object} [place] corners
 */

export class Scanner {
  #waiting = new Map();
  #next = 1;
  #worker = null;

  /**
   * @param {{worker?: () => Worker, detector?: {detect: (source: unknown) => Promise<any[]>} | null}} [parts]
   *   `detector`: the browser's, if it has one that knows QR codes
   */
  constructor({ worker, detector = null } = {}) {
    this.makeWorker = worker ?? (() => new Worker(new URL("./scan-worker.js", import.meta.url), { type: "module" }));
    this.detector = detector;
  }

  /** A scanner with the best that this browser has. @param {any} [Detector] */
  static async make(Detector = globalThis.BarcodeDetector) {
    try {
      const formats = await Detector.getSupportedFormats();
      const known = NATIVE.filter((one) => formats.includes(one));
      if (known.includes("qr_code")) return new Scanner({ detector: new Detector({ formats: known }) });
    } catch {
      // There is none, or it does not work on this system: the worker does.
    }
    return new Scanner();
  }

  /**
   * Reads all codes of a picture, thoroughly.
   * @param {Blob | ImageData | ImageBitmap} image
   * @param {{enough?: number}} [how] codes after which nobody looks any longer
   * @returns {Promise<Code[]>}
   * @throws {Fault} photo_too_large, photo_unread
   */
  async read(image, { enough = 1 } = {}) {
    if (image.size > PHOTO_BYTES_MAX) throw new Fault("photo_too_large");
    const native = await this.#native(image);
    if (native.length >= enough) return native;
    const found = await this.#ask(image, { enough });
    const texts = new Set(found.map(({ text }) => text));
    return [...found, ...native.filter(({ text }) => !texts.has(text))];
  }

  async #native(image) {
    if (!this.detector) return [];
    try {
      const found = await this.detector.detect(image);
      const sure = found.filter(({ format }) => !WITH_SEPARATORS.has(format));
      return sure.map(({ rawValue, format, cornerPoints }) => ({ text: rawValue, format, place: cornerPoints }));
    } catch {
      return [];
    }
  }

  #ask(image, how) {
    this.#worker ??= this.#start();
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, image, how });
    });
  }

  #start() {
    const worker = this.makeWorker();
    worker.onmessage = ({ data: { id, found, error } }) => {
      const { resolve, reject } = this.#waiting.get(id) ?? {};
      this.#waiting.delete(id);
      if (error === undefined) resolve?.(found);
      else reject?.(new Fault("photo_unread", error));
    };
    worker.onerror = (event) => {
      // The decoder could not be loaded: whoever waits hears it, and the next picture tries anew.
      for (const { reject } of this.#waiting.values()) reject(new Fault("decoder_missing", event.message ?? ""));
      this.#waiting.clear();
      this.#worker = null;
    };
    return worker;
  }

  /**
   * Looks at a camera's picture again and again. A code that stays in sight is told each time; the tray leaves
   * repetitions out.
   * @param {HTMLVideoElement} video
   * @param {(codes: Code[]) => void} told
   * @returns {() => void} ends it
   */
  watch(video, told) {
    let isOver = false;
    let empty = 0;
    const look = async () => {
      if (isOver) return;
      if (video.readyState >= 2) {
        const codes = await this.#frame(video, empty).catch(() => []);
        empty = codes.length > 0 ? 0 : empty + 1;
        if (!isOver && codes.length > 0) told(codes);
      }
      setTimeout(look, LOOK_EVERY_MS);
    };
    look();
    return () => {
      isOver = true;
    };
  }

  async #frame(video, empty) {
    const native = await this.#native(video);
    if (native.length > 0 || (this.detector && empty % PATIENCE_FRAMES !== 0)) return native;
    // One way a frame: a hand moves, and the next frame is another picture anyway.
    return this.#ask(await createImageBitmap(video), { way: empty < PATIENCE_FRAMES ? 0 : empty });
  }

  /** Ends the worker. */
  close() {
    this.#worker?.terminate();
    this.#worker = null;
    this.#waiting.clear();
  }
}

/**
 * The camera that looks away from whoever holds the phone.
 * @param {MediaDevices | undefined} devices
 * @returns {Promise<MediaStream>} stop its tracks when the page is left
 * @throws {Fault} camera_missing, camera_denied
 */
export async function openCamera(devices = globalThis.navigator?.mediaDevices) {
  if (!devices?.getUserMedia) throw new Fault("camera_missing");
  try {
    return await devices.getUserMedia({ audio: false, video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 } } });
  } catch (error) {
    const isDenied = error?.name === "NotAllowedError" || error?.name === "SecurityError";
    throw new Fault(isDenied ? "camera_denied" : "camera_missing", String(error?.message ?? ""));
  }
}

/** Keys of a hardware scanner come faster than anybody types. */
const KEY_PAUSE_MS = 50;
const TYPED_MIN = 4;

/**
 * Understands a hardware scanner that types what it reads and ends with Enter.
 * @param {(text: string) => void} told
 * @returns {(key: string, ms: number) => boolean} takes each key; whether it was part of a scan that is complete
 */
export function wedge(told) {
  let text = "";
  let last = -Infinity;
  return (key, ms) => {
    if (ms - last > KEY_PAUSE_MS) text = "";
    last = ms;
    if (key === "Enter" || key === "Tab") {
      const whole = text;
      text = "";
      if (whole.length < TYPED_MIN) return false;
      told(whole);
      return true;
    }
    // Scanners send FNC1 as a control character or as the key combination for it.
    if (key.length === 1) text += key;
    else if (key === "GroupSeparator") text += "\u001d";
    return false;
  };
}
