// bun bun.js <folder>

import { subscribe } from "node:diagnostics_channel";
import { stet } from "stet";
import { tell, tellHeard, toFetch } from "./app.js";

subscribe("stet:delivered", tellHeard);
const files = stet(Bun.argv[2] ?? ".", { prefix: "/files", neverOverwritten: true, onDelivered: tell });
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: toFetch(`Bun ${Bun.version.split(".")[0]}`, files.fetch),
});
console.log(server.port);
