// The page of the workbench: which screen is seen, in which language, and the worker that keeps it for when there is no
// network. Screens other than the first are loaded when they are used.

import { askToKeep } from "../workbench/keys.js";
import { explain } from "../workbench/words.js";
import { Dock } from "./dock.js";
import { held, home } from "./home.js";
import { sendPictures } from "./pictures.js";
import { storage } from "./storage.js";
import { knowTables } from "./tables.js";
import { photosHelpedBy } from "./seams.js";
import { button, complain, el, explainWith, fill, go, lang, note, of, setLang, t, tell } from "./ui.js";

const LANGUAGE = "shisu-lang";

/** All screens but the first. They are loaded together when the first of them is used. */
const screens = () => import("./screens.js");

/** Screens by the first word of the address after `#/`. @type {Record<string, (dock: Dock, main: HTMLElement, ...rest: string[]) => Promise<any>>} */
const SCREENS = {
  "": home,
  held,
  receive: async (dock, main, id) => {
    const { receive, receiveList } = await screens();
    return id ? receive(dock, main, id) : receiveList(dock, main);
  },
  done: async (...all) => (await screens()).done(...all),
  show: async (...all) => (await screens()).show(...all),
  waybill: async (...all) => (await screens()).waybill(...all),
  dispatch: async (...all) => (await screens()).dispatchScreen(...all),
  settle: async (...all) => (await screens()).settleScreen(...all),
  vehicles: async (...all) => (await screens()).vehiclesScreen(...all),
  labels: async (...all) => (await screens()).labelsScreen(...all),
  sample: async (...all) => (await screens()).sampleScreen(...all),
  book: async (...all) => (await screens()).bookScreen(...all),
  sell: async (...all) => (await screens()).sellScreen(...all),
  transform: async (...all) => (await screens()).transformScreen(...all),
  carry: async (...all) => (await screens()).carry(...all),
  in: async (...all) => (await screens()).bringIn(...all),
  make: async (...all) => (await screens()).make(...all),
  enter: async (...all) => (await screens()).enterScreen(...all),
  import: async (...all) => (await screens()).importScreen(...all),
  intake: async (...all) => (await screens()).intakeScreen(...all),
  agents: async (...all) => (await screens()).agentsScreen(...all),
  certificate: async (...all) => (await screens()).certificateScreen(...all),
  zones: async (...all) => (await screens()).zonesScreen(...all),
  owners: async (...all) => (await screens()).ownersScreen(...all),
  input: async (...all) => (await screens()).inputUse(...all),
  papers: async (...all) => (await screens()).papers(...all),
  promise: async (...all) => (await screens()).promise(...all),
  test: async (...all) => (await screens()).test(...all),
  store: async (...all) => (await screens()).storeScreen(...all),
  clear: async (...all) => (await screens()).clearScreen(...all),
  check: async (...all) => (await screens()).selfCheck(...all),
  count: async (...all) => (await screens()).stocktake(...all),
  dispose: async (...all) => (await screens()).disposeScreen(...all),
  devices: async (...all) => (await screens()).devicesScreen(...all),
  request: async (...all) => (await screens()).requestScreen(...all),
  site: async (...all) => (await screens()).siteScreen(...all),
  log: async (...all) => (await screens()).logScreen(...all),
  outbox: async (...all) => (await screens()).outboxScreen(...all),
};

const explained = (error) => (typeof error?.zh === "string" ? error : error?.code ? explain(error) : { zh: `出错：${error?.message ?? error}`, en: `a fault: ${error?.message ?? error}` });

let leave = null;
let turn = 0;

/** Shows the screen that the address names. */
async function route(dock) {
  turn += 1;
  const mine = turn;
  await leave?.();
  leave = null;
  const [name, ...rest] = globalThis.location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  // A fresh place, so that a screen that is still at work writes nowhere that is seen.
  const main = el("main", { id: "app", tabindex: "-1" });
  try {
    const left = await (SCREENS[name] ?? home)(dock, main, ...rest);
    if (mine !== turn) return void (typeof left === "function" && left());
    leave = typeof left === "function" ? left : null;
  } catch (error) {
    fill(main, el("h1", {}, t("打不开", "It does not open")), note("bad", of(explained(error))), go(t("回工作台", "To the workbench"), "#/"));
  }
  document.getElementById("app").replaceWith(main);
  globalThis.scrollTo(0, 0);
  main.focus({ preventScroll: true });
  document.documentElement.dataset.ready = name === "" ? "home" : name;
}

function switchLanguage(again) {
  const link = document.getElementById("lang");
  const draw = () => {
    link.textContent = lang() === "en" ? "中文" : "English";
    link.lang = lang() === "en" ? "zh-Hans" : "en";
    link.hreflang = link.lang;
  };
  // What is half filled in would be gone: that takes a second press.
  let isFilled = false;
  document.addEventListener("input", ({ target }) => (isFilled ||= target.closest(".form, .pick") !== null));
  globalThis.addEventListener("hashchange", () => (isFilled = false));
  link.addEventListener("click", (event) => {
    event.preventDefault();
    if (isFilled) {
      isFilled = false;
      return tell(t("换语言会清空正在填的内容。要换，请再按一次", "What you are filling in would be emptied. To switch, press again"), "warn");
    }
    tell("");
    setLang(lang() === "en" ? "zh" : "en");
    storage()?.setItem(LANGUAGE, lang());
    // So that the server's own pages have it, too; without a network it changes nothing.
    fetch(`/workbench?lang=${lang()}`).catch(() => {});
    draw();
    return again();
  });
  draw();
}

/** Keeps the workbench on the device, and says when there is a newer one. */
async function keepHere() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  try {
    const registration = await serviceWorker.register("/workbench/worker.js", { scope: "/workbench" });
    const offer = () => {
      const next = registration.waiting;
      if (!next || !serviceWorker.controller) return;
      const use = () => {
        serviceWorker.addEventListener("controllerchange", () => globalThis.location.reload(), { once: true });
        next.postMessage("take over");
      };
      document.getElementById("top").after(el("p", { class: "note" }, t("有新版本。", "There is a newer version."), button(t("换用", "Use it"), use)));
    };
    offer();
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  } catch {
    // A browser that keeps no pages (a private window): the workbench needs a network there.
    tell(t("浏览器不能离线保存本页，没有网络时打不开。", "This browser does not keep the page; without a network it will not open."), "bad");
  }
}

async function begin() {
  setLang(storage()?.getItem(LANGUAGE) ?? (document.documentElement.lang.startsWith("en") ? "en" : "zh"));
  explainWith(explained);
  const main = document.getElementById("app");
  const [dock] = await Promise.all([Dock.open(), knowTables()]);
  photosHelpedBy(dock);
  const isJoining = globalThis.location.pathname === "/join";
  if (isJoining || !dock.isReady) {
    const { join, stranger } = await screens();
    const again = () => (isJoining ? join(dock, main) : stranger(dock, main));
    switchLanguage(again);
    await again();
    document.documentElement.dataset.ready = "join";
    return;
  }
  switchLanguage(() => route(dock));
  globalThis.addEventListener("hashchange", () => route(dock));
  await route(dock);
  await dock.start();
  dock.listen(() => sendPictures(dock).catch(() => {}));
  await keepHere();
  // Installed since it joined: a browser that said no then may say yes now.
  if (globalThis.matchMedia("(display-mode: standalone)").matches) await askToKeep();
}

begin().catch((error) => {
  fill(document.getElementById("app"), el("h1", {}, t("工作台", "Workbench")), note("bad", of(explained(error))));
  complain(error);
});
