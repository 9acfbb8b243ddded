import { createCipheriv, createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of a test's own. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "stet-clients-"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Writes a file as one that was published a while ago: the validators of a file that has just been written are weak,
 * so that nothing is resumed from it (RFC 9110 §8.8.1).
 *
 * @param age seconds
 */
export function publish(file: string, content: Uint8Array | string, age = 3600): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  makeOld(file, age);
  return file;
}

/** @param age seconds */
export function makeOld(file: string, age = 3600): void {
  const then = Date.now() / 1000 - age;
  utimesSync(file, then, then);
}

/** Bytes that don't compress and don't repeat, so that one that stands in the wrong place shows; the same each time. */
export function noise(length: number, seed: string): Buffer<ArrayBuffer> {
  const key = createHash("sha256").update(seed).digest();
  const cipher = createCipheriv("aes-256-ctr", key, Buffer.alloc(16));
  return cipher.update(Buffer.alloc(length));
}

/** Short enough to be compared and shown, however long the file is. */
export function digestOf(content: Uint8Array): string {
  return `${content.length} bytes, sha256 ${sha256(content)}`;
}

export function digestOfFile(file: string): string {
  return digestOf(readFileSync(file));
}

export function sha256(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
