import type { RequestFields } from "../http/request-fields.ts";
import type { AbsolutePaths } from "../sources/absolute-paths.ts";
import type { DirectoryResource, FileResource } from "../sources/source.ts";
import type { TargetPolicy } from "../target/parse-target.ts";
import type { Admit } from "./admission.ts";
import type { FileRules } from "./file-rules.ts";
import type { KnownFiles } from "./known-files.ts";

/** The rules of one policy object, read from its options once. */
export interface Policy extends FileRules {
  readonly target: TargetPolicy;
  /** The files that stand for their directory, in order. */
  readonly index: readonly string[];
  /** Tried after a name that isn't there, in order, without their dot. */
  readonly extensions: readonly string[];
  /** The file that stands for every page of a single-page application. */
  readonly spa: string | undefined;
  /** Whether a directory without its slash is redirected to the one with it. */
  readonly redirect: boolean;
  /** Whether the Location of such a redirect is an absolute path, as that of serve-static is, and not a relative reference. */
  readonly absoluteRedirects: boolean;
  /** What absolute paths that the application chose mean; undefined where the source is no folder. */
  readonly absolutePaths: AbsolutePaths | undefined;
  /** Makes the page that lists a directory; undefined where directories aren't listed. */
  readonly list: ((path: string, directory: DirectoryResource) => FileResource) | undefined;
  /** Decides who may have what; undefined where everyone may. */
  readonly admit: Admit | undefined;
  /** Which requests are answered as if there were no file, whatever exists; undefined for none. */
  readonly isForeignFrame: ((fields: RequestFields) => boolean) | undefined;
  /** What is known of the targets that were asked for; undefined where nothing is kept. */
  readonly known: KnownFiles | undefined;
  /** Told of every failure that became a status; the client never is. */
  readonly onError: (error: unknown) => void;
}
