// Keeps one version of the workbench on the device, so that it opens without a network. What the server is asked
// is never answered from here: an old answer would look like a new one.

const CACHE = `shisu-dock-${TOLD.version}`;
const SHELL = "/workbench";
const FIXED = ["/static/page/icon.svg", "/workbench/app.webmanifest"];
const files = TOLD.files.map((path) => `/workbench/${TOLD.version}/${path}`);
const kept = new Set([...files, ...FIXED]);

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll([...kept].map((path) => new Request(path, { cache: path.startsWith("/workbench/") ? "default" : "reload" })));
  await cache.put(SHELL, await fetch(SHELL, { cache: "reload" }));
}

async function tidy() {
  const old = (await caches.keys()).filter((name) => name.startsWith("shisu-dock-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** The page of this version, so that it opens at once; a newer version comes with a newer worker. */
async function shell(request) {
  const cache = await caches.open(CACHE);
  const held = await cache.match(SHELL);
  return held ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(fill()));
// A page that is open goes on with the files of its own version, until whoever uses it wants the newer one.
self.addEventListener("message", (event) => event.data === "take over" && self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  const isPage = request.mode === "navigate" && url.pathname === SHELL && url.search === "";
  if (isPage) event.respondWith(shell(request));
  else if (kept.has(url.pathname)) event.respondWith(caches.match(url.pathname).then((held) => held ?? fetch(request)));
});
