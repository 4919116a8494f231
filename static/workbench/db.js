// What a device keeps, in IndexedDB: keys, numbers of feeds, the outbox, what was scanned, and marks.

import { Fault } from "../verify/fault.js";

const NAME = "shisu-workbench";
const VERSION = 1;
/** A write counts only when it is on the disk: a phone may lose its power at any moment. */
const DURABLE = { durability: "strict" };

/** A request as a promise. @param {IDBRequest} request */
export const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const ended = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new DOMException("aborted", "AbortError"));
  });

function upgrade(db) {
  db.createObjectStore("keys", { keyPath: "kid" });
  db.createObjectStore("feeds", { keyPath: "kid" });
  const outbox = db.createObjectStore("outbox", { keyPath: "op_id" });
  // Two items with one number of a key cannot be, whatever the tabs do.
  outbox.createIndex("number", ["kid", "seq"], { unique: true });
  outbox.createIndex("state", "state");
  outbox.createIndex("id", "id");
  db.createObjectStore("kept", { keyPath: "id" });
  db.createObjectStore("marks", { keyPath: "name" });
}

/** The database of a device. */
export class Database {
  /** @param {IDBDatabase} idb */
  constructor(idb) {
    this.idb = idb;
  }

  /**
   * Opens it, and makes it where there is none.
   * @param {{factory?: IDBFactory, name?: string}} [options]
   * @throws {Fault} no_storage
   */
  static async open({ factory = globalThis.indexedDB, name = NAME } = {}) {
    if (!factory) throw new Fault("no_storage", "there is no IndexedDB");
    try {
      const request = factory.open(name, VERSION);
      request.onupgradeneeded = () => upgrade(request.result);
      const idb = await done(request);
      idb.onversionchange = () => idb.close();
      return new Database(idb);
    } catch (error) {
      throw new Fault("no_storage", String(error));
    }
  }

  /**
   * One transaction: all of `work` or nothing of it. Within it, wait for requests alone.
   * @template T
   * @param {string[]} names stores
   * @param {(stores: Record<string, IDBObjectStore>) => Promise<T>} work
   * @param {"readonly" | "readwrite"} [mode]
   * @returns {Promise<T>}
   */
  async run(names, work, mode = "readwrite") {
    const transaction = this.idb.transaction(names, mode, DURABLE);
    const end = ended(transaction);
    const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    try {
      const result = await work(stores);
      await end;
      return result;
    } catch (error) {
      end.catch(() => {});
      try {
        transaction.abort();
      } catch {
        // It has ended already.
      }
      throw error;
    }
  }

  /** One row of a store. */
  get(store, key) {
    return this.run([store], (stores) => done(stores[store].get(key)), "readonly");
  }

  /** All rows of a store. */
  all(store) {
    return this.run([store], (stores) => done(stores[store].getAll()), "readonly");
  }

  /** Writes one row. */
  put(store, row) {
    return this.run([store], (stores) => done(stores[store].put(row)));
  }

  close() {
    this.idb.close();
  }
}
