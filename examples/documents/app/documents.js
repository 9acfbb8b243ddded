import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Router } from "express";
import { userOf } from "./accounts.js";
import { sendDocument, sendList } from "./documents-pages.js";
import { toKind } from "./kinds.js";
import { sendNotFound } from "./pages.js";
import { findDocument, findGroup } from "./permissions.js";
import { Refusal } from "./refusal.js";
import { receiveUpload } from "./uploads.js";

/**
 * @typedef {import("express").Request} Request
 * @typedef {import("express").Response} Response
 * @typedef {import("./store.js").Document} Document
 *
 * @typedef {Pick<import("./app.js").Settings, "store" | "folders" | "largestUpload"> & { files: import("stet").Stet }} Parts
 */

/**
 * The list, upload, a document's page and its file.
 *
 * @param {Parts} parts
 */
export function documents(parts) {
  const { store, files } = parts;
  const router = Router();

  router.get("/", (_request, response) => sendList(response, store.data));

  router.post("/documents", async (request, response) => {
    const document = await addDocument(request, userOf(response), parts);
    response.redirect(303, `/documents/${document.id}`);
  });

  router.get(
    "/documents/:id",
    withDocument((_request, response, document) => sendDocument(response, document)),
  );
  router.get("/documents/:id/view", sendFile("inline"));
  router.get("/documents/:id/download", sendFile("attachment"));

  /** @param {"inline" | "attachment"} disposition what harmless ones are; stet has all others saved */
  function sendFile(disposition) {
    return withDocument((request, response, { id, title }) =>
      files.send(request, response, id, { as: title, type: toKind(title).type, disposition }),
    );
  }

  /**
   * A handler that only those reach who may have the document.
   *
   * @param {(request: Request, response: Response, document: Document) => void | Promise<void>} handler
   * @returns {import("express").RequestHandler}
   */
  function withDocument(handler) {
    return (request, response) => {
      const document = findDocument(store.data, userOf(response), request.params["id"]);
      return document === undefined ? sendNotFound(response) : handler(request, response, document);
    };
  }

  return router;
}

/**
 * @param {Request} request
 * @param {import("./store.js").User} user
 * @param {Parts} parts
 * @returns {Promise<Document>}
 * @throws Refusal
 */
async function addDocument(request, user, { store, folders, largestUpload }) {
  const { id, path, title, bytes, fields } = await receiveUpload(request, folders.uploads, largestUpload);
  const uploaded = new Date().toISOString();
  const group = fields.get("group") ?? "";
  const document = { id, title, owner: user.name, group, bytes, uploaded, downloads: 0 };
  const file = join(folders.files, id);
  await rename(path, file);
  try {
    await store.change((data) => {
      // Asked at last, for the file may have taken an hour to come.
      if (findGroup(data, user, group) === undefined) throw new Refusal(403, "You are in no such group.");
      data.documents.push(document);
    });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return document;
}
