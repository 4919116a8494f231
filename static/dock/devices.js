// Devices of a party, for whoever manages its keys: inviting, approving by thumbprint, and ending those that are lost.

import { Fault } from "../verify/fault.js";
import { Problem } from "../workbench/api.js";
import * as joining from "../workbench/joining.js";
import { logKey } from "../workbench/trust.js";
import { Form, choice, picked, typed } from "./form.js";
import { placeName } from "./goods.js";
import { roleWords } from "./join.js";
import { qr } from "./qr.js";
import { scanBox, signal } from "./scanbox.js";
import { button, code, el, facts, fill, go, note, t, tell } from "./ui.js";

/** Seconds for which an invitation is open: a day, so that it may be sent to somebody who is elsewhere. */
const OPEN_S = 86_400;

const ROLES = [
  ["clerk", ["业务员", "Clerk"]],
  ["driver", ["司机", "Driver"]],
  ["admin", ["管理", "Admin"]],
];

const REASONS = [
  ["lost", ["遗失", "Lost"]],
  ["compromised", ["可能被别人用", "Somebody else may have it"]],
  ["left", ["离职", "The holder left"]],
  ["replaced", ["更换", "Replaced"]],
];

/** Asks as the admin who is signed in; joining.js speaks to the server itself. */
const signedIn = async (dock, work) => {
  await dock.ask("/v1/session");
  return work();
};

/** Approves a device whose thumbprint was compared. */
async function approve(dock, device, name) {
  const terms = { from: joining.standsFrom(device, dock.clock.seconds()), person: name ? { name } : undefined };
  const draft = await joining.approve({ log: dock.device.log, ...device }, terms);
  const item = await dock.say(draft, dock.newOp());
  globalThis.location.hash = `#/done/${item.op_id}`;
}

function waitingCard(dock, device) {
  const name = typed("name", t("使用人", "Who uses it"), {});
  // What was scanned and not invited says no role: the admin does.
  const role = device.role ? null : choice("role", t("身份", "As"), ROLES, { value: "clerk" });
  return el(
    "li",
    { class: "card" },
    el(
      "div",
      { class: "what" },
      el("b", {}, device.label ?? "", " ", device.role ? roleWords(device.role) : ""),
      el("span", {}, t("核对密钥前八位：", "compare the key's first eight characters: "), el("b", { class: "large" }, device.kid.slice(0, 8))),
      role?.node,
      name.node,
      button(t("一致，批准", "They agree: approve"), () => approve(dock, { ...device, role: device.role ?? role.get() }, name.get()), { kind: "strong", id: "approve" }),
    ),
  );
}

function deviceCard(dock, one) {
  const isOver = one.revoked;
  const short = one.kid.slice(0, 8);
  // What tells a lost phone from another: what it was called and who has it.
  const name = [one.label, one.person].filter(Boolean).join(" · ");
  let isAsked = false;
  const form = new Form([choice("reason", t("原因", "Reason"), REASONS, { value: "lost" }), typed("since", t("从哪天起可疑（可不填）", "Suspect since (if known)"), { kind: "date" })]);
  const revoke = async (node) => {
    const { reason, since } = form.values();
    if (!isAsked) {
      isAsked = true;
      fill(node, t(`再按一次：吊销 ${name || short}`, `Press again: revoke ${name || short}`));
      return;
    }
    const seconds = since ? Math.floor(Date.parse(`${since}T00:00:00+08:00`) / 1000) : undefined;
    const item = await dock.say(joining.revoke(one.kid, reason, seconds), dock.newOp());
    globalThis.location.hash = `#/done/${item.op_id}`;
  };
  const isOwn = one.kid === dock.device.kid;
  return el(
    "li",
    { class: "card" },
    el(
      "div",
      { class: "what" },
      el("span", { class: "row" }, el("b", {}, name || short), el("span", {}, roleWords(one.role))),
      el("span", { class: isOver ? "bad small" : "small" }, name ? `${short} · ` : "", isOver ? t("已吊销", "revoked") : t(`自 ${one.from.slice(0, 10)}`, `from ${one.from.slice(0, 10)}`), isOwn ? t(" · 本机", " · this device") : ""),
      isOver ? null : el("details", { class: "more" }, el("summary", {}, t("遗失、停用", "Lost, or to be ended")), form.node, button(isOwn ? t("吊销本机", "Revoke this device") : t("吊销", "Revoke"), revoke, { kind: "danger" })),
    ),
  );
}

