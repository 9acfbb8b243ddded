import { createHmac, timingSafeEqual } from "node:crypto";

/**
 * @typedef {object} Session
 * @property {string} user
 * @property {number} sessions as the user had it when the session began
 * @property {number} expires milliseconds since 1970
 */

/** Milliseconds. */
export const SESSION_TIME = 7 * 24 * 60 * 60 * 1000;

const COOKIE = "session";

/**
 * A session is in its cookie and nowhere else: signed, so that nobody makes one up.
 *
 * @param {Session} session
 * @param {Buffer} secret
 */
export function seal(session, secret) {
  const text = Buffer.from(JSON.stringify(session)).toString("base64url");
  return `${text}.${sign(text, secret).toString("base64url")}`;
}

/**
 * @param {string} sealed
 * @param {Buffer} secret
 * @returns {Session | undefined} undefined for one that isn't ours, or is over
 */
export function unseal(sealed, secret) {
  const [text = "", signature = ""] = sealed.split(".");
  const given = Buffer.from(signature, "base64url");
  const right = sign(text, secret);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
  /** @type {Session} */
  const session = JSON.parse(Buffer.from(text, "base64url").toString());
  return session.expires > Date.now() ? session : undefined;
}

/**
 * @param {string} text
 * @param {Buffer} secret
 */
function sign(text, secret) {
  return createHmac("sha256", secret).update(text).digest();
}

/** @param {import("express").Request} request */
export function readCookie(request) {
  const cookies = request.headers.cookie?.split(";").map((cookie) => cookie.trim()) ?? [];
  return cookies.find((cookie) => cookie.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? "";
}

/**
 * @param {import("express").Response} response
 * @param {string} sealed
 */
export function setCookie(response, sealed) {
  response.cookie(COOKIE, sealed, {
    httpOnly: true,
    // Sent with a link that is followed from elsewhere, and with no form or request of another site.
    sameSite: "lax",
    secure: response.req.secure,
    maxAge: SESSION_TIME,
  });
}

/** @param {import("express").Response} response */
export function clearCookie(response) {
  response.clearCookie(COOKIE);
}
