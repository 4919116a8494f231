// What can be done here, by what this device may sign.

import { el, of, t } from "./ui.js";

/** Premises that buy from whoever comes: entering it is a press away. */
const BUY = new Set(["booth", "shop", "kitchen", "market"]);

/** Doings: where, what it is called, for which roles. */
const DOINGS = [
  ["#/receive", ["收货", "Receive"], ["admin", "clerk"]],
  ["#/dispatch", ["发货", "Dispatch"], ["admin", "clerk"]],
  ["#/enter", ["进货登记", "Enter goods"], ["admin", "clerk"]],
  ["#/in", ["进货、生产", "Bring in"], ["admin", "clerk"]],
  ["#/sell", ["销售", "Sell"], ["admin", "clerk"]],
  ["#/transform", ["加工", "Transform"], ["admin", "clerk"]],
  ["#/carry", ["运输", "Carry"], ["admin", "clerk", "driver"]],
  ["#/papers", ["证明、检测", "Papers"], ["admin", "clerk"]],
  ["#/store", ["自查、盘点", "Checks"], ["admin", "clerk"]],
  ["#/book", ["台账、日结", "Daybooks"], ["admin", "clerk"]],
  ["#/vehicles", ["车辆档案", "Vehicles"], ["admin", "clerk", "driver"]],
  ["#/devices", ["设备", "Devices"], ["admin"]],
  ["#/outbox", ["发件箱", "Outbox"], ["admin", "clerk", "driver"]],
];

/** @param {import("./dock.js").Dock} dock */
export const doings = ({ device, desk }) =>
  el(
    "nav",
    { class: "doings", "aria-label": t("要办的事", "what to do") },
    DOINGS.filter(([href, , roles]) => roles.includes(device.role) && (href !== "#/enter" || BUY.has(desk?.body.site.kind))).map(([href, words]) => el("a", { class: "button", href }, of(words))),
  );
