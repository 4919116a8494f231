// A code that may be several kinds of code: a person says which. Nothing is guessed, and what was said of a text holds for that text.

import { choose, resolve } from "../workbench/resolve.js";
import { signal } from "./scanbox.js";
import { button, code, el, fill, of, t } from "./ui.js";

/**
 * Hands on what is scanned; of an ambiguous code, once a person has said what it is.
 * @param {(text: string) => void} told
 * @param {HTMLElement} place where the question is put
 */
export function asking(told, place) {
  let isOpen = false;
  let declined = null;
  return (text) => {
    const found = resolve(text);
    if (found.outcome !== "ambiguous" || text === declined) return told(text);
    if (isOpen) return undefined;
    isOpen = true;
    signal("bad");
    const dialog = el("dialog", { class: "sheet", "aria-label": of(found) });
    let chosen = null;
    const pick = (meaning) => {
      chosen = meaning;
      dialog.close();
    };
    const rows = found.meanings.map((one) => button(of(one), () => pick(one)));
    fill(dialog, el("h2", {}, of(found)), el("p", {}, code(text)), el("div", { class: "stack" }, rows, button(t("都不是", "None of these"), () => dialog.close())));
    dialog.addEventListener("close", () => {
      dialog.remove();
      isOpen = false;
      if (chosen) choose(text, chosen);
      else declined = text;
      told(text);
    });
    place.append(dialog);
    dialog.showModal();
    return undefined;
  };
}
