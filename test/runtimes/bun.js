// bun bun.js <folder>

import { subscribe } from "node:diagnostics_channel";
import { stet } from "stet";
import { tar } from "stet/zip";
import { tell, tellHeard, toFetch } from "./app.js";

subscribe("stet:delivered", tellHeard);
const archive = stet(tar(`${Bun.argv[2]}/site.tar`, { neverOverwritten: true }), { prefix: "/archive" });
const files = stet(Bun.argv[2] ?? ".", { prefix: "/files", neverOverwritten: true, onDelivered: tell });
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: toFetch(`Bun ${Bun.version.split(".")[0]}`, files.fetch, archive.fetch),
});
console.log(server.port);
