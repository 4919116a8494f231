// Asking the server, which may not be there, may be busy, and may have another idea of the time.

import { Fault } from "../verify/fault.js";

/** Milliseconds after which nobody waits any longer for an answer. */
const PATIENCE_MS = 30_000;
const PROBLEM = "application/problem+json";

/** What a server refused, with its code and words. */
export class Problem extends Fault {
  /** @param {number} status @param {any} body RFC 9457, as far as it came @param {number | null} waitMs */
  constructor(status, body, waitMs) {
    super(body?.code ?? `http_${status}`, body?.detail?.en ?? "");
    this.status = status;
    /** All that it said. */
    this.body = body;
    this.zh = body?.detail?.zh ?? `服务器答复 ${status}`;
    this.en = body?.detail?.en ?? `the server answered ${status}`;
    /** Milliseconds after which the server wants to be asked again, if it said so. */
    this.waitMs = waitMs;
  }

  /** Whether asking again later may help. */
  get isPassing() {
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** What Retry-After says, in milliseconds. */
function waitOf(headers, nowMs) {
  const text = headers.get("retry-after");
  if (text === null) return null;
  if (/^[0-9]+$/.test(text)) return Number(text) * 1000;
  const until = Date.parse(text);
  // By the server's own clock, since the device's may be wrong.
  const from = Date.parse(headers.get("date") ?? "") || nowMs;
  return Number.isNaN(until) ? null : Math.max(0, until - from);
}

/** A server of the ledger. */
export class Server {
  /**
   * @param {object} options
   * @param {string} [options.base] address without path; none for the page's own
   * @param {typeof fetch} [options.fetch]
   * @param {import("./clock.js").Clock} [options.clock]
   * @param {number} [options.patienceMs]
   */
  constructor({ base = "", fetch = globalThis.fetch, clock, patienceMs = PATIENCE_MS } = {}) {
    this.base = base;
    this.fetch = fetch;
    this.clock = clock;
    this.patienceMs = patienceMs;
    /** A token, for who has no cookie. @type {string | null} */
    this.token = null;
  }

  /**
   * Asks, for the text of the answer.
   * @param {string} method
   * @param {string} path
   * @param {{json?: unknown, body?: string | Blob, type?: string, accept?: string}} [what]
   * @returns {Promise<{status: number, text: string}>}
   * @throws {Fault} unreachable or timed_out; {@link Problem} for what the server refuses
   */
  async ask(method, path, { json, body, type = "application/json", accept } = {}) {
    const headers = {};
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    if (accept) headers.accept = accept;
    const sent = json === undefined ? body : JSON.stringify(json);
    if (sent !== undefined) headers["content-type"] = type;
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), this.patienceMs);
    try {
      const sentMs = this.clock?.now() ?? 0;
      const call = this.fetch;
      const answer = await call(this.base + path, { method, headers, body: sent, signal: abort.signal });
      this.clock?.observe(answer.headers.get("date"), sentMs);
      if (!answer.ok) throw await this.#problem(answer);
      return { status: answer.status, text: await answer.text() };
    } catch (error) {
      if (error instanceof Fault) throw error;
      throw new Fault(abort.signal.aborted ? "timed_out" : "unreachable", String(error?.message ?? error));
    } finally {
      clearTimeout(timer);
    }
  }

  async #problem(answer) {
    let body = null;
    if (answer.headers.get("content-type")?.startsWith(PROBLEM)) {
      body = await answer.json().catch(() => null);
    }
    return new Problem(answer.status, body, waitOf(answer.headers, this.clock?.now() ?? Date.now()));
  }

  /** Asks, for JSON. */
  async json(method, path, json) {
    const { text } = await this.ask(method, path, { json, accept: "application/json" });
    if (text === "") return null;
    try {
      return JSON.parse(text);
    } catch {
      throw new Fault("answer_unread", text.slice(0, 80));
    }
  }
}
