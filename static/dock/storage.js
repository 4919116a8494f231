// What a browser keeps beside its databases.

/** The mark outside the database; none where a browser forbids it. */
export function storage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