async function invite(dock, main, values) {
  const sites = values.site ? [values.site] : [];
  const asked = { party: dock.device.party, sites, role: values.role, label: values.label, open_s: OPEN_S };
  const made = await signedIn(dock, () => joining.invite(dock.server, asked));
  const { key } = await logKey(dock.db, dock.server, dock.device.log, dock.clock.now());
  const link = `${globalThis.location.origin}/join#${joining.linkPart(made.code, key)}`;
  fill(
    main,
    el("h1", {}, t("邀请", "Invitation")),
    note("", t("让新设备扫这个码。扫完后回到“设备”，核对密钥并批准。", "Have the new device scan this. Then come back to the devices, compare the key and approve.")),
    el("div", { class: "codes" }, qr(link, t("邀请码", "invitation"))),
    facts([[t("或输入", "Or type"), code(made.code)], [t("链接", "Link"), code(link)]]),
    go(t("回到设备", "To the devices"), "#/devices", { kind: "strong" }),
  );
}

function inviteForm(dock, main, sites) {
  const form = new Form([
    choice("role", t("身份", "As"), ROLES, { value: "clerk" }),
    picked("site", t("场所", "Site"), sites.map((one) => [one.id, one.name]), { value: sites.length === 1 ? sites[0].id : "", empty: t("全部场所", "all sites") }),
    typed("label", t("称呼，例如“收货口手机”", "A name for it, such as “phone at the gate”"), { required: true }),
  ]);
  return el("details", { class: "more", id: "invite" }, el("summary", {}, t("邀请新设备", "Invite a device")), form.node, button(t("出示邀请码", "Show the invitation"), () => invite(dock, main, form.values()), { kind: "strong", id: "make-invitation" }));
}

/** A device that has no network shows its request as a code. */
function requestBox(dock, main) {
  return scanBox(async (text) => {
    try {
      const device = await joining.readDeviceRequest(text, { log: dock.device.log, party: dock.device.party });
      signal("good");
      fill(main, el("h1", {}, t("新设备", "A new device")), el("ul", { class: "cards" }, waitingCard(dock, { ...device, sites: [dock.site], label: t("无网络的设备", "a device without a network") })));
    } catch (error) {
      signal("bad");
      tell(error instanceof Fault ? t("这不是新设备的登记码", "this is no request of a new device") : String(error), "bad");
    }
  }, { label: t("扫没有网络的新设备的登记码", "Scan the request of a device without a network") });
}

const toLog = () => go(t("日志的公钥", "The log's key"), "#/log");

/** @param {import("./dock.js").Dock} dock */
export async function devicesScreen(dock, main) {
  if (dock.device.role !== "admin") {
    fill(main, el("h1", {}, t("设备", "Devices")), note("", t("只有管理设备能增加和吊销设备。", "Only an admin's device adds and ends devices.")), toLog());
    return undefined;
  }
  const box = requestBox(dock, main);
  const told = await signedIn(dock, () =>
    Promise.all([joining.waiting(dock.server), dock.ask(`/v1/devices?party=${dock.device.party}&people=true`), dock.ask(`/v1/parties/${dock.device.party}/sites?limit=100`)]),
  ).catch((error) => {
    if (error instanceof Problem) throw error;
    return null;
  });
  if (told === null) {
    fill(main, el("h1", {}, t("设备", "Devices")), note("warn", t("没有网络：看不到已登记的设备。可以扫新设备的登记码，批准后联网自动发送。", "No network: registered devices are not seen. A new device's request can be scanned; the approval is sent once there is a network.")), box.node, toLog());
    return box.stop;
  }
  const [waits, { devices: all }, { sites }] = told;
  fill(
    main,
    el("h1", {}, t("设备", "Devices")),
    waits.length > 0 ? [el("h2", {}, t("等待批准", "Waiting")), el("ul", { class: "cards" }, waits.map((one) => waitingCard(dock, one)))] : null,
    inviteForm(dock, main, sites),
    el("h2", {}, t("已登记", "Registered")),
    el("ul", { class: "cards" }, all.map((one) => deviceCard(dock, one))),
    box.node,
    sites.length > 1 ? go(t("换一个场所工作", "Work at another site"), "#/site") : null,
    toLog(),
  );
  return box.stop;
}

/** At which site this device works now. */
export async function siteScreen(dock, main) {
  const { sites } = await dock.ask(`/v1/parties/${dock.device.party}/sites?limit=100`);
  const mine = dock.device.sites.length > 0 ? sites.filter(({ id }) => dock.device.sites.includes(id)) : sites;
  const use = async (id) => {
    await dock.chooseSite(id);
    await dock.refresh().catch(() => {});
    globalThis.location.hash = "#/";
  };
  fill(main, el("h1", {}, t("在哪个场所", "At which site")), el("div", { class: "stack" }, mine.map((one) => button(placeName(one), () => use(one.id), { kind: one.id === dock.site ? "strong" : "" })), toLog()));
}
