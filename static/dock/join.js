// From an invitation to a device that signs. The key is made here and stays here; the page says how it is kept, and what is
// lost with it.

import { deviceOf, deviceRequest, join as answer, keyInLink, linkPart, look, readCode } from "../workbench/joining.js";
import { Problem } from "../workbench/api.js";
import { askToKeep, kindWords, makeKey, saveDevice, signerOf, whatIsLost } from "../workbench/keys.js";
import { explain } from "../workbench/words.js";
import { believe, demandInvited, keyPrint, logKey } from "../workbench/trust.js";
import { storage } from "./storage.js";
import { listenToWedge } from "./scanbox.js";
import { qr } from "./qr.js";
import { button, code, complain, el, facts, fill, go, note, of, t } from "./ui.js";
import { Form, typed } from "./form.js";

const ROLES = { admin: ["管理", "admin"], clerk: ["业务员", "clerk"], driver: ["司机", "driver"], device: ["设备", "device"] };

/** A role in words. */
export const roleWords = (role) => of(ROLES[role] ?? [role, role]);

/** Whoever opens the workbench on a device that has no key: what may be lost, and how to join. */
export async function stranger(dock, main) {
  const lost = await whatIsLost(dock.db, storage());
  fill(
    main,
    el("h1", {}, t("工作台", "Workbench")),
    note(lost.code === "all" ? "bad" : "", of(lost)),
    note("", t("请扫管理人员给的邀请码，或打开邀请链接，或在下面输入 16 位邀请码。", "Scan the invitation that you were given, open its link, or type its 16 letters below.")),
    codeForm(),
  );
}

function codeForm(value = "") {
  const form = new Form([typed("code", t("邀请码", "Invitation"), { value, required: true, read: (text) => tried(text), wrong: ["邀请码应为 16 个字母或数字", "an invitation has 16 letters and digits"] })]);
  const open = (text) => {
    globalThis.location.assign(`/join#${text}`);
    if (globalThis.location.pathname === "/join") globalThis.location.reload();
  };
  listenToWedge((text) => tried(text) && open(tried(text)));
  return el("div", { class: "stack" }, form.node, button(t("继续", "Go on"), () => open(form.values().code), { kind: "strong", id: "open" }));
}

/** What a link has after its mark: the code, and the key of the log if the text names one; null if it is no invitation. */
function tried(text) {
  try {
    return linkPart(text, keyInLink(text));
  } catch {
    return null;
  }
}

/** The page of an invitation. */
export async function join(dock, main) {
  const text = globalThis.location.hash.slice(1);
  const link = tried(text);
  if (link === null) {
    fill(main, el("h1", {}, t("加入", "Join")), text === "" ? null : note("bad", t("邀请码应为 16 个字母或数字", "an invitation has 16 letters and digits")), codeForm());
    return;
  }
  const [invitation, key] = [readCode(link), keyInLink(link)];
  const seen = await look(dock.server, invitation);
  const fault = key === null ? null : await demandInvited(dock.server, seen.log, key).then(() => null, (error) => error);
  if (fault) {
    fill(main, el("h1", {}, t("没有加入", "Not joined")), note("bad", of(explain(fault))), facts([[t("日志", "Log"), code(seen.log)], [t("邀请里的指纹", "The invitation's thumbprint"), code(await keyPrint(key))]]));
    return;
  }
  const isHere = dock.device?.kid && dock.key;
  fill(
    main,
    el("h1", {}, t("加入", "Join")),
    facts([
      [t("主体", "Party"), seen.party_name ?? seen.party],
      [t("场所", "Sites"), seen.sites.length > 0 ? seen.sites.join("、") : t("全部", "all")],
      [t("身份", "As"), roleWords(seen.role)],
      [t("日志", "Log"), code(seen.log)],
      [t("日志公钥指纹", "Thumbprint of its key"), key ? code(await keyPrint(key)) : t("邀请里没有，按服务器所报", "not in the invitation: as the server names it")],
    ]),
    isHere ? note("warn", t(`本机已是“${dock.device.partyName ?? dock.device.party}”的设备。继续则改用新密钥，旧密钥不再使用。`, `This device signs for “${dock.device.partyName ?? dock.device.party}” already. If you go on, it gets a new key and the old one is used no more.`)) : null,
    note("", t("密钥在本机生成，私钥不离开本机，服务器也没有。手机丢了或浏览器数据清了，密钥找不回来，只能由管理人员吊销后重新邀请。", "The key is made here and never leaves this device; the server has no copy. If the device is lost or the browser's data cleared, the key is gone for good: it is revoked, and you are invited again.")),
    button(t("生成密钥并加入", "Make a key and join"), () => accept(dock, main, { invitation, logsKey: key, seen }), { kind: "strong", id: "accept" }),
  );
}

/** What this device shows to whoever manages keys: with it, it is added without a network here. */
async function requestCode(signer, device) {
  const text = await deviceRequest(signer, device);
  return [
    note("", t("本机没有网络时：请管理人员打开“设备”，扫这个登记码，核对密钥前八位后批准。", "Without a network here: have an admin open “devices”, scan this request, compare the first eight characters of the key, and approve.")),
    el("div", { class: "codes", "data-text": text }, qr(text, t("新设备的登记码", "request of a new device"))),
  ];
}

/** The request of this device, while it waits. @param {import("./dock.js").Dock} dock */
export async function requestScreen(dock, main) {
  const { device } = dock;
  fill(
    main,
    el("h1", {}, t("登记码", "Request")),
    device.standing === "waiting" ? await requestCode(dock.signer, device) : note("good", t("本机已获批准。", "This device is approved.")),
    facts([[t("密钥指纹", "Thumbprint"), code(device.kid)]]),
    go(t("回工作台", "To the workbench"), "#/"),
  );
}

async function accept(dock, main, { invitation, logsKey, seen }) {
  // Before the key is made: a browser that promises to keep data promises it for what is there then.
  const kept = await askToKeep();
  const key = await makeKey(dock.db);
  const signer = signerOf(key);
  const device = await answer(dock.server, invitation, signer).catch((error) => {
    if (error instanceof Problem) throw error;
    // The network went meanwhile: the invitation is answered later, or an admin scans what is shown here.
    return { ...deviceOf(seen, signer.kid), standing: "waiting" };
  });
  await saveDevice(dock.db, device);
  // The key of the log, from the one who invited: receipts are compared with it from now on.
  const now = dock.clock.now();
  await (logsKey ? believe(dock.db, device.log, logsKey, "invitation", now) : logKey(dock.db, dock.server, device.log, now)).catch(complain);
  await dock.keep("join", { code: invitation });
  if (device.sites.length > 0) await dock.chooseSite(device.sites[0]);
  fill(
    main,
    el("h1", {}, t("已提交", "Asked to join")),
    note("good", of(kindWords(key))),
    note(kept.code === "persistent" ? "good" : "warn", of(kept)),
    device.standing === "joined"
      ? null
      : note("warn", t("等待管理人员批准。请当面核对密钥前八位：", "It waits for approval. Compare the first eight characters of the key: "), el("b", { class: "large" }, device.kid.slice(0, 8))),
    device.standing === "joined" ? null : await requestCode(signer, device),
    facts([[t("密钥指纹", "Thumbprint"), code(device.kid)]]),
    go(t("打开工作台", "Open the workbench"), "/workbench", { kind: "strong", id: "to-workbench" }),
  );
}
