import { open, readFile, rename } from "node:fs/promises";

/**
 * @typedef {object} User
 * @property {string} name
 * @property {string} password its hash
 * @property {number} sessions raised where all that are open are to end
 *
 * @typedef {object} Group
 * @property {string} name
 * @property {string} manager the user who says who is in it
 * @property {string[]} members
 *
 * @typedef {object} Document
 * @property {string} id
 * @property {string} title the name under which it is shown and saved, as its owner has it: any text
 * @property {string} owner
 * @property {string} group
 * @property {number} bytes
 * @property {string} uploaded ISO 8601
 * @property {number} downloads
 *
 * @typedef {object} Data
 * @property {User[]} users
 * @property {Group[]} groups
 * @property {Document[]} documents
 */

/** All that the application knows, in one JSON file. One process at a time may have it open. */
export class Store {
  #path;
  #data;
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();

  /**
   * @param {string} path
   * @param {Data} data
   */
  constructor(path, data) {
    this.#path = path;
    this.#data = data;
  }

  /**
   * @param {string} path
   * @param {() => Promise<Data>} toFirst what a store holds that isn't there yet
   */
  static async open(path, toFirst) {
    try {
      return new Store(path, JSON.parse(await readFile(path, "utf8")));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
    const store = new Store(path, await toFirst());
    await store.change(() => undefined);
    return store;
  }

  /** As it is on the disk. To be read only. */
  get data() {
    return this.#data;
  }

  /**
   * Changes the data, one change after the other. Nobody sees a change before it is on the disk, and none at all where the
   * disk refuses it.
   *
   * @template T
   * @param {(data: Data) => T} edit
   * @returns {Promise<T>} what the edit returned
   */
  change(edit) {
    const changed = this.#last.then(async () => {
      const next = structuredClone(this.#data);
      const result = edit(next);
      await replaceFile(this.#path, JSON.stringify(next, undefined, 2));
      this.#data = next;
      return result;
    });
    this.#last = changed.catch(() => undefined);
    return changed;
  }
}

/**
 * Whoever reads the file finds the old text or the new one, and never a part: also after a power cut.
 *
 * @param {string} path
 * @param {string} text
 */
async function replaceFile(path, text) {
  const next = await open(`${path}.next`, "w", 0o600);
  try {
    await next.writeFile(text);
    await next.sync();
  } finally {
    await next.close();
  }
  await rename(`${path}.next`, path);
}
