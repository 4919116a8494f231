// Pictures that wait to be sent. They lie in a database of their own, so that a phone whose storage is full of pictures
// still has room for records.

import { done } from "../workbench/db.js";
import { sendPicture } from "./seams.js";

const NAME = "shisu-pictures";
const STORE = "pictures";

let opened = null;

function open() {
  opened ??= (async () => {
    const request = globalThis.indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "hash" });
    return done(request);
  })();
  return opened;
}

const store = async (mode) => (await open()).transaction(STORE, mode).objectStore(STORE);

/** Keeps a picture until the server has it. */
export async function queuePicture(hash, media, bytes) {
  await done((await store("readwrite")).put({ hash, media, bytes }));
}

/** How many wait. */
export const picturesWaiting = async () => done((await store("readonly")).count());

/** Milliseconds before a server that took none is asked again. */
const AGAIN_MS = 60_000;
let notBefore = 0;

const REFUSED = "pictures-refused";

/** Pictures that the server does not take, and why. @returns {Promise<{hash: string, zh: string, en: string}[]>} */
export const picturesRefused = async (dock) => (await dock.mark(REFUSED))?.rows ?? [];

/** Gives up a picture that the server does not take. */
export async function dropPicture(dock, hash) {
  await dock.keep(REFUSED, { rows: (await picturesRefused(dock)).filter((one) => one.hash !== hash) });
  await done((await store("readwrite")).delete(hash));
}

/**
 * Sends pictures; what the server does not take now is tried again later, and what it will not take is told of and keeps back no other.
 * @param {import("./dock.js").Dock} dock
 */
export async function sendPictures(dock) {
  if (dock.clock.now() < notBefore || (await picturesWaiting()) === 0) return;
  notBefore = dock.clock.now() + AGAIN_MS;
  await dock.ask("/v1/session");
  for (const hash of await done((await store("readonly")).getAllKeys())) {
    const refused = await picturesRefused(dock);
    if (refused.some((one) => one.hash === hash)) continue;
    const { media, bytes } = await done((await store("readonly")).get(hash));
    const { outcome, why } = await sendPicture(hash, media, bytes);
    if (outcome === "later") return;
    if (outcome === "sent") await done((await store("readwrite")).delete(hash));
    else await dock.keep(REFUSED, { rows: [...refused, { hash, zh: why?.zh ?? "服务器没有说明", en: why?.en ?? "the server does not say why" }] });
  }
  notBefore = 0;
}
