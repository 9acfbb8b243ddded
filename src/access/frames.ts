import type { RequestFields } from "../http/request-fields.ts";
import type { CrossOriginResourcePolicy } from "./content-policy.ts";

/** The request fields that the answer depends on, for Vary. */
export const FRAME_FIELDS = "Sec-Fetch-Dest, Sec-Fetch-Site";

/** The destinations of navigations that a page starts inside itself. @see Fetch, "request destination" */
const FRAMES: ReadonlySet<string> = new Set(["embed", "fencedframe", "frame", "iframe", "object"]);

/** The relations between the page and the file that a policy excludes. @see Fetch Metadata Request Headers, Sec-Fetch-Site */
const EXCLUDED: Readonly<Record<CrossOriginResourcePolicy, readonly string[]>> = {
  "same-origin": ["same-site", "cross-site"],
  "same-site": ["cross-site"],
  "cross-origin": [],
};

/** Whether a request loads a frame of a page that may not embed the files. */
export type IsForeignFrame = (fields: RequestFields) => boolean;

/**
 * Cross-Origin-Resource-Policy doesn't apply to the navigation of a frame. A page of another origin would learn which files
 * exist: a file that is saved leaves the frame empty, and readable, where an error page loads and can't be read. So such a
 * request is refused before anything is looked up.
 *
 * @returns undefined where every page may embed the files
 */
export function toForeignFrames(policy: CrossOriginResourcePolicy | false): IsForeignFrame | undefined {
  const excluded = policy === false ? [] : EXCLUDED[policy];
  if (excluded.length === 0) return undefined;
  return (fields) => {
    const destination = fields["sec-fetch-dest"];
    if (destination === undefined || !FRAMES.has(destination)) return false;
    return excluded.includes(fields["sec-fetch-site"] ?? "");
  };
}
