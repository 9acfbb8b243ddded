// The certificate of those servers that encrypt: made anew for each run, signed by itself, and gone with it.

import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { HOST } from "./ask.js";
import { say } from "./say.js";

/** Milliseconds. */
const TIME = 30_000;

/**
 * @param {string} folder for its `cert.pem` and `key.pem`
 * @returns {boolean} whether they are there
 */
export function makeCredentials(folder) {
  mkdirSync(folder);
  const subject = ["-subj", "/CN=stet-bench", "-addext", `subjectAltName=IP:${HOST}`];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "cert.pem")];
  const { status } = spawnSync("openssl", ["req", "-x509", "-days", "2", ...key, ...files, ...subject], {
    stdio: "ignore",
    timeout: TIME,
  });
  if (status !== 0) say("openssl made no certificate: what is encrypted is left out");
  return status === 0;
}
