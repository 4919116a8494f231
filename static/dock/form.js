// Fields that gloves can hit. A form is a list of fields; what was filled in comes out by name.

import { el, fill, of, t } from "./ui.js";

let fields = 0;

/** Faults of a form that a person can mend. */
export class FieldFault extends Error {
  /** @param {string} field @param {[string, string]} pair */
  constructor(field, pair) {
    super(pair[1]);
    [this.zh, this.en] = pair;
    this.code = "field";
    this.field = field;
  }
}

const labelled = (label, hint, control) =>
  el("div", { class: "field" }, el("label", { for: control.id }, label), hint ? el("span", { class: "hint" }, hint) : null, control);

/**
 * A field in which something is typed.
 * @param {string} name
 * @param {string} label
 * @param {{value?: string, hint?: string, kind?: string, inputmode?: string, required?: boolean, list?: [string, string][],
 *   read?: (typed: string) => string | null, wrong?: [string, string], rows?: number}} [how] `read` gives what is kept,
 *   or null for what is none
 */
export function typed(name, label, how = {}) {
  const { value = "", hint, kind = "text", inputmode, required = false, list = [], read = (text) => text, wrong, rows } = how;
  fields += 1;
  const id = `f${fields}`;
  const known = list.length > 0 ? el("datalist", { id: `${id}l` }, list.map(([one, words]) => el("option", { value: one }, words))) : null;
  const more = { list: known ? `${id}l` : undefined, autocomplete: "off", "aria-required": required ? "true" : undefined };
  const input = rows
    ? el("textarea", { id, name, rows, ...more })
    : el("input", { id, name, type: kind, inputmode, enterkeyhint: "next", ...more });
  input.value = value;
  const get = () => {
    const text = input.value.trim();
    if (text === "") {
      if (required) throw new FieldFault(name, [`请填写“${label}”`, `please fill in “${label}”`]);
      return undefined;
    }
    const kept = read(text);
    if (kept === null) throw new FieldFault(name, wrong ?? [`“${label}”写法不对`, `“${label}” is not written as it should be`]);
    return kept;
  };
  return { name, node: put2(labelled(label, hint, input), known), get, input };
}

/** Several of something that was typed in one field. */
export const listOf = (text) => text.split(/[,，、;；\s]+/).filter(Boolean);

/** When something was done, as the field of a moment gives it: China's time. */
export const momentField = (name, label, value = "") =>
  typed(name, label, { value, kind: "datetime-local", read: (text) => (Number.isNaN(secondsOf(text)) ? null : text) });

/** The seconds of such a moment. @param {string} text `2026-11-22T09:30` */
export const secondsOf = (text) => Date.parse(`${text}:00+08:00`) / 1000;

const put2 = (node, more) => (more ? (node.append(more), node) : node);

/**
 * One of a few, each a large button.
 * @param {string} name
 * @param {string} label
 * @param {[string, [string, string]][]} options
 * @param {{value?: string, required?: boolean, changed?: (value: string) => void}} [how]
 */
export function choice(name, label, options, { value, required = true, changed } = {}) {
  fields += 1;
  const group = `f${fields}`;
  const inputs = options.map(([one, words], at) => {
    const id = `${group}o${at}`;
    const input = el("input", { type: "radio", id, name: group, value: one, checked: one === value });
    if (changed) input.addEventListener("change", () => changed(one));
    return [input, el("label", { for: id }, of(words))];
  });
  const node = el("fieldset", { class: "choice" }, el("legend", {}, label), inputs);
  const get = () => {
    const found = inputs.find(([input]) => input.checked);
    if (!found && required) throw new FieldFault(name, [`请选择“${label}”`, `please choose “${label}”`]);
    return found?.[0].value;
  };
  return { name, node, get };
}

/** Several of a few. @param {[string, [string, string]][]} options */
export function several(name, label, options, { value = [] } = {}) {
  fields += 1;
  const group = `f${fields}`;
  const inputs = options.map(([one, words], at) => {
    const id = `${group}o${at}`;
    return [el("input", { type: "checkbox", id, value: one, checked: value.includes(one) }), el("label", { for: id }, of(words))];
  });
  const node = el("fieldset", { class: "choice" }, el("legend", {}, label), inputs);
  return { name, node, get: () => inputs.filter(([input]) => input.checked).map(([input]) => input.value) };
}

/** One of many. @param {[string, string][]} options */
export function picked(name, label, options, { value = "", required = false, empty = t("（请选择）", "(choose)"), changed } = {}) {
  fields += 1;
  const id = `f${fields}`;
  const rows = [["", empty], ...options];
  const input = el("select", { id, name }, rows.map(([one, words]) => el("option", { value: one }, words)));
  input.value = value;
  if (changed) input.addEventListener("change", () => changed(input.value));
  const get = () => {
    if (input.value === "" && required) throw new FieldFault(name, [`请选择“${label}”`, `please choose “${label}”`]);
    return input.value === "" ? undefined : input.value;
  };
  return { name, node: labelled(label, null, input), get, input };
}

/** Says beside its field what another device said. @param {Form} form @param {{field: string, value: string}[]} others */
export function contradicted(form, others = []) {
  for (const { field, value } of others) {
    const place = form.node.querySelector(`[name="${field}"]`)?.closest(".field, fieldset");
    place?.append(el("span", { class: "hint warn" }, t(`另一台设备写的是：${value}`, `another device says: ${value}`)));
  }
}

/** What stands between fields. */
export const between = (node) => ({ name: null, node, get: () => undefined });

/** Fields that are there when wanted: further details behind one press. */
export function more(title, inner) {
  const node = el("details", { class: "more" }, el("summary", {}, title), inner.map(({ node: one }) => one));
  return { name: null, node, get: () => undefined, inner };
}

/**
 * A form.
 * @param {object[]} parts fields as above
 */
export class Form {
  constructor(parts) {
    this.parts = parts;
    this.node = el("div", { class: "form" });
    fill(this.node, parts.map(({ node }) => node));
  }

  /** What was filled in, by name. @throws {FieldFault} */
  values(read = (get) => get()) {
    const all = this.parts.flatMap((one) => (one.inner ? one.inner : [one]));
    return Object.fromEntries(all.flatMap(({ name, get }) => (name === null ? [] : [[name, read(get)]])));
  }

  /** The same while somebody still types: what cannot be read yet is left out. */
  known() {
    return this.values((get) => {
      try {
        return get();
      } catch {
        return undefined;
      }
    });
  }

  /** Opens what a field is folded into, so that its fault can be mended where it is. @param {string} name */
  reveal(name) {
    if (name) this.node.querySelector(`[name="${name}"]`)?.closest("details")?.setAttribute("open", "");
  }
}
