import type { Front } from "../deliveries/front.ts";
import type { FieldLine } from "../http/request-fields.ts";
import type { DirectoryResource, FileResource } from "../sources/source.ts";
import type { TargetPolicy } from "../target/parse-target.ts";
import type { Admit } from "./admission.ts";
import type { KnownFiles } from "./known-files.ts";

/** The rules of one policy object, read from its options once. */
export interface Policy {
  readonly target: TargetPolicy;
  /** The files that stand for their directory, in order. */
  readonly index: readonly string[];
  /** Tried after a name that isn't there, in order, without their dot. */
  readonly extensions: readonly string[];
  /** The file that stands for every page of a single-page application. */
  readonly spa: string | undefined;
  /** Whether a directory without its slash is redirected to the one with it. */
  readonly redirect: boolean;
  /** Makes the page that lists a directory; undefined where directories aren't listed. */
  readonly list: ((path: string, directory: DirectoryResource) => FileResource) | undefined;
  /** Cache-Control, CORS and the like, for the file at a path; for an answer without a file, undefined is asked. */
  readonly fields: (path: string | undefined) => readonly FieldLine[];
  /** The Content-Type for a path, where it isn't the one that its name tells. */
  readonly type: (path: string) => string | undefined;
  /** Who sends the files in stet's place; undefined where stet does. */
  readonly front: Front | undefined;
  /** Whether each content is read whole, however large it is. */
  readonly whole: boolean;
  /** Decides who may have what; undefined where everyone may. */
  readonly admit: Admit | undefined;
  /** What is known of the targets that were asked for; undefined where nothing is kept. */
  readonly known: KnownFiles | undefined;
  /** Told of every failure that became a status; the client never is. */
  readonly onError: (error: unknown) => void;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}
