// Pictures that wait to be sent. They lie in a database of their own, so that a phone whose storage is full of pictures
// still has room for records.

import { done } from "../workbench/db.js";

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

/**
 * Sends pictures whose record is recorded; what the server does not take now is tried again later.
 * @param {import("./dock.js").Dock} dock
 */
export async function sendPictures(dock) {
  if (dock.clock.now() < notBefore || (await picturesWaiting()) === 0) return;
  notBefore = dock.clock.now() + AGAIN_MS;
  const items = (await dock.outbox.items()).filter(({ state }) => state === "accepted");
  const recorded = new Set(items.flatMap(({ claims }) => (claims.blobs ?? []).map(({ hash }) => hash)));
  for (const hash of await done((await store("readonly")).getAllKeys())) {
    if (!recorded.has(hash)) continue;
    const { media, bytes } = await done((await store("readonly")).get(hash));
    const answer = await fetch(`/v1/blobs/${hash}`, { method: "PUT", body: bytes, headers: { "content-type": media } }).catch(() => null);
    if (!answer?.ok) return;
    await done((await store("readwrite")).delete(hash));
  }
  notBefore = 0;
}
