// What screens are made of: elements whose texts are always texts, in the language of the page.

let language = "zh";

/** Which language the page has. */
export const lang = () => language;

/** Sets the language of the page. @param {"zh" | "en"} code */
export function setLang(code) {
  language = code === "en" ? "en" : "zh";
  document.documentElement.lang = language === "en" ? "en" : "zh-Hans";
}

/** The one of two texts that is in the page's language. */
export const t = (zh, en) => (language === "en" ? en : zh);

/** The one of a pair, or of an object with both. @param {[string, string] | {zh: string, en: string}} both */
export const of = (both) => (Array.isArray(both) ? t(both[0], both[1]) : t(both.zh, both.en));

/** Marks that reverse the direction of reading or that nobody sees (the same as the program's pages show). */
const HIDDEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\u{e0000}-\u{e0fff}]/gu;

/** A text as it stands in a page: what is hidden in it is shown by its number. */
export const shown = (text) =>
  String(text).replace(HIDDEN, (mark) => `⟨U+${mark.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);

/** Puts children into an element: elements, texts, lists of them, and nothing for what is not there. */
export function put(node, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(shown(child)));
  }
  return node;
}

/**
 * An element.
 * @param {string} name
 * @param {Record<string, unknown>} [attributes] functions whose name begins with `on` listen
 */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked") node[key] = value;
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  return put(node, ...children);
}

/** Puts other children in place of those that are there. */
export function fill(node, ...children) {
  node.replaceChildren();
  return put(node, ...children);
}

/** What is done with one press: while it is under way it is not done again. */
export function button(text, work, { kind = "", id, label } = {}) {
  const node = el("button", { type: "button", class: kind, id, "aria-label": label }, text);
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-disabled") === "true") return;
    node.setAttribute("aria-disabled", "true");
    try {
      await work(node);
    } catch (error) {
      complain(error);
    } finally {
      node.removeAttribute("aria-disabled");
    }
  });
  return node;
}

/** A way to another screen that looks like a button. */
export const go = (text, href, { kind = "", id } = {}) => el("a", { class: `button ${kind}`.trim(), href, id }, text);

let explainer = (error) => ({ zh: String(error), en: String(error) });
/** Gives faults their words. */
export const explainWith = (work) => {
  explainer = work;
};

/** Tells something to eyes and to whoever listens to the page. @param {"good" | "bad" | ""} [mood] */
export function tell(text, mood = "") {
  const place = document.getElementById("said");
  place.className = `said ${mood}`;
  place.textContent = shown(text);
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => {
    place.textContent = "";
  }, mood === "bad" ? 12_000 : 5000);
}

/** Says what went wrong. */
export function complain(error) {
  const words = explainer(error);
  tell(of(words), "bad");
}

/** A note that stays. @param {"good" | "bad" | "warn" | ""} mood */
export const note = (mood, ...children) => el("p", { class: `note ${mood}`.trim() }, ...children);

/** What is in doubt about a note of the site: that devices contradict each other, or that it is not shared. */
export const doubts = ({ others = [], held }) => [
  others.length > 0 ? el("span", { class: "small warn" }, t("两台设备说法不同，请核对", "devices contradict each other: look")) : null,
  held ? el("span", { class: "small warn" }, t("没有共享：", "not shared: "), of(held)) : null,
];

/** Facts, one under the other. @param {[string, unknown][]} rows those without a value are left out */
export const facts = (rows) =>
  el(
    "dl",
    { class: "facts" },
    rows
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))),
  );

/** A part of a screen with a heading; nothing if it has nothing in it. */
export const part = (title, ...children) => {
  const there = children.flat(Infinity).filter(Boolean);
  return there.length === 0 ? null : el("section", {}, el("h2", {}, title), there);
};

/** A code that breaks anywhere and reads from left to right. */
export const code = (text) => el("code", {}, el("bdi", {}, text));

const two = (number) => String(number).padStart(2, "0");

/** A moment in China, for people. @param {number} seconds */
export function moment(seconds) {
  const date = new Date((seconds + 8 * 3600) * 1000);
  const [month, day] = [date.getUTCMonth() + 1, date.getUTCDate()];
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  return t(`${month}月${day}日 ${time}`, `${date.getUTCFullYear()}-${two(month)}-${two(day)} ${time}`);
}

/** A moment in China with its year, for what is signed or printed. @param {number} seconds */
export const dated = (seconds) => `${dayOf(seconds)} ${new Date((seconds + 8 * 3600) * 1000).toISOString().slice(11, 16)}`;

/** The day of a moment in China, as records write it. @param {number} seconds */
export const dayOf = (seconds) => new Date((seconds + 8 * 3600) * 1000).toISOString().slice(0, 10);

/** So many days after a day. */
export const daysAfter = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
