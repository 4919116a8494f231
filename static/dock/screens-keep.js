// Screens on which goods begin, lie and end, their papers, and the devices of a site.
export { bringIn, enterScreen, inputUse, make } from "./bring-in.js";
export { papers, promise, test } from "./papers.js";
export { disposeScreen, selfCheck, stocktake, storeScreen } from "./store.js";
export { devicesScreen, siteScreen } from "./devices.js";
export { outboxScreen } from "./outbox-screen.js";
export { join, stranger } from "./join.js";
