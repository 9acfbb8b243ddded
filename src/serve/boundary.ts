import { BOUNDARY_LENGTH } from "../decision/multipart.ts";

/** A boundary drawn anew for each answer: a fixed one could be written into a file to forge a part. */
export function drawBoundary(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BOUNDARY_LENGTH / 2));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
