// Whom this device believes that something is recorded: name and key of the log, since when, and on whose word. When the log's
// key has changed, an admin compares thumbprints with what the log's operator makes known, and puts the new key in its place.

import { believe, keyPrint, logKey, toldKey } from "../workbench/trust.js";
import { FieldFault, Form, typed } from "./form.js";
import { button, code, complain, el, facts, fill, moment, note, of, t, tell } from "./ui.js";

const FROM = {
  invitation: ["邀请里写明，加入时已与服务器核对", "named by the invitation, and compared with the server when this device joined"],
  server: ["服务器第一次所报，没有别处核对", "named by the server when it was asked first; compared with nothing else"],
  person: ["管理人员核对指纹后更换", "replaced by an admin who compared thumbprints"],
};
/** Characters of a thumbprint that are typed off what the operator makes known. */
const TYPED = 8;

const bare = (text) => text.replace(/\s/g, "").toLowerCase();

/** The key that the server names now is another one. */
function other(dock, print, replace) {
  const told = note(
    "bad",
    el("b", {}, t("服务器现在报的是另一个公钥。", "The server names another key now. ")),
    t("可能是日志换了密钥，也可能有人冒充服务器。在核实之前，新回执都不当作已入账，记录都留在本机。请用电话或公告向日志运行者核对指纹，不要用这台服务器上写的。", "The log may have changed its key, or somebody may pretend to be the server. Until that is settled no new receipt counts, and records stay here. Compare the thumbprint with what the log's operator makes known, by phone or notice, and not with anything this server says."),
  );
  if (dock.device.role !== "admin") return [told, facts([[t("它报的指纹", "The thumbprint it names"), code(print)]]), note("", t("请在管理设备上更换。换好后，其他设备要重新邀请，或由管理人员在那台设备上更换。", "An admin's device may replace it. Other devices are invited anew then."))];
  const form = new Form([typed("seen", t(`运行者公布的新指纹的前 ${TYPED} 位`, `The first ${TYPED} characters of the new thumbprint, as the operator makes it known`), { required: true })]);
  const press = async () => {
    if (bare(form.values().seen) !== bare(print).slice(0, TYPED)) throw new FieldFault("seen", ["与服务器现在报的指纹不符，没有更换", "that is not the thumbprint that the server names; nothing was replaced"]);
    await replace();
  };
  return [told, facts([[t("它报的指纹", "The thumbprint it names"), code(print)]]), form.node, button(t("已当面或电话核对，改信这个公钥", "I have compared it: believe this key"), press, { kind: "danger", id: "believe" })];
}

/** @param {import("./dock.js").Dock} dock */
export async function logScreen(dock, main) {
  const { log } = dock.device;
  const draw = async () => {
    const held = await logKey(dock.db, dock.server, log, dock.clock.now());
    const told = await toldKey(dock.server, log).catch(() => null);
    const replace = async () => {
      await believe(dock.db, log, told, "person", dock.clock.now());
      await dock.outbox.believeAnew();
      tell(t("已更换，正在重新核验回执", "replaced; receipts are verified again"), "good");
      await draw();
    };
    fill(
      main,
      el("h1", {}, t("日志的公钥", "The log's key")),
      note("", t("回执是否成立，本机只按这个公钥核验。", "This device takes a receipt for true under this key alone.")),
      facts([
        [t("日志", "Log"), code(log)],
        [t("指纹", "Thumbprint"), code(await keyPrint(held.key))],
        [t("自", "Since"), moment(Math.floor(held.since / 1000))],
        [t("依据", "On whose word"), of(FROM[held.from ?? "server"])],
        [t("以前信过", "Believed before"), held.before?.length > 0 ? await Promise.all(held.before.map(async ({ key }) => el("span", {}, code((await keyPrint(key)).slice(0, 9)), " "))) : null],
      ]),
      told === null ? note("warn", t("现在问不到服务器。", "The server cannot be asked now.")) : told === held.key ? note("good", t("服务器现在报的也是它。", "The server names it, too.")) : other(dock, await keyPrint(told), replace),
    );
  };
  await draw().catch((error) => {
    fill(main, el("h1", {}, t("日志的公钥", "The log's key")));
    complain(error);
  });
}
