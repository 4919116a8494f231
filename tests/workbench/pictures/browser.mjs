// Has pictures read by the scanner in headless Chromium, under the policy that pages have.
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname } from "node:path";
import { chromium } from "playwright-core";
import { file } from "../common.mjs";
import { HEIGHT, KINDS, WIDTH, picture } from "./make.mjs";

const BROWSER = process.env.SHISU_TEST_CHROMIUM ?? "/usr/bin/chromium";
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };
const PAGE = "<!doctype html><meta charset=utf-8><title>scan</title>";
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'";

/** A page with the modules, and whatever `more` answers. */
export async function withPage(run, more = async () => null) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    const headers = { "content-security-policy": POLICY };
    if (path === "/") return response.writeHead(200, { ...headers, "content-type": "text/html" }).end(PAGE);
    const made = await more(path);
    if (made) return response.writeHead(200, headers).end(made);
    const from = file(path.slice(1));
    const isStatic = /^\/static\/(?:verify|vendor|workbench)\/[\w-]+\.(?:js|wasm)$/.test(path) && existsSync(from);
    if (!isStatic) return response.writeHead(404, headers).end();
    return response.writeHead(200, { ...headers, "content-type": TYPES[extname(path)] }).end(readFileSync(from));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
  const args = [...quiet, "--disable-component-update", "--disable-sync", "--no-sandbox"];
  const browser = await chromium.launch({ executablePath: BROWSER, args });
  try {
    const page = await (await browser.newContext()).newPage();
    const complaints = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const result = await run(page);
    if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join("; ")}`);
    return result;
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}

/** In the page: one picture, read. */
async function readInPage({ number, width, height, enough }) {
  const { Scanner } = await import("/static/workbench/scan.js");
  globalThis.scanner ??= await Scanner.make();
  const grey = new Uint8Array(await (await fetch(`/picture/${number}`)).arrayBuffer());
  const image = new ImageData(width, height);
  for (let at = 0; at < grey.length; at += 1) {
    image.data.fill(grey[at], at * 4, at * 4 + 3);
    image.data[at * 4 + 3] = 255;
  }
  const start = performance.now();
  const codes = await globalThis.scanner.read(image, { enough });
  return { codes: codes.map(({ text }) => text), ms: performance.now() - start };
}

/**
 * Reads pictures; what of each kind was read. A picture counts only if every code in it was read, and none that is not.
 * @param {number[]} numbers
 */
export async function measure(numbers) {
  const byKind = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, { read: 0, of: 0, unread: [], wrong: [] }]));
  const times = [];
  let current;
  await withPage(
    async (page) => {
      for (const number of numbers) {
        current = await picture(number);
        const { kind, texts } = current;
        const { codes, ms } = await page.evaluate(readInPage, { number, width: WIDTH, height: HEIGHT, enough: texts.length });
        const found = byKind[kind];
        found.of += 1;
        times.push(ms);
        if (codes.some((text) => !texts.includes(text))) found.wrong.push(number);
        else if (texts.every((text) => codes.includes(text))) found.read += 1;
        else found.unread.push(number);
      }
    },
    async (path) => (path.startsWith("/picture/") ? Buffer.from(current.grey) : null),
  );
  const all = Object.values(byKind);
  const total = (name) => all.reduce((sum, one) => sum + one[name], 0);
  const wrong = all.flatMap((one) => one.wrong);
  return { byKind, read: total("read"), of: total("of"), wrong, medianMs: times.sort((a, b) => a - b)[times.length >> 1] };
}
