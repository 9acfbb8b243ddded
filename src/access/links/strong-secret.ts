/** HMAC-SHA256 gains nothing from more, and loses with less. Bytes. @see RFC 2104 §3 */
const SHORTEST = 32;

/** 32 random hexadecimal digits hold 14 different ones on average; one in 28 million such secrets holds fewer than 8. */
const FEWEST_DIFFERENT = 8;

const REMEDY = "Make one with: openssl rand -base64 32";

/**
 * Refuses a secret that can be guessed. The message never holds it.
 *
 * @throws TypeError that says how to make one
 */
export function assertStrong(what: string, secret: unknown): asserts secret is string | Uint8Array {
  const bytes = toBytes(secret);
  if (bytes === undefined) {
    throw new TypeError(`${what} is text or a Uint8Array, not ${typeof secret}. ${REMEDY}`);
  }
  if (bytes.length < SHORTEST) {
    throw new TypeError(
      `${what} has ${bytes.length} bytes; it must have at least ${SHORTEST}, or it can be guessed. ${REMEDY}`,
    );
  }
  if (new Set(bytes).size < FEWEST_DIFFERENT) {
    throw new TypeError(`${what} repeats itself, so it can be guessed. ${REMEDY}`);
  }
}

function toBytes(secret: unknown): Uint8Array | undefined {
  if (typeof secret === "string") return new TextEncoder().encode(secret);
  return secret instanceof Uint8Array ? secret : undefined;
}
