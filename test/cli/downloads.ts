import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterwards, folder } from "./command.ts";

/** More than the buffers of a connection hold: who doesn't read it doesn't get it all. */
export const LARGE: Buffer = randomBytes(24 << 20);

/** A folder with a small file and a large one, which is gone after the test. */
export async function folderWithLarge(): Promise<string> {
  const dir = await folder();
  await writeFile(join(dir, "a.txt"), "twelve bytes");
  await writeFile(join(dir, "large"), LARGE);
  return dir;
}

/** A connection that ends with the test, and what is said on it at first. */
export function open(url: URL, ...lines: readonly string[]): Socket {
  const socket = connect(Number(url.port), "127.0.0.1").on("error", () => undefined);
  afterwards(() => socket.destroy());
  if (lines.length > 0) socket.write(`${lines.join("\r\n")}\r\n`);
  return socket;
}

/** A download that has begun, and that goes on when its socket is read. */
export async function beginDownload(url: URL, ...fields: readonly string[]): Promise<Socket> {
  const socket = open(url, "GET /large HTTP/1.1", "Host: a", ...fields, "");
  await new Promise((resolve) => socket.once("readable", resolve));
  return socket;
}

export function beginDownloads(
  url: URL,
  count: number,
  ...fields: readonly string[]
): Promise<readonly Socket[]> {
  return Promise.all(Array.from({ length: count }, () => beginDownload(url, ...fields)));
}
