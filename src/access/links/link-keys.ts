import { isRecord } from "../../sources/check-arguments.ts";
import { assertStrong } from "./strong-secret.ts";

/** A key that signs and verifies links. */
export interface LinkKey {
  /** Stands in the link, so that the right one of several keys is asked: 1 to 31 letters, digits and `-._~`. */
  readonly id: string;
  /** At least 32 bytes that nobody can guess. Text stands for its UTF-8. */
  readonly secret: string | Uint8Array;
}

export interface Keys {
  /** The one that signs. */
  readonly first: SigningKey;
  readonly byId: ReadonlyMap<string, SigningKey>;
}

/**
 * Unreserved characters: no client and no proxy spells them in another way. Shorter than a secret, so that the two can't
 * be mistaken for one another: the id is public. @see RFC 3986 §2.3
 */
const KEY_ID = /^[\w.~-]{1,31}$/;

const HMAC = { name: "HMAC", hash: "SHA-256" } as const;

const EXAMPLE = '"2026-11:<secret>", and make the secret with: openssl rand -base64 32';

/** A secret, ready for HMAC-SHA256 by the runtime's own WebCrypto. */
export class SigningKey {
  readonly id: string;
  readonly #secret: Uint8Array<ArrayBuffer>;
  #imported: CryptoKey | undefined;

  constructor({ id, secret }: LinkKey) {
    this.id = id;
    this.#secret = typeof secret === "string" ? new TextEncoder().encode(secret) : new Uint8Array(secret);
  }

  async sign(text: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    return new Uint8Array(await crypto.subtle.sign("HMAC", await this.#import(), text));
  }

  /** In constant time. @see https://www.w3.org/TR/webcrypto-2/#hmac-operations-verify */
  async verify(signature: Uint8Array<ArrayBuffer>, text: Uint8Array<ArrayBuffer>): Promise<boolean> {
    return crypto.subtle.verify("HMAC", await this.#import(), signature, text);
  }

  /**
   * With the first use and not at once, so that links can be made at the top of a module without waiting. The key is kept
   * and not the promise of it, since on workers a request mustn't wait for what another has begun.
   */
  async #import(): Promise<CryptoKey> {
    this.#imported ??= await crypto.subtle.importKey("raw", this.#secret, HMAC, false, ["sign", "verify"]);
    return this.#imported;
  }
}

/**
 * Reads the keys: a list, or text as `STET_LINK_KEYS` holds it, with spaces, commas or line breaks between them:
 * `"2026-11:<secret> 2026-10:<secret>"`. The message of an error never holds a secret.
 *
 * @throws TypeError that says what to write instead
 */
export function toKeys(given: unknown): Keys {
  const keys = (typeof given === "string" ? parseKeys(given) : toList(given)).map(toSigningKey);
  const [first] = keys;
  if (first === undefined) throw new TypeError(`There is no key to sign with. Write one as ${EXAMPLE}`);
  const byId = new Map(keys.map((key) => [key.id, key]));
  if (byId.size === keys.length) return { first, byId };
  throw new TypeError("Two keys have the same id: give each its own, such as the month that it was made in.");
}

function parseKeys(text: string): readonly LinkKey[] {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== "");
  return entries.map((entry, index) => {
    const colon = entry.indexOf(":");
    if (colon !== -1) return { id: entry.slice(0, colon), secret: entry.slice(colon + 1) };
    throw new TypeError(`Key ${index + 1} has no id. Write each key as ${EXAMPLE}`);
  });
}

function toList(given: unknown): readonly unknown[] {
  if (Array.isArray(given)) return given;
  // What else was given may hold a secret.
  const unset = given === undefined ? "There are no keys: is the variable set that they come from? " : "";
  throw new TypeError(
    `${unset}The option "keys" is a list such as [{ id: "2026-11", secret }], or text such as ${EXAMPLE}`,
  );
}

function toSigningKey(key: unknown, index: number): SigningKey {
  const place = `key ${index + 1}`;
  if (!isRecord(key)) {
    throw new TypeError(`What stands for ${place} is no object such as { id: "2026-11", secret }.`);
  }
  const { id, secret } = key;
  // It isn't shown: it may be the secret, put in the wrong place.
  if (typeof id !== "string" || !KEY_ID.test(id)) {
    throw new TypeError(
      `The id of ${place} is 1 to 31 letters, digits and any of "-._~". Write the key as ${EXAMPLE}`,
    );
  }
  assertStrong(`The secret of ${place}`, secret);
  return new SigningKey({ id, secret });
}
