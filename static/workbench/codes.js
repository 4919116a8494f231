// What the resolver knows of codes: data that a page reads before it resolves any (static/dock/tables.json, made by
// scripts/workbench-tables.mjs from the tables of the program, where their sources stand).

/** GS1 application identifiers: digits, fixed or variable, role, format, old short name, what has to stand beside them. @type {string[][]} */
export const APPLICATION_IDENTIFIERS = [];
/** Provincial platforms: id, name in Chinese and English, host, prefix of codes, whether somebody read of it. @type {string[][]} */
export const PLATFORMS = [];

/** Takes both as they were read. */
export function takeCodes({ application_identifiers, platforms }) {
  APPLICATION_IDENTIFIERS.splice(0, APPLICATION_IDENTIFIERS.length, ...application_identifiers);
  PLATFORMS.splice(0, PLATFORMS.length, ...platforms);
}
