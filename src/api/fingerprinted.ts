/** Folders whose files a framework names by their content, at any depth: with a base path they are not at the root. */
const BUNDLER_FOLDER = /(?:^|\/)(?:_next\/static|_nuxt|_astro|_app\/immutable)\/./;

/** Nuxt asks this file whether there is a newer build. */
const NUXT_LATEST_BUILD = /(?:^|\/)_nuxt\/builds\/latest\.json$/;

const WELL_KNOWN = /(?:^|\/)\.well-known\//;

/**
 * The types that bundlers write beside their entry: scripts, styles, source maps, WebAssembly, fonts, images and media. JSON,
 * HTML, PDF and text are left out, since those are mostly written and named by people.
 */
const ASSET =
  /(?:\.(?:bundle|chunk|lean|min|module))?\.(?:[cm]?js(?:\.map)?|css(?:\.map)?|wasm|woff2?|[ot]tf|eot|a?png|jpe?g|jfif|gif|svg|webp|avif|jxl|ico|cur|bmp|mp4|webm|mov|og[gv]|mp3|wav|flac|aac|m4a|opus|vtt)$/;

/** A hash of hexadecimal digits always has both, or it is a number or a word. */
const HEX = /^(?=.*[0-9])(?=.*[a-f])[0-9a-f]+$/;

/** webpack's `[hash]` stands alone as well as behind a name. */
const HEX_20 = /(?:^|[.-])([0-9a-f]{20})$/;

/** webpack's `[contenthash]` as older versions of Angular write it. */
const HEX_16 = /\.([0-9a-f]{16})$/;

/** Parcel, and webpack's `[contenthash:8]`. Rollup with hexadecimal hashes puts a dash in front. */
const HEX_8 = /([.-])([0-9a-f]{8})$/;

/** Vite and Rollup: 8 characters of base64url. esbuild and Angular: 8 of base32. */
const BASE64URL_8 = /[.-]([\w-]{8})$/;

/**
 * Whether the name of a file holds a hash of its content, as bundlers write it, so that its content never changes under this
 * name. Either one of the bundlers' own folders (`_next/static/`, `_nuxt/`, `_astro/`, `_app/immutable/`) is on its path, or
 * its last segment has the shape of a hash and the extension of a type that bundlers write. UUIDs, MAC addresses, ObjectIds,
 * ULIDs, numbers, dates, versions and words do not have that shape.
 *
 * @param path below the root and decoded, such as `"assets/index-DA_fFPj6.js"`
 */
export function isFingerprinted(path: string): boolean {
  if (WELL_KNOWN.test(path) || NUXT_LATEST_BUILD.test(path)) return false;
  if (BUNDLER_FOLDER.test(path)) return true;
  const file = path.slice(path.lastIndexOf("/") + 1);
  const [extension] = ASSET.exec(file) ?? [];
  if (extension === undefined) return false;
  const name = file.slice(0, -extension.length);
  return hasHexHash(name, extension) || hasShortHash(name);
}

/** 4 December 2026. */
const HEX_DATE = /^\d(?:dec|feb)\d{4}$/;

/** Images and media get a hash of 8 hexadecimal digits behind a dot only: behind a dash it is often an identifier. */
const CODE = /\.(?:[cm]?js|css|wasm)(?:\.map)?$/;

function hasHexHash(name: string, extension: string): boolean {
  const [, long = ""] = HEX_20.exec(name) ?? HEX_16.exec(name) ?? [];
  if (HEX.test(long)) return !isEui64(long);
  const [, separator, short = ""] = HEX_8.exec(name) ?? [];
  return HEX.test(short) && !HEX_DATE.test(short) && (separator === "." || CODE.test(extension));
}

/** A MAC address, extended to 64 bits, has these digits in its middle. @see RFC 4291 appendix A */
function isEui64(hex: string): boolean {
  return hex.length === 16 && hex.slice(6, 10) === "fffe";
}

function hasShortHash(name: string): boolean {
  const [, hash = ""] = BASE64URL_8.exec(name) ?? [];
  return hash !== "" && !isHexOrNumber(hash) && !isDate(hash) && !isNaming(hash);
}

/** An identifier or a part of one (a MAC address with dashes), a count of pixels, and `git describe`'s `g2414721`. */
function isHexOrNumber(text: string): boolean {
  const digits = text.replace(/[^0-9]/g, "").length;
  return digits > 5 || /^(?:[0-9a-f_-]+|[0-9A-F_-]+|(?:.*-)?g[0-9a-f]{4,})$/.test(text);
}

/** A year of this century or the last, or a month between numbers. */
function isDate(text: string): boolean {
  return /(?:19|20)\d\d|(?:^|[\d-])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[\d-]|$)/i.test(
    text,
  );
}

/** A word in camel case, an abbreviation, or a number. */
const TOKEN = /[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g;

/**
 * Whether a person could have named it: `Settings`, `HomePage`, `Win32Api`, `DSC00123`, `SNAPSHOT`. A random text falls into more parts,
 * or into such as no language has. This is tuned to leave 1 of 100 hashes out.
 */
function isNaming(text: string): boolean {
  const tokens = text.match(TOKEN) ?? [];
  if (/^[A-Za-z]{1,4}\d+$/.test(text) || /^[a-z_-]+$/.test(text)) return true;
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text);
  if (tokens.length > (/[a-z]/.test(text) ? 3 : 2) || /^[_-]|[_-]{2}|[_-]$/.test(text)) return false;
  if (isMixed && !tokens.some((token) => /[a-z]{2}/.test(token))) return false;
  return !tokens.some((token) => isUnpronounceable(token.toLowerCase()));
}

/** Three letters or more without a vowel, or two letters that hardly ever meet in an English word. */
function isUnpronounceable(token: string): boolean {
  return /^[b-df-hj-np-tv-xz]{3,}$/.test(token) || RARE_PAIR.test(token);
}

/** Pairs of which fewer than 200 in a million are found in English words. */
const RARE_PAIR = new RegExp(
  [
    "a[ajoq]|b[^abeilorsu]|c[bdfgjmnpqvwxz]|d[^adegilnorsuy]|e[jz]|f[^aefilorstuy]|g[bcdfjkpqtvwxz]",
    "h[^aeilmnorstuy]|i[hijqwy]|j[^aeou]|k[^aeilnosy]|l[hjqrwxz]|m[^abeimnopsuy]|n[jqxz]|o[jq]",
    "p[^aehiloprstuy]|q[^u]|r[jqxz]|s[bdfgjrvxz]|t[dgjkpqvxz]|u[hjquvwxyz]|v[^aeio]|w[^aehilnors]",
    "x[^aeiopt]|y[bfhjkquvwxyz]|z[^aeioz]",
  ].join("|"),
);
