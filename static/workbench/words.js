// What people read, Chinese first. Codes of records have their words with the verifier.


/** What may go wrong on a device. */
export const FAULTS = {
  malformed: ["内容不合规，不能签名", "what was filled in is not as records have it"],
  too_large: ["内容太多，一张记录放不下，请分几次办", "it is too much for one record: do it in several"],
  too_many: ["条目太多，一张记录放不下，请分几次办", "there are too many for one record: do it in several"],
  signature: ["签名不符：内容可能被改动", "the signature does not hold: it may have been altered"],
  version: ["记录的版本较新，请刷新本页", "the record is of a later version: reload this page"],
  unknown_type: ["记录的类型较新，请刷新本页", "the record is of a later type: reload this page"],
  unreachable: ["没有网络，没有办成", "no network: this was not done"],
  timed_out: ["服务器没有及时应答，没有办成", "the server did not answer in time: this was not done"],
  answer_unread: ["服务器的应答读不懂，没有办成", "the server's answer cannot be read: this was not done"],
  no_storage: ["浏览器不让本页保存数据（可能是无痕模式），不能在此签名", "the browser does not let this page keep anything (a private window?), so nothing can be signed here"],
  no_key: ["本机没有密钥：请用邀请码加入", "there is no key on this device: join with an invitation"],
  challenge_form: ["登录挑战不是给本密钥、本日志的，未签名", "the challenge is not for this key and log; it was not signed"],
  invitation_form: ["邀请码应为16个字母或数字", "a code of an invitation has 16 letters and digits"],
  device_form: ["这不是新设备的登记码", "this is no request of a new device"],
  device_other_log: ["该设备的登记码是给另一个日志的", "the device's request is for another log"],
  device_other_party: ["该设备的登记码是给另一个主体的", "the device's request is for another party"],
  op_unknown: ["没有这一条", "there is no such item"],
  op_not_refused: ["只有被拒收的才能重新签名或丢弃", "only what was refused is signed again or given up"],
  receipt_wrong: ["回执核验不符，未当作已入账；记录和这张回执都留在本机，请告知登记机构", "the receipt does not hold, so this does not count as recorded; record and receipt are kept here: tell whoever runs the log"],
  log_not_invited: ["邀请里写的日志公钥与这台服务器的不符：可能不是同一个日志，也可能有人冒充。没有加入，请向邀请人核实", "the invitation names another key of the log than this server has: it may be another log, or somebody who pretends to be it. Nothing was joined; ask whoever invited you"],
  log_other: ["服务器是另一个日志的，没有发送", "the server is another log's; nothing was sent to it"],
  awaiting_key: ["本机密钥尚未获批准，批准后自动发送", "this device's key is not approved yet; it is sent once it is"],
  waits_for: ["等它所依据的记录入账后再发送", "it waits until the record that it relies on is recorded"],
  basis_refused: ["它所依据的记录被拒收，请重新办理", "the record that it relies on was refused; do it anew"],
  key_revoked: ["本机密钥已吊销：此后签名的都不入账，请联系管理人员", "this device's key was revoked: what it signs is not recorded; ask whoever manages your keys"],
  key_expired: ["本机密钥已到期，请联系管理人员", "this device's key has expired; ask whoever manages your keys"],
  qr_not_part: ["这不是交接二维码", "this is no code of a handover"],
  qr_version: ["交接二维码的版本较新，请刷新本页", "the code of the handover is of a later version: reload this page"],
  qr_damaged: ["二维码没有读全，请再扫一次", "the code was not read in full; scan it again"],
  qr_other_set: ["这是另一批货的二维码，请对准同一组", "this code belongs to another shipment; keep to one sequence"],
  qr_incomplete: ["二维码还没有扫齐", "some codes of the sequence are still missing"],
  qr_content: ["二维码的内容不完整或已损坏，请对方重新显示", "what the codes hold is damaged; ask for them to be shown again"],
  qr_signature: ["签名不符：内容被改动，不能接收", "the signature does not hold: what the codes say was altered"],
  qr_kind: ["这不是所要的单据", "this is not the kind of record that is wanted"],
  qr_other_log: ["这张单据是写给另一个省的日志的，请联网接收", "this record is for another log; receive it with a network"],
  qr_other_consignee: ["这批货不是发给本场所的", "this shipment was not sent to this site"],
  qr_other_receiver: ["签收的不是这张运单的收货场所，不能当作对方已签收", "whoever signed is not the site that this waybill is for: it counts as no receipt"],
  qr_other_shipment: ["这是另一张运单的二维码", "this is the code of another waybill"],
  qr_other_party: ["签名的密钥不属于发货方", "the key that signed is not the sender's"],
  photo_too_large: ["照片超过 50 MB，请缩小后再选", "the photo is larger than 50 MB; make it smaller"],
  photo_too_large_to_send: ["照片太大，本机和服务器都读不了：请调低相机分辨率重拍，或输入编码", "the photo is too large for this device and the server: take it with fewer pixels, or type the code"],
  photo_no_code: ["照片里没有读到码：靠近些、对准再拍，或输入编码", "no code was found in the photo: take it closer and sharper, or type the code"],
  photo_unread: ["这张照片打不开，请重拍", "this photo cannot be opened; take another"],
  decoder_missing: ["解码器没有装好，请刷新，或手工输入", "the decoder could not be loaded; reload, or type the code"],
  camera_denied: ["没有使用相机的权限：可以拍照上传、用扫码枪或手工输入", "the camera is not allowed: take a photo, use a scanner, or type"],
  camera_missing: ["没有可用的相机：可以拍照上传、用扫码枪或手工输入", "there is no camera: take a photo, use a scanner, or type"],
  line_unknown: ["运单上没有这一行", "the waybill has no such line"],
  parts_exceed: ["短少、破损和拒收合计超过发货数量", "short, damaged and refused are more than was sent"],
  amount_form: ["数量写法不对", "this is no amount"],
  quantity_closed: ["发货数量没有公开给本机，请联网接收", "the quantity that was sent is not open here; receive it with a network"],
  nothing_decided: ["还没有扫任何一行", "no line is decided yet"],
  clock_ahead: ["记录时间超前：请校准手机时间，再点“重新签名”", "the record's time lies ahead: set the phone's clock right, then sign again"],
};

