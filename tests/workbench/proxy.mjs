// A network between a device and the server, which can be cut at any point of a request or answer.
import { request, createServer } from "node:http";

async function whole(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

/**
 * @typedef {object} Fault what happens to the next request to /v1/records
 * @property {"before"} [cut] the request does not reach the server
 * @property {number} [answerBytes] that many bytes of the answer come through, then the connection ends
 * @property {{status: number, headers?: object, body?: string}} [instead] what is answered without the server
 */

export class Network {
  /** @type {Fault[]} */
  faults = [];
  /** Requests for records that came by, and how many records they held. */
  seen = [];
  isDown = false;

  /** @param {string} url of the server */
  static async before(url) {
    const network = new Network();
    network.server = createServer((from, to) => network.#pass(url, from, to));
    await new Promise((ready) => network.server.listen(0, "127.0.0.1", ready));
    network.url = `http://127.0.0.1:${network.server.address().port}`;
    return network;
  }

  async #pass(url, from, to) {
    const body = await whole(from).catch(() => null);
    if (this.isDown || body === null) return to.destroy();
    const isRecords = from.url === "/v1/records";
    if (isRecords) this.seen.push(body.toString().split("\n").length - 1);
    const fault = (isRecords && this.faults.shift()) || {};
    if (fault.cut === "before") return to.destroy();
    if (fault.instead) return to.writeHead(fault.instead.status, fault.instead.headers).end(fault.instead.body);
    const { method, headers } = from;
    const on = request(url + from.url, { method, headers: { ...headers, host: new URL(url).host } }, async (answer) => {
      const said = await whole(answer);
      to.writeHead(answer.statusCode, answer.headers);
      if (fault.answerBytes === undefined) return to.end(said);
      to.write(said.subarray(0, fault.answerBytes), () => setTimeout(() => to.destroy(), 20));
      return undefined;
    });
    on.on("error", () => to.destroy());
    return on.end(body);
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
