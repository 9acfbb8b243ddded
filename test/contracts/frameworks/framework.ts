import { type Source, stet, type Stet, type StetOptions } from "../../../src/index.ts";
import type { Listening } from "../../support/listen.ts";

/** What an application does with files, whatever its framework. */
export interface Application {
  readonly root: string | Source;
  readonly options: StetOptions;
  /** Where the files stand: `""` or `"/static"`. */
  readonly mount: string;
  /** What it sets of each answer before the files are asked. */
  readonly fields: Readonly<Record<string, string>>;
  /** Told by the framework's own handling of errors, which then answers with the error's status. */
  readonly onError: (error: unknown) => void;
}

/**
 * One framework. Beside the files, its application answers `/document` with the file `small.txt`, to be saved as `CHOSEN`,
 * `/no-document` with one that isn't there, and what nobody else answers with 404 and `NOTHING_HERE`.
 */
export interface Framework {
  readonly name: string;
  /** Whether there is no application: then the files are all that there is. */
  readonly isBare?: true;
  /** The portable rows that its own server answers another way. */
  readonly except?: readonly string[];
  readonly start: (application: Application) => Promise<Listening>;
}

export const CHOSEN = "Résumé.txt";
export const NOTHING_HERE = "nothing here";

export function toFiles({ root, options }: Application): Stet {
  return stet(root, options);
}

/** The status that an error asks for, by the name that most frameworks read. */
export function statusOf(error: unknown): number {
  return typeof error === "object" && error !== null && "status" in error ? Number(error.status) : 500;
}
