import type { Finding, Problem } from "./findings.ts";

/** What to do about a problem, as a sentence; of a field where the problem is one field's. */
export type Remedies = Readonly<Record<Problem, string | ((field: string) => string)>>;

/** What is to be done whichever server it is. Each adds where, in its own configuration. */
export const GENERAL: Remedies = {
  silent:
    "Start the front, and compare where it listens with the URL. Where its certificate is one of your own, name it in NODE_EXTRA_CA_CERTS.",
  "without-application": "Start the application, where the front looks for it (--upstream).",
  redirected: "Check the URL to which it leads.",
  "not-allowed": 'Say who you are, with --field "Cookie: …" or --field "Authorization: …".',
  "not-there": "Check the URL of a file that the application serves.",
  "may-not-read":
    "The front's user has to be able to read the file, and to pass through each folder above it.",
  "does-not-find": "The folder that the front has isn't the one that stet serves: compare both.",
  failed: "Look into the logs of the application and of the front.",
  "does-not-act":
    "You have asked the application itself, or the front isn't configured to act on this field: compare its configuration with what this command prints without --check.",
  length: "Let the front send the file as it is: no coding, no filter.",
  incomplete: "Look into the front's log of errors, and at its time limits for sending.",
  "no-tag": "Have the front tell entity tags.",
  "weak-tag":
    "Where the file was changed less than 2 s ago, ask again. Otherwise the front changes the content, most often by coding it: switch that off.",
  "not-told":
    "Tell the application of the front, as this command prints it without --check. Where it knows, check another file: one in none of the folders that were mapped is stet's to send, and so is what a symbolic link leads to.",
  "other-tag": "Have the front tell its own entity tag, or stet's, at all times.",
  "not-modified": "Have the front judge conditional requests.",
  range: "Have the front answer ranges.",
  "if-range": "Have the front judge If-Range.",
  dropped: (field) => `Have the front keep ${field} of the application's answer.`,
  changed: (field) =>
    `Take away what sets ${field} in the front's configuration: the application has the say.`,
  open: "Make sure that what the front has is for what the application hands over, and for nothing else.",
  steered: "Have the front drop these fields of a request.",
  coded: "Switch it off: stet chooses the coding, and a file that is coded on the way loses its ranges.",
};

export function remedyFor({ problem, field = "" }: Finding, remedies: Partial<Remedies>): string {
  const remedy = remedies[problem] ?? GENERAL[problem];
  return typeof remedy === "string" ? remedy : remedy(field);
}
