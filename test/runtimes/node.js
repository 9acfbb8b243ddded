// node node.js <folder>: the policies over node:http, by .node where there is a folder, by .fetch elsewhere.

import { subscribe } from "node:diagnostics_channel";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import process from "node:process";
import { stet } from "stet";
import { tar } from "stet/zip";
import { tell, tellHeard, toFetch } from "./app.js";

subscribe("stet:delivered", tellHeard);
const archive = stet(tar(`${process.argv[2]}/site.tar`, { neverOverwritten: true }), { prefix: "/archive" });
const files = stet(process.argv[2] ?? ".", { prefix: "/files", neverOverwritten: true, onDelivered: tell });
const fetch = toFetch(`Node ${process.versions.node.split(".")[0]}`, undefined, archive.fetch);

const server = createServer(async (request, response) => {
  if (request.url?.startsWith("/files/")) return files.node(request, response);
  const { method, url, headers } = request;
  const answer = await fetch(new Request(`http://localhost${url}`, { method, headers }));
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  if (answer.body === null) response.end();
  // A client may go in the middle: the pipeline then ends what it holds.
  else await pipeline(Readable.fromWeb(answer.body), response).catch(() => undefined);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
