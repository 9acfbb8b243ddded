import type { FieldLine } from "../http/request-fields.ts";

/** What becomes of a file that a stranger may have made. */
export interface ContentJudgement {
  /** Whether a browser is to show it; otherwise it is saved, whatever was said of it. */
  readonly shown: boolean;
  /** The fields that say so, where nothing else was said of them. */
  readonly fields: readonly FieldLine[];
}

/** Judges a file by the Content-Type that it is sent with; undefined where it is sent without one. */
export type JudgeContent = (mediaType: string | undefined) => ContentJudgement;
