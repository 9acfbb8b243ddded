/** `bytes 0-4/1000`, for a 206. All three in bytes, `lastPos` inclusive. */
export function formatContentRange(firstPos: number, lastPos: number, completeLength: number): string {
  return `bytes ${firstPos}-${lastPos}/${completeLength}`;
}

/** For a 416: only how long the representation is, in bytes. */
export function formatUnsatisfiedRange(completeLength: number): string {
  return `bytes */${completeLength}`;
}
