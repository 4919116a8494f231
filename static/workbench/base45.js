// Base45 (RFC 9285): bytes in the letters of a QR code's alphanumeric mode, three for two bytes, which takes 3 %
// more room than the bytes themselves. base64 in byte mode takes 33 %.

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const VALUES = new Map([...LETTERS].map((letter, value) => [letter, value]));

/** @param {Uint8Array} bytes @returns {string} */
export function toBase45(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const isPair = at + 1 < bytes.length;
    let value = isPair ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
    for (let count = isPair ? 3 : 2; count > 0; count -= 1) {
      text += LETTERS[value % 45];
      value = Math.floor(value / 45);
    }
  }
  return text;
}

/** @param {string} text @returns {Uint8Array | null} null if it is not the spelling of some bytes */
export function fromBase45(text) {
  if (text.length % 3 === 1) return null;
  const bytes = new Uint8Array(Math.floor(text.length / 3) * 2 + (text.length % 3 === 2 ? 1 : 0));
  let to = 0;
  for (let at = 0; at < text.length; at += 3) {
    const values = [...text.slice(at, at + 3)].map((letter) => VALUES.get(letter));
    if (values.includes(undefined)) return null;
    const [a, b, c = 0] = values;
    const value = a + b * 45 + c * 2025;
    const isPair = at + 2 < text.length;
    if (value > (isPair ? 0xffff : 0xff)) return null;
    if (isPair) bytes[to++] = value >> 8;
    bytes[to++] = value & 0xff;
  }
  return bytes;
}
