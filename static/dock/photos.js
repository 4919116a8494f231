// Pictures that belong to a record. The record has their hash, which is made here; the picture itself goes to the server
// beside it, and whoever has it can show that it is the one that was meant.

import { sha256, toBase64url } from "../verify/bytes.js";
import { button, el, fill, t, tell } from "./ui.js";
import { queuePicture } from "./pictures.js";
import { smaller } from "./seams.js";

/** Bytes of a picture that the server keeps. */
const PICTURE_BYTES_MAX = 10 * 1024 * 1024;
/** Media types that pictures have. */
const MEDIA = new Set(["image/jpeg", "image/png", "image/webp"]);

/**
 * Takes pictures; each becomes a blob of a record.
 * @param {object[]} blobs to which they are added
 */
export function attach(blobs, label = t("附照片", "Add a picture")) {
  const list = el("ul", { class: "plain" });
  const id = `photo${Date.now()}${blobs.length}`;
  const input = el("input", { type: "file", id, accept: "image/*", capture: "environment", class: "away" });
  const draw = () => fill(list, blobs.map((blob, at) => el("li", {}, t(`照片 ${at + 1}，${Math.ceil(blob.bytes / 1024)} KB`, `picture ${at + 1}, ${Math.ceil(blob.bytes / 1024)} KB`), button(t("去掉", "Remove"), () => {
    blobs.splice(at, 1);
    draw();
  }))));
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    if (!MEDIA.has(file.type)) return tell(t("只收 JPEG、PNG、WebP 图片", "Pictures are JPEG, PNG or WebP"), "bad");
    // What this device cannot open nobody else will: it is taken again while the paper is still at hand.
    if (!(await createImageBitmap(file).then((bitmap) => (bitmap.close(), true), () => false))) return tell(t("这张照片打不开，请重拍", "This picture cannot be opened: take it again"), "bad");
    // What is too large for the server is made smaller here, before it gets its hash; everything else stays as it was taken.
    const kept = file.size > PICTURE_BYTES_MAX ? await smaller(file) : file;
    if (kept.size > PICTURE_BYTES_MAX) return tell(t("照片太大，本机也缩不小，请调低相机分辨率重拍", "The picture is too large and cannot be made smaller here: take it with fewer pixels"), "bad");
    const bytes = new Uint8Array(await kept.arrayBuffer());
    const hash = toBase64url(await sha256(bytes));
    if (!blobs.some((one) => one.hash === hash)) blobs.push({ hash, bytes: bytes.length, class: "trade" });
    await queuePicture(hash, kept.type, bytes);
    draw();
  });
  draw();
  return el("div", { class: "photos" }, list, el("label", { class: "button", for: id }, label), input);
}
