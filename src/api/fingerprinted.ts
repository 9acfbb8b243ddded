/** A build's hash: it stands between a dot or a dash and the last extensions. */
const HASH = /[.-]([0-9A-Za-z]{8,64})((?:\.[0-9a-z]{1,5}){1,2})$/;

/** webpack, Parcel, Next: hex, of one case, with digits and at least two letters; so no date is one. */
const HEX = /^(?=.*\d)(?=.*[a-f].*[a-f])[0-9a-f]+$/;

/** Vite, Rollup: 8 of base64url. esbuild: 8 of base32. Words have their digits at the end, hashes anywhere. */
const SHORT = /^(?=.*[a-zA-Z])(?=.*\d[a-zA-Z])(?:(?=.*[a-z])(?=.*[A-Z])[0-9A-Za-z]{8}|[A-Z2-7]{8})$/;

/** A bundler's own output: elsewhere people name files, and `poster-Win32Api.png` is no hash. */
const BUNDLED = /^\.(?:m?js|css|wasm|woff2?)(?:\.map)?$/;

/**
 * Whether a file's name holds a hash of its content, so that it can be kept for ever. Doubt means no: a file that is
 * wrongly called immutable stays wrong for a year, the other error costs a 304.
 */
export function isFingerprinted(path: string): boolean {
  const [, hash = "", extensions = ""] = HASH.exec(path.slice(path.lastIndexOf("/") + 1)) ?? [];
  return HEX.test(hash) || (BUNDLED.test(extensions) && SHORT.test(hash));
}
