import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { hashFile, type VersionStats } from "./hash-thread.ts";
import { SourceError } from "./source.ts";
import { readAgainAt } from "./standing.ts";
import { isYoung, lastChangeOf } from "./version.ts";

/** How many files' hashes are remembered, each in some 400 bytes. */
const MAX_HASHES = 50_000;

interface KnownHash {
  readonly digest: string;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  /** Milliseconds since the epoch. */
  readonly readAgainAt: number;
}

/**
 * The SHA-256 of files' contents, in hexadecimal. A hash is remembered for the inode with its size and both of its times: a tool can
 * put the modification time back, but not the change time.
 */
class ContentHashes {
  /** What was asked for longest ago comes first. */
  readonly #known = new Map<string, KnownHash>();
  readonly #pending = new Map<string, Promise<string>>();

  /** The hash of a version that was hashed before. @param now milliseconds since the epoch, read before the file was looked at */
  known(stats: VersionStats, now: number): string | undefined {
    const key = toFileKey(stats);
    const known = this.#known.get(key);
    if (known === undefined) return undefined;
    this.#known.delete(key);
    if (now >= known.readAgainAt || !isOf(known, stats)) return undefined;
    this.#known.set(key, known);
    return known.digest;
  }

  /** The hash of a content that was read whole. @param stats of its file, before and after it was read */
  ofContent(content: Uint8Array, stats: BigIntStats, now: number): string {
    const digest = createHash("sha256").update(content).digest("hex");
    // A small file that is still to be read again is also hashed again each time, so that its hash is of the bytes that are sent.
    if (readAgainAt(lastChangeOf(stats), now) === Infinity) this.#remember(digest, stats, now);
    return digest;
  }

  /**
   * The hash of an open file. All who ask for the same version wait for one reading.
   *
   * @param path where the file is, if it is at one
   * @throws SourceError "changed" if the file was changed while it was read
   */
  ofFile(descriptor: number, path: string | undefined, stats: BigIntStats, now: number): Promise<string> {
    const key = toVersionKey(stats);
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = this.#hash(descriptor, path, stats, now).finally(() => this.#pending.delete(key));
      this.#pending.set(key, pending);
    }
    return pending;
  }

  async #hash(
    descriptor: number,
    path: string | undefined,
    stats: BigIntStats,
    now: number,
  ): Promise<string> {
    const hashed = await hashFile({ descriptor, path, length: Number(stats.size) });
    if (toVersionKey(hashed.stats) !== toVersionKey(stats)) throw new SourceError("changed");
    this.#remember(hashed.digest, stats, now);
    return hashed.digest;
  }

  #remember(digest: string, stats: BigIntStats, now: number): void {
    if (isYoung(stats, now)) return;
    const { size, mtimeNs, ctimeNs } = stats;
    const known = { digest, size, mtimeNs, ctimeNs, readAgainAt: readAgainAt(lastChangeOf(stats), now) };
    this.#known.set(toFileKey(stats), known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_HASHES && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** One for the process: the same file may be served by several handlers. */
export const contentHashes: ContentHashes = new ContentHashes();

function isOf(known: KnownHash, { size, mtimeNs, ctimeNs }: VersionStats): boolean {
  return known.size === size && known.mtimeNs === mtimeNs && known.ctimeNs === ctimeNs;
}

function toFileKey({ dev, ino }: VersionStats): string {
  return `${dev} ${ino}`;
}

function toVersionKey({ dev, ino, size, mtimeNs, ctimeNs }: VersionStats): string {
  return `${dev} ${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}
