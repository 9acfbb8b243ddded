// Starts the application: `npm start`. Its settings are PORT, DATA (the folder in which it keeps all), LARGEST_UPLOAD
// (bytes), and stet's own STET_DELIVERY, which says who sends the files.

import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { toApp } from "./app/app.js";
import { toSamples } from "./app/samples.js";
import { openSecret } from "./app/secret.js";
import { Store } from "./app/store.js";

const data = resolve(process.env["DATA"] ?? join(import.meta.dirname, "data"));
const folders = { files: join(data, "files"), uploads: join(data, "uploads") };

// What a server that was stopped had half received.
rmSync(folders.uploads, { recursive: true, force: true });
for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });

const store = await Store.open(join(data, "store.json"), () => toSamples(folders.files));
const secret = await openSecret(join(data, "secret"));
const largestUpload = Number(process.env["LARGEST_UPLOAD"] ?? 4 * 1024 ** 3);
const app = toApp({ store, folders, secret, largestUpload });

// The loopback only: what the world sees is a server in front, with TLS.
const server = app.listen(Number(process.env["PORT"] ?? 8080), "127.0.0.1", (error) => {
  if (error !== undefined) throw error;
  const address = server.address();
  if (typeof address === "object") console.log(`documents: http://127.0.0.1:${address?.port}/`);
});

// The largest upload over a slow line, in milliseconds.
server.requestTimeout = 2 * 60 * 60 * 1000;

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.close());
