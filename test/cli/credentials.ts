import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { folder } from "./command.ts";

const OPENSSL = "openssl";

/** A certificate for 127.0.0.1 that has signed itself. */
export interface TestCredentials {
  readonly ca: Buffer;
  /** `--cert` and `--key`. */
  readonly flags: readonly string[];
}

export async function makeCredentials(): Promise<TestCredentials> {
  const secret = await folder();
  const [cert, key] = [join(secret, "cert.pem"), join(secret, "key.pem")];
  const subject = ["-subj", "/CN=stet", "-addext", "subjectAltName=IP:127.0.0.1"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync(OPENSSL, ["req", "-x509", "-days", "2", ...curve, "-keyout", key, "-out", cert, ...subject], {
    stdio: "ignore",
  });
  return { ca: await readFile(cert), flags: ["--cert", cert, "--key", key] };
}
