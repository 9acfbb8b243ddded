import { createCipheriv } from "node:crypto";

/** Bytes that look random and are the same for the same seed, so that one out of place is noticed. */
export function noise(length: number, seed: string): Buffer {
  const cipher = createCipheriv("aes-128-ctr", seed.padEnd(16, "."), Buffer.alloc(16));
  return cipher.update(Buffer.alloc(length));
}
