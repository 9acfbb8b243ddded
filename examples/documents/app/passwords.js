import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** What OWASP recommends: 32 MiB and a fifth of a second for each guess. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const BYTES = 32;

/** Of no password. */
const NOBODYS = `${"A".repeat(22)}.${"A".repeat(43)}`;

/**
 * @param {string} password
 * @returns {Promise<string>} the salt and the hash
 */
export async function hashPassword(password) {
  const salt = randomBytes(16);
  const hash = await derive(password, salt);
  return `${salt.toString("base64url")}.${hash.toString("base64url")}`;
}

/**
 * @param {string} password
 * @param {string | undefined} hashed undefined for a user that isn't there: as much work, and never right
 */
export async function isPassword(password, hashed) {
  const [salt = "", hash = ""] = (hashed ?? NOBODYS).split(".");
  const derived = await derive(password, Buffer.from(salt, "base64url"));
  return timingSafeEqual(derived, Buffer.from(hash, "base64url")) && hashed !== undefined;
}

/**
 * @param {string} password
 * @param {Buffer} salt
 * @returns {Promise<Buffer>}
 */
function derive(password, salt) {
  return new Promise((resolve, reject) => {
    // One accent may be typed in two ways.
    scrypt(password.normalize("NFKC"), salt, BYTES, COST, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}
