// A vehicle's track: its file stays with the carrier, whole, as a note of the site; the record has its hash, how many points there
// are, and when the first and the last was. Whoever is shown the file later can tell that it is the one. A few points go along,
// sealed.

import { fromBase64url, sha256, toBase64url } from "../verify/bytes.js";
import { Fault } from "../verify/fault.js";
import { observe } from "../workbench/drafts.js";
import { Form, choice } from "./form.js";
import { fileBox } from "./logger.js";
import { temperature } from "./measured.js";
import { cellsOf, textOf, timeOf } from "./readings.js";
import { button, complain, doubts, el, facts, fill, moment, note, t, tell } from "./ui.js";

/** Bytes of a track that is kept. */
export const TRACK_BYTES_MAX = 8 * 1024 * 1024;
/** Characters of a compressed track that the devices of a site share; a longer one stays on this device. */
const SHARED_CHARS_MAX = 960 * 1024;
/** Points that go along, sealed: a text has two thousand characters. */
const SEALED_POINTS_MAX = 50;
const DECIMALS = 4;

const said = (code, zh, en) => Object.assign(new Fault(code), { zh, en });

/** Points of a GPX file: times are in UTC there. */
function gpx(text) {
  const points = [];
  for (const [, attributes, inner] of text.matchAll(/<(?:trkpt|wpt)\b([^>]*)>([\s\S]*?)<\/(?:trkpt|wpt)>/g)) {
    const lat = /\blat="([^"]*)"/.exec(attributes)?.[1];
    const lon = /\blon="([^"]*)"/.exec(attributes)?.[1];
    const time = /<time>([^<]*)<\/time>/.exec(inner)?.[1];
    points.push([timeOf((time ?? "").replace(/\.[0-9]+/, "")), Number(lon), Number(lat)]);
  }
  return points;
}

const HEADS = { time: ["时间", "定位时间", "上报时间", "time", "timestamp", "datetime", "gpstime"], lon: ["经度", "lon", "lng", "longitude"], lat: ["纬度", "lat", "latitude"] };

/** Points of separated values with headings. */
function table(text) {
  const [head = "", ...lines] = text.split(/\r\n|\n|\r/);
  const separator = [",", "\t", ";"].find((one) => cellsOf(head, one).length >= 3) ?? ",";
  const names = cellsOf(head, separator).map((name) => name.toLowerCase().replace(/\s/g, ""));
  const at = Object.fromEntries(Object.entries(HEADS).map(([key, known]) => [key, names.findIndex((name) => known.includes(name))]));
  if (Object.values(at).some((place) => place < 0)) return [];
  return lines.filter((line) => line.trim() !== "").map((line) => {
    const cells = cellsOf(line, separator);
    return [timeOf(cells[at.time] ?? ""), Number(cells[at.lon]), Number(cells[at.lat])];
  });
}

const isPoint = ([time, lon, lat]) => time !== null && Number.isFinite(lon) && Number.isFinite(lat) && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;

/**
 * Reads a track and commits to its bytes.
 * @param {Uint8Array} bytes
 * @returns {Promise<{commitment: {hash: string, count: number, first: number, last: number}, points: [number, number, number][], left: number}>}
 *   points in the order of their times, and how many could not be read
 * @throws {Fault} track_large, track_form
 */
export async function readTrack(bytes) {
  if (bytes.length > TRACK_BYTES_MAX) throw said("track_large", "轨迹文件超过 8 MB", "the file of the track is larger than 8 MB");
  const text = textOf(bytes).replace(/^\ufeff/, "");
  const all = /<gpx\b/.test(text) ? gpx(text) : table(text);
  const points = all.filter(isPoint).sort((a, b) => a[0] - b[0]);
  if (points.length === 0) throw said("track_form", "认不出轨迹：需要 GPX，或有时间、经度、纬度三列的表", "no track is known here: it takes GPX, or columns of time, longitude and latitude");
  const commitment = { hash: toBase64url(await sha256(bytes)), count: points.length, first: points[0][0], last: points.at(-1)[0] };
  return { commitment, points, left: all.length - points.length };
}

/** A few of the points, evenly, the first and the last among them. @param {[number, number, number][]} points @param {string} system */
export function sealedTrack(points, system) {
  const step = Math.max(1, (points.length - 1) / (SEALED_POINTS_MAX - 1));
  const count = Math.min(points.length, SEALED_POINTS_MAX);
  const some = Array.from({ length: count }, (_, at) => points[Math.round(at * step)]);
  return [system, ...some.map(([time, lon, lat]) => `${time} ${lon.toFixed(DECIMALS)} ${lat.toFixed(DECIMALS)}`)].join(";");
}

