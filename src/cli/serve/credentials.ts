import { readFile } from "node:fs/promises";
import { systemCode, UsageError } from "../errors.ts";

/** What HTTPS needs, as PEM. */
export interface Credentials {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** @throws UsageError where one of the two is missing, or can't be read */
export async function readCredentials(
  cert: string | undefined,
  key: string | undefined,
): Promise<Credentials | undefined> {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    const [given, missing] = cert === undefined ? ["--key", "--cert"] : ["--cert", "--key"];
    throw new UsageError(
      `HTTPS needs a certificate and its key, but there is only ${given}.`,
      `Add ${missing} <file>, or leave out ${given} for HTTP.`,
    );
  }
  return { cert: await read("--cert", cert), key: await read("--key", key) };
}

async function read(flag: string, name: string): Promise<Buffer> {
  try {
    return await readFile(name);
  } catch (error) {
    throw new UsageError(
      `${flag} ${JSON.stringify(name)} can't be read (${systemCode(error)}).`,
      `Give ${flag} a PEM file that exists and that you may read.`,
    );
  }
}
