import { html } from "./html.js";
import { sendPage } from "./pages.js";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses what another site's page has had a browser send in its reader's name (CSRF). Browsers say from where a request
 * comes: it needs no token in each form.
 *
 * @param {import("express").Request} request
 * @param {import("express").Response} response
 * @param {import("express").NextFunction} next
 */
export function sameOrigin(request, response, next) {
  if (SAFE.has(request.method) || isFromHere(request)) next();
  else
    sendPage(response, 403, "Not from here", html`<p role="alert">This form wasn't sent from this site.</p>`);
}

/** @param {import("express").Request} request */
function isFromHere({ headers }) {
  // Only over https and on one's own machine. It stays right behind a server that changes Host.
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site === "same-origin";
  const { origin = "", host } = headers;
  return URL.canParse(origin) && new URL(origin).host === host;
}
