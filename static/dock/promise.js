// Made by scripts/workbench-tables.mjs from src/app/label/certificate.toml, where the source stands: change that.

/** What the signer promises, by form. */
export const PROMISE = {
  "producer": "未使用禁用农药、兽药及其他化合物；使用的常规农药、兽药残留不超标。",
  "collector": "已按规定收取并保存该批次农产品承诺达标合格证或者其他质量安全合格证明；未违规使用保鲜剂、防腐剂、添加剂等。"
};

/** What the promise may rest on. */
export const BASIS = {
  "control": "质量安全控制符合要求",
  "self_test": "自行检测合格",
  "commissioned_test": "委托检测合格"
};
