// What the types of records are called where they are listed, and states that are not the end.

/** States of items that are not sent yet. */
export const NOT_SENT = ["pending", "sent", "parked"];

/** What was done, in words. */
export const DONE = {
  create: ["新批次", "new lot"],
  enter: ["进货登记", "goods entered"],
  use_input: ["投入品使用", "input used"],
  certify: ["证明", "paper"],
  dispatch: ["发货", "dispatch"],
  pick_up: ["提货", "picked up"],
  observe: ["温度读数", "readings"],
  hand_on: ["换车", "handed on"],
  deliver: ["送达", "delivered"],
  receive: ["收货", "receipt"],
  settle: ["差异处理", "settled"],
  transform: ["加工", "transformed"],
  sell: ["销售", "sale"],
  dispose: ["处置", "disposed of"],
  count: ["盘点", "stocktake"],
  inspect: ["自查", "self-check"],
  correct: ["更正", "correction"],
  add_key: ["批准设备", "device approved"],
  revoke_key: ["吊销设备", "device revoked"],
};

/** What an entry check concluded. */
export const CHECK_WORDS = {
  accept: ["准予入场", "accepted"],
  accept_with_note: ["备注接收", "accepted with a note"],
  hold: ["暂存待查", "held until it is clear"],
  refuse: ["拒收", "refused"],
};
