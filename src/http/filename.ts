/** The name where nothing is left of the one that was given. */
const DEFAULT_STEM = "download";

const LONE_SURROGATE = /\p{Surrogate}/gu;
// A bidi control makes `exe.txt` of what ends in `txt.exe`; other control characters end fields or files' names.
const DECEPTIVE = /[\p{Cc}\p{Bidi_Control}]+/gu;
const PATH_SEPARATOR = /[/\\]/;
const BLANK = /^[\s.]*$/;

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;
const UNPRINTABLE_RUN = /[^\x20-\x7e]+/g;
const COMBINING_MARKS = /\p{Mark}+/gu;
// Some browsers decode these in a plain filename.
const ESCAPE_SIGN = /%(?=[0-9A-Fa-f]{2})/g;

/** Letters and punctuation with a usual ASCII form that Unicode's decomposition doesn't give. */
const APPROXIMATIONS: ReadonlyMap<string, string> = new Map([
  ["ß", "ss"],
  ["ẞ", "SS"],
  ["æ", "ae"],
  ["Æ", "AE"],
  ["œ", "oe"],
  ["Œ", "OE"],
  ["ø", "o"],
  ["Ø", "O"],
  ["đ", "d"],
  ["Đ", "D"],
  ["ð", "d"],
  ["Ð", "D"],
  ["þ", "th"],
  ["Þ", "Th"],
  ["ł", "l"],
  ["Ł", "L"],
  ["ı", "i"],
  ["€", "EUR"],
  ["‐", "-"],
  ["–", "-"],
  ["—", "-"],
  ["−", "-"],
  ["‘", "'"],
  ["’", "'"],
  ["“", "'"],
  ["”", "'"],
  ["„", "'"],
  ["«", "'"],
  ["»", "'"],
  ["×", "x"],
]);

/**
 * `name` as a file may be called on a stranger's disk: the last segment of a path, whichever way its slashes
 * lean, without characters that aren't seen; never empty, `.` or `..`.
 *
 * @see RFC 6266 §4.3
 */
export function safeFilename(name: string): string {
  const visible = name.replaceAll(LONE_SURROGATE, "\u{FFFD}").replaceAll(DECEPTIVE, "");
  const base = visible.split(PATH_SEPARATOR).findLast((segment) => segment !== "") ?? "";
  return BLANK.test(base) ? DEFAULT_STEM : base;
}

/**
 * A {@link safeFilename} for readers that only know ASCII: itself where it is plain, or else something like
 * it, as safe.
 */
export function asciiFilename(name: string): string {
  if (PRINTABLE_ASCII.test(name)) return name.replaceAll(ESCAPE_SIGN, "_");

  // Decomposition can bring forth ASCII: a slash from the full-width one, a percent sign from the small one.
  const ascii = Array.from(name.normalize("NFKD"), (character) => APPROXIMATIONS.get(character) ?? character)
    .join("")
    .replaceAll(COMBINING_MARKS, "")
    .replaceAll(UNPRINTABLE_RUN, "_")
    .split(PATH_SEPARATOR)
    .join("_")
    .replaceAll(ESCAPE_SIGN, "_");
  return withReadableStem(ascii);
}

/** `_.pdf`, all that is left of a name in another script, says less than `download.pdf`. */
function withReadableStem(name: string): string {
  const dot = name.lastIndexOf(".");
  const stem = dot === -1 ? name : name.slice(0, dot);
  const extension = dot === -1 ? "" : name.slice(dot);
  if (hasLetterOrDigit(stem)) return name;
  return hasLetterOrDigit(extension) ? DEFAULT_STEM + extension : DEFAULT_STEM;
}

function hasLetterOrDigit(text: string): boolean {
  return /[A-Za-z0-9]/.test(text);
}
