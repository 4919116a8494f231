// Screens on which goods come, go and change.
export { receive, receiveList } from "./receive.js";
export { done } from "./done.js";
export { show } from "./show.js";
export { waybill } from "./waybill.js";
export { dispatchScreen } from "./dispatch.js";
export { settleScreen } from "./settle.js";
export { sellScreen } from "./sell.js";
export { transformScreen } from "./transform.js";
export { carry } from "./carry.js";