/** The same of what lies in the outbox: it is kept, and sent again by itself. */
export const KEPT = {
  unreachable: ["连不上服务器；已存在本机，联网后自动发送", "the server cannot be reached; it is kept here and sent by itself"],
  timed_out: ["服务器没有及时应答，稍后自动重试", "the server did not answer in time; this is tried again by itself"],
  answer_unread: ["服务器的应答读不懂，稍后自动重试", "the server's answer cannot be read; this is tried again by itself"],
};

/** How a key is kept. */
export const KEY_KINDS = {
  webcrypto: ["密钥由浏览器保管，网页也读不出来", "the browser holds the key; not even this page can read it"],
  stored: [
    "浏览器不支持 Ed25519：密钥存在本机数据库里，保护较弱，请设锁屏，丢失立即吊销",
    "the browser has no Ed25519: the key lies in this device's database, which protects it less; use a screen lock, and have it revoked at once if the device is lost",
  ],
};

/** Where an item of the outbox stands. */
export const STATES = {
  pending: ["待发送", "to be sent"],
  sent: ["已发出，等应答", "sent, waiting for the answer"],
  accepted: ["已入账", "recorded"],
  parked: ["已收存，等对方的发货记录", "kept by the server until the dispatch comes"],
  refused: ["被拒收", "refused"],
};

/** Where a device's storage stands. */
export const STORAGE = {
  persistent: ["浏览器承诺不自行清除本机数据", "the browser promises not to clear this device's data by itself"],
  best_effort: [
    "浏览器可能在空间不足或长期不用时清除本机数据，密钥会丢失：请安装到桌面或允许持久保存",
    "the browser may clear this device's data when space is short or the page is long unused, and the key with it: install the page, or allow persistent storage",
  ],
  unknown: ["浏览器不说明是否会清除本机数据", "the browser does not say whether it clears this device's data"],
};

/** What was lost, told from a mark outside the database. */
export const LOSS = {
  none: ["没有丢失", "nothing is lost"],
  perhaps: [
    "本机没有任何数据。如果以前在这台设备上用过，浏览器已清除全部数据：密钥和未发送的记录都没有了，已入账的都在服务器上",
    "there is no data on this device. If it was used here before, the browser has cleared everything: the key and what was not sent are gone; what was recorded is on the server",
  ],
  all: [
    "浏览器清除了本机数据：密钥已丢失，不能找回，请管理人员吊销旧密钥并重新邀请。据最后标记，未发送 {count} 条已丢失，没有上传的照片也没有了；已入账的都在服务器上",
    "the browser has cleared this device's data: the key is lost for good; have it revoked and be invited again. By the last mark {count} items were not sent and are lost, and so are pictures that were not; what was recorded is on the server",
  ],
};

