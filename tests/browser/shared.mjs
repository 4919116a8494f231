// A server of the demo, and Debian's Chromium to look at its pages with.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** Where the browser is, and with what it is quiet. */
export const BROWSER = process.env.SHISU_TEST_CHROMIUM ?? "/usr/bin/chromium";
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");

/** The program: what SHISU_TEST_BINARY says, or the newest that was built. */
export const SHISU =
  process.env.SHISU_TEST_BINARY ??
  [join(TARGET, "debug/shisu"), join(TARGET, "release/shisu")].find((path) => existsSync(path));

export const run = (...args) => execFileSync(SHISU, args, { encoding: "utf8" });

/** A demo that is served until `stop` is called. */
export async function demo() {
  if (SHISU === undefined) throw new Error("no program: run cargo build first");
  const dir = mkdtempSync(join(tmpdir(), "shisu-pages-"));
  const data = join(dir, "data");
  run("demo", "--data-dir", data, "--load-only");
  const config = join(dir, "config.toml");
  writeFileSync(config, run("report", "key", join(dir, "contact.key")));
  const port = 20_000 + (process.pid % 20_000);
  const args = ["serve", "--data-dir", data, "--config", config, "--listen", `127.0.0.1:${port}`];
  const server = spawn(SHISU, args, { stdio: "ignore" });
  const base = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(`${base}/readyz`).catch(() => null);
    if (answer?.ok) break;
    if (tries > 200) throw new Error("the server does not start");
    await new Promise((wait) => setTimeout(wait, 50));
  }
  const stop = () => {
    server.kill("SIGTERM");
    server.once("exit", () => rmSync(dir, { recursive: true, force: true }));
  };
  return { base, dir, data, stop };
}

export const QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync", "--no-sandbox"];

export const browser = () => chromium.launch({ executablePath: BROWSER, args: QUIET });