const SYSTEMS = [
  ["WGS-84", ["WGS-84（定位器）", "WGS-84 (trackers)"]],
  ["GCJ-02", ["GCJ-02（国内地图）", "GCJ-02 (maps in China)"]],
];

/** Bytes through a stream that changes them. */
const through = async (bytes, stream) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());

/** The file as a note has it; undefined if it is too long for one. @param {Uint8Array} bytes */
export async function packed(bytes) {
  const text = toBase64url(await through(bytes, new CompressionStream("gzip")));
  return text.length > SHARED_CHARS_MAX ? undefined : text;
}

/** The file of a note, if it is here. @returns {Promise<Uint8Array | null>} */
export const unpacked = async ({ file, bytes }) => (file ? through(fromBase64url(file), new DecompressionStream("gzip")) : bytes ?? null);

/** Tracks of a leg that the devices of this site noted, each with its file. */
async function noted(dock, leg) {
  const rows = (await dock.notes.list("track")).filter(({ dispatch }) => dispatch === leg.id);
  // What was too long for an earlier version is not shared yet.
  for (const one of rows.filter(({ file, bytes }) => !file && bytes)) {
    one.file = await packed(one.bytes);
    if (one.file) await dock.notes.put(one);
  }
  const save = async (one) => {
    const bytes = await unpacked(one);
    if (bytes === null) return tell(t("文件太大，只在登记它的设备上", "the file is too large and lies on the device that noted it"), "bad");
    const link = el("a", { href: URL.createObjectURL(new Blob([bytes])), download: one.name });
    link.click();
    return setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  return rows.length === 0 ? null : el("ul", { class: "plain" }, rows.map((one) => el("li", {}, el("bdi", {}, one.name), ` ${one.hash.slice(0, 12)} `, doubts(one), button(t("存文件", "Save the file"), () => save(one)))));
}

/** A place for the file of a track. @param {import("./dock.js").Dock} dock @param {(op_id: string) => void} finish */
export function trackBox(dock, leg, finish) {
  const place = el("div", {});
  const op_id = dock.newOp();
  const form = new Form([
    choice("system", t("坐标", "Coordinates"), SYSTEMS, { value: "WGS-84" }),
    // A record of readings has one at least; the track goes along with it.
    temperature("temp_c", t("现在的温度 ℃", "Temperature now, °C"), { required: true }),
  ]);
  const sign = async ({ commitment, points }, bytes, name) => {
    const { system, temp_c } = form.values();
    const sensors = [{ device: t("手持温度计", "hand thermometer"), readings: [[dock.clock.seconds(), temp_c]] }];
    // The file first: what was committed to and is lost proves nothing.
    const file = await packed(bytes);
    await dock.notes.put({ kind: "track", dispatch: leg.id, name: name.slice(-120), ...commitment, system, file }, { bytes: file ? undefined : bytes });
    finish((await dock.say(observe({ dispatch: leg.id, sensors, track_commitment: commitment, track: sealedTrack(points, system) }), op_id)).op_id);
  };
  const look = async (file) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const track = await readTrack(bytes);
    const { count, first, last, hash } = track.commitment;
    fill(
      place,
      facts([[t("轨迹点", "Points"), count], [t("从", "From"), moment(first)], [t("到", "Until"), moment(last)], [t("指纹", "Hash"), hash.slice(0, 12)]]),
      track.left > 0 ? note("warn", t(`${track.left} 个点读不出`, `${track.left} points cannot be read`)) : null,
      note("", t("轨迹文件由本场所各设备保存（压缩后超过 720 KB 的只在本机，请另存）；记录里公开的只有指纹、点数和起止时间。", "This site's devices keep the file (beyond 720 KB compressed, this device alone: keep a copy). The record shows its hash, how many points, from when to when.")),
      form.node,
      button(t("签名登记轨迹", "Sign for the track"), () => sign(track, bytes, file.name), { kind: "strong" }),
    );
  };
  const before = el("div", {});
  noted(dock, leg).then((list) => list && fill(before, list), complain);
  return fileBox(t("登记轨迹（GPX、CSV）", "Note the track (GPX, CSV)"), ".gpx,.csv,.txt,text/csv,application/gpx+xml", look, place, before);
}
