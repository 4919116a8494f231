// Where codes come in: a hardware scanner at any time, the camera, a photo, or by hand. What is done with a code, the
// screen says; nothing is moved by a scan.

import { Scanner, openCamera, wedge } from "../workbench/scan.js";
import { explain } from "../workbench/words.js";
import { asking } from "./meanings.js";
import { photoByServer } from "./seams.js";
import { button, complain, el, fill, note, of, t } from "./ui.js";

let scanner = null;
let audio = null;

/** A tone for ears and a shake for hands in gloves. @param {"good" | "again" | "bad" | null} sound */
export function signal(sound) {
  if (sound === null) return;
  globalThis.navigator?.vibrate?.({ good: 40, again: [30, 60, 30], bad: [200, 80, 200] }[sound]);
  try {
    audio ??= new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = { good: 1400, again: 700, bad: 220 }[sound];
    volume.gain.value = 0.2;
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + (sound === "bad" ? 0.35 : 0.09));
  } catch {
    // Silence: words and colours say the same.
  }
}

/** Whether keys are meant for a field. */
const isField = (target) => target instanceof HTMLElement && target.closest("input, textarea, select") !== null;

/** Fields that take a number or a day: a code that is scanned while one has the focus is not meant for it. */
const takesNumbers = (target) => target.matches('input:is([inputmode="decimal"], [inputmode="numeric"], [type="date"])');

/** What a scale types that is plugged in like a keyboard. */
const isWeight = (text) => /^[0-9]{1,7}(?:[.,][0-9]{1,6})?$/.test(text);

/** Listens for a hardware scanner, which types like a keyboard; gives a way to end that. */
export function listenToWedge(told) {
  // The field that had the focus when a burst of keys began, and what stood in it.
  let [field, before, last, isTaken] = [null, "", -Infinity, false];
  const take = wedge((text) => {
    if (field && isWeight(text)) return;
    if (field) field.value = before;
    isTaken = true;
    told(text);
  });
  const hear = (event) => {
    const { target, key } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || (isField(target) && !takesNumbers(target))) return;
    const isFast = event.timeStamp - last < 50;
    if (!isFast) [field, before] = isField(target) ? [target, target.value] : [null, ""];
    // A scanner's keys must press nothing that happens to have the focus.
    if (!field && isFast && (key === " " || key === "Enter" || key === "Tab")) event.preventDefault();
    last = event.timeStamp;
    isTaken = false;
    take(key, event.timeStamp);
    if (!isTaken) return;
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("keydown", hear, true);
  return () => document.removeEventListener("keydown", hear, true);
}

async function readPhoto(file, told) {
  scanner ??= await Scanner.make();
  let fault = { code: "photo_no_code" };
  const tried = async (read) => {
    try {
      return await read();
    } catch (error) {
      fault = error;
      return [];
    }
  };
  let codes = await tried(() => scanner.read(file, { enough: 1 }));
  // What this device cannot read, the server may.
  if (codes.length === 0) codes = await tried(() => photoByServer(file));
  if (codes.length === 0) complain(fault);
  for (const { text } of codes) told(text);
}

/** Milliseconds for which a code has to be out of sight before the camera reads it anew. */
const AWAY_MS = 1500;

/** Tells each code once while the camera sees it: twelve looks a second are one scan. */
function once(told) {
  const seen = new Map();
  return (text) => {
    const now = performance.now();
    const isNew = now - (seen.get(text) ?? -Infinity) > AWAY_MS;
    seen.set(text, now);
    if (isNew) told(text);
  };
}

const end = (stream) => stream?.getTracks().forEach((track) => track.stop());

/** The camera, until it is closed. */
function camera(place, told) {
  // What is asked for now; leaving the screen while the browser still asks for permission takes it back.
  let [wanted, stream] = [null, null];
  let stop = () => {};
  const close = () => {
    wanted = null;
    stop();
    end(stream);
    stream = null;
    fill(place);
  };
  const open = async () => {
    const mine = (wanted = {});
    try {
      const found = await openCamera();
      if (wanted !== mine) return end(found);
      stream = found;
    } catch (error) {
      wanted = null;
      const words = explain(error);
      fill(place, note("warn", of(words)));
      place.dataset.code = error.code;
      return;
    }
    scanner ??= await Scanner.make();
    if (wanted !== mine) return;
    const video = el("video", { playsinline: true, muted: true, "aria-label": t("相机画面", "the camera's picture") });
    video.srcObject = stream;
    fill(place, video, button(t("关闭相机", "Close the camera"), close));
    await video.play();
    if (wanted !== mine) return;
    const tell = once(told);
    stop = scanner.watch(video, (codes) => codes.forEach(({ text }) => tell(text)));
  };
  return { open, close, isOpen: () => wanted !== null };
}

/**
 * A place for codes.
 * @param {(text: string) => void} told
 * @param {{label?: string}} [how]
 * @returns {{node: HTMLElement, view: HTMLElement, stop: () => void}} `stop` when the screen is left; `view`, the camera's picture, may be put elsewhere
 */
export function scanBox(heard, { label = t("扫码，或输入编码", "Scan, or type a code") } = {}) {
  const view = el("div", { class: "camera" });
  const asked = el("div", {});
  const told = asking(heard, asked);
  const look = camera(view, told);
  const id = `scan${Date.now()}`;
  const input = el("input", { id, type: "text", autocomplete: "off", autocapitalize: "characters", enterkeyhint: "done" });
  const take = () => {
    const text = input.value.trim();
    input.value = "";
    if (text !== "") told(text);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    take();
  });
  const file = el("input", { type: "file", id: `${id}p`, accept: "image/*", capture: "environment", class: "away" });
  file.addEventListener("change", async () => {
    const [photo] = file.files;
    if (photo) await readPhoto(photo, told);
    file.value = "";
  });
  const row = el("div", { hidden: true }, el("label", { for: id }, label), el("div", { class: "typed" }, input, button(t("确定", "OK"), take, { label: t("用输入的编码", "use the code that was typed") })));
  const type = () => {
    row.toggleAttribute("hidden");
    if (!row.hasAttribute("hidden")) input.focus();
  };
  const node = el(
    "div",
    { class: "scan" },
    view,
    el("span", { class: "small" }, label),
    el(
      "div",
      { class: "pair" },
      button(t("相机", "Camera"), () => (look.isOpen() ? look.close() : look.open()), { id: "camera" }),
      el("label", { class: "button", for: file.id }, t("拍照", "Photo")),
      file,
      button(t("输入", "Type"), type, { id: "type" }),
    ),
    row,
    asked,
  );
  const deaf = listenToWedge(told);
  const stop = () => {
    deaf();
    look.close();
  };
  return { node, view, stop };
}
