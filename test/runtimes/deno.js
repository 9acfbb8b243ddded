// deno run --allow-net --allow-read deno.js <folder>

import { subscribe } from "node:diagnostics_channel";
import { stet } from "stet";
import { tar } from "stet/zip";
import { tell, tellHeard, toFetch } from "./app.js";

subscribe("stet:delivered", tellHeard);
const archive = stet(tar(`${Deno.args[0]}/site.tar`, { neverOverwritten: true }), { prefix: "/archive" });
const files = stet(Deno.args[0] ?? ".", { prefix: "/files", neverOverwritten: true, onDelivered: tell });
Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(port) },
  toFetch(`Deno ${Deno.version.deno.split(".")[0]}`, files.fetch, archive.fetch),
);