/** Whether a key that signed something offline is known here. */
export const KEY_KNOWN = {
  known: ["签名已核对，密钥属于该主体", "the signature holds, and the key is that party's"],
  unknown: [
    "签名与内容相符；密钥是否属于该主体，联网后由服务器核对",
    "the signature fits what is said; whether the key is that party's, the server checks later",
  ],
};

/** What is said after a scan at the dock. */
export const HEARD = {
  line: ["第 {n} 行，{have}/{total}", "line {n}, {have} of {total}"],
  unit: ["第 {n} 行，又一件，共 {units} 件", "line {n}, one more, {units} units"],
  again: ["已经扫过：第 {n} 行", "scanned before: line {n}"],
  repeat: ["同一个码", "the same code"],
  extra: ["不在运单上：{lot}", "not on the waybill: {lot}"],
  product: [
    "这个码只说明商品，不说明批次；运单上有 {count} 行是这种商品，请选择",
    "this code names a product, not a lot; {count} lines of the waybill are of it: please choose",
  ],
  no_lot: ["这不是批次码：{what}", "this is no code of a lot: {what}"],
  ambiguous: ["这个码可能是几种，请手工选择", "this may be several kinds of code: choose by hand"],
  unknown: ["不认识这个码{why}", "this code is not known{why}"],
};

/** What becomes of a line. */
export const MARKS = {
  waiting: ["未扫", "not scanned"],
  accepted: ["收下", "accepted"],
  short: ["短少", "short"],
  damaged: ["破损", "damaged"],
  warm: ["温度不符", "warm"],
  refused: ["拒收", "refused"],
  wrong_lot: ["批次不符", "wrong lot"],
};

/** Why goods are not simply accepted. */
export const NOTES = {
  differences: ["有差异的行：{lines}", "lines that differ: {lines}"],
  line_temp: ["单独测温的行 {temps}", "lines measured apart: {temps}"],
  warm: ["温度不符仍收下的行：{lines}", "accepted though warm: {lines}"],
  extra: ["运单以外的货，未收：{lots}", "not on the waybill, not received: {lots}"],
  above: ["到货 {temp}℃，高于要求的 {limit}℃", "{temp} °C on arrival, above the {limit} °C asked for"],
  below: ["到货 {temp}℃，低于要求的 {limit}℃", "{temp} °C on arrival, below the {limit} °C asked for"],
  seals: ["封签不完好", "a seal is broken"],
};

/** What a clock tells. */
export const CLOCK = {
  right: ["时间准确", "the clock is right"],
  unknown: ["还没有联网核对过时间", "the clock has not been compared with a server yet"],
  unsure: ["现在不能联网核对时间：手机显示 {when}，不对请先校准", "the time cannot be compared now: the phone shows {when}; set it right first if it is wrong"],
  ahead: ["手机时间快了{much}，请在系统设置中校准", "the phone's clock is {much} fast; set it right in the system's settings"],
  behind: ["手机时间慢了{much}，请在系统设置中校准", "the phone's clock is {much} slow; set it right in the system's settings"],
};

/**
 * Both languages of a text, with values put in.
 * @param {[string, string]} pair
 * @param {Record<string, [string, string] | string | number>} [values]
 */
export function said(pair, values = {}) {
  const fill = (text, language) =>
    text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = values[name] ?? whole;
      return String(Array.isArray(value) ? value[language] : value);
    });
  return { zh: fill(pair[0], 0), en: fill(pair[1], 1) };
}

/**
 * Faults of what others signed, by the first word of their codes: at a dock it matters that it does not hold, and the code tells whoever looks
 * into it in which line.
 */
const OF_LOGS = {
  note: ["日志签名的文本不合规", "what the log signed is not as it should be"],
  checkpoint: ["日志的检查点不合规", "the log's checkpoint is not as it should be"],
  receipt: ["回执不合规", "the receipt is not as it should be"],
  proof: ["入账证明不成立", "the proof of inclusion does not hold"],
  key: ["公钥不合规", "the public key is not as it should be"],
};
const OF_RECORDS = ["记录不合规，没有办成", "the record is not as it should be: this was not done"];

/** A pair with the code behind it. */
const coded = ([zh, en], code) => [`${zh}（${code}）`, `${en} (${code})`];

/**
 * A fault in words.
 * @param {{code: string, detail?: string}} fault
 * @returns {{code: string, zh: string, en: string}}
 */
export function explain({ code, detail = "" }) {
  const pair = FAULTS[code] ?? coded(OF_LOGS[code.split("_")[0]] ?? OF_RECORDS, code);
  return { code, ...said(pair), detail };
}
