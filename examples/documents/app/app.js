import express from "express";
import { stet } from "stet";
import { accounts, requireUser } from "./accounts.js";
import { documents } from "./documents.js";
import { toCount } from "./downloads.js";
import { groups } from "./groups.js";
import { html } from "./html.js";
import { sendNotFound, sendPage } from "./pages.js";
import { sameOrigin } from "./same-origin.js";

/**
 * @typedef {object} Settings
 * @property {import("./store.js").Store} store
 * @property {Folders} folders
 * @property {Buffer} secret what the sessions are signed with
 * @property {number} largestUpload bytes
 *
 * @typedef {object} Folders on one file system, so that a file goes from one to the other at once
 * @property {string} files each named by its document's id
 * @property {string} uploads that are under way
 */

/** @param {Settings} settings */
export function toApp({ store, folders, secret, largestUpload }) {
  const files = stet(folders.files, {
    // Whoever may have a document keeps a copy, and asks each time whether it stands and is still for him.
    cacheControl: "private, no-cache",
    // Users have uploaded them: what could do harm is saved, and nothing runs.
    untrusted: true,
    // An upload is renamed into its place, and stays as it is.
    neverOverwritten: true,
    onDelivered: toCount(store),
  });

  const app = express();
  app.disable("x-powered-by");
  // Pages are of one reader; what is worth a 304 is sent by stet.
  app.disable("etag");
  // The server in front says whether the reader came by https.
  app.set("trust proxy", "loopback");

  app.use("/assets", stet(new URL("../public", import.meta.url)).node);
  app.use(sameOrigin);
  app.use(accounts(store, secret));
  app.use(requireUser);
  app.use(documents({ store, files, folders, largestUpload }));
  app.use(groups(store));
  app.use((_request, response) => sendNotFound(response));
  app.use(onError);
  return app;
}

/**
 * @param {Error & { status?: number }} error
 * @param {import("express").Request} _request
 * @param {import("express").Response} response
 * @param {import("express").NextFunction} next
 */
function onError(error, _request, response, next) {
  const status = error.status ?? 500;
  if (status >= 500) console.error(error);
  const told = status >= 500 ? "Something went wrong on our side." : error.message;
  if (response.headersSent) next(error);
  else sendPage(response, status, "That didn't work", html`<p role="alert">${told}</p>`);
}
