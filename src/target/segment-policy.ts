import { exceedsUtf8Length } from "./utf8-length.ts";

/** Which names are served; the part of a target's policy that looks at one segment alone. */
export interface SegmentPolicy {
  /** What becomes of a name that begins with a dot. */
  readonly dotfiles: "hide" | "serve";
  /** The names are read by Windows: refuses what `portableNames` refuses, any colon and any of `<>"|?*`. */
  readonly windows: boolean;
  /**
   * Refuses, on every platform, the names that Windows reads as something else: devices, streams, 8.3 short forms, and
   * names whose last dot or space it drops.
   */
  readonly portableNames: boolean;
}

/** NAME_MAX of the common file systems, in bytes; a longer name cannot exist, so it is not looked for. */
const LONGEST_SEGMENT = 255;

// A separator was escaped, or is Windows' own: either way a reader further on would see more segments than we judged.
// A control character splits log lines and fields. A lone surrogate has no UTF-8, so no target can spell it.
const IMPOSSIBLE_CHARACTER = /[/\\\p{Cc}\p{Cs}]/u;

const WINDOWS_RESERVED = /[:<>"|?*]/;

// Windows opens the device whatever extension follows: "aux.css" blocks its reader, "COM1.txt" talks to a port.
// It takes the superscript digits of Latin-1 for digits.
const DEVICE_NAME = /^(?:CON|PRN|AUX|NUL|COM[0-9¹²³]|LPT[0-9¹²³]|CONIN\$|CONOUT\$|CLOCK\$) *(?:\.|$)/i;

// The lookahead holds the rest to 12 characters, so nothing here can be made to run long.
const SHORT_NAME = /^(?=[^.]{2,8}(?:\.[^.]{0,3})?$)[^.]*~[0-9]+(?:\.|$)/;

/**
 * Why no target can lead to `segment`, or `undefined`. The listing asks this of each name, so as never to link one that
 * would be refused; `.well-known` counts as a dotfile here, since only its place makes it served.
 *
 * @param segment a decoded name
 */
export function segmentRefusal(segment: string, policy: SegmentPolicy): string | undefined {
  return segmentMalformation(segment) ?? nameRefusal(segment, policy);
}

/** Why `segment` has no place in a canonical path, whatever the policy; or `undefined`. */
export function segmentMalformation(segment: string): string | undefined {
  if (segment === "") return "an empty segment";
  if (segment === "." || segment === "..") return "a dot segment";
  if (IMPOSSIBLE_CHARACTER.test(segment)) return "a separator or control character inside a segment";
  return undefined;
}

/** Why the policy does not serve the well-formed name `segment`, or `undefined`. */
export function nameRefusal(segment: string, policy: SegmentPolicy): string | undefined {
  if (policy.dotfiles === "hide" && segment.startsWith(".")) return "a dotfile";
  if (exceedsUtf8Length(segment, LONGEST_SEGMENT)) return "a segment longer than 255 bytes";
  if (policy.windows && WINDOWS_RESERVED.test(segment)) return "a character reserved by Windows";
  return policy.windows || policy.portableNames ? aliasRefusal(segment) : undefined;
}

/** A name that is another's alias on Windows would pass a guard that knows only the other. */
function aliasRefusal(segment: string): string | undefined {
  if (segment.endsWith(".") || segment.endsWith(" ")) return "a name ending in a dot or a space";
  if (DEVICE_NAME.test(segment)) return "a device name of Windows";
  if (namesStream(segment)) return "an NTFS stream";
  if (segment.includes("~") && SHORT_NAME.test(segment)) return "an 8.3 short name";
  return undefined;
}

// "page.php::$DATA" is the source of page.php, "dir:$I30:$INDEX_ALLOCATION" is dir. A colon alone is an ordinary
// character elsewhere ("12:30.txt").
function namesStream(segment: string): boolean {
  const colon = segment.indexOf(":");
  return colon !== -1 && (segment.includes("$", colon) || segment.includes("::", colon));
}
