import type { FieldLine } from "../http/request-fields.ts";
import type { Said } from "./file-rules.ts";
import type { RequestHead } from "./request-head.ts";

/** What is to be decided before anything is judged: whether this client may have what its target leads to. */
export interface Asked {
  readonly request: RequestHead;
  /** Canonical, below the root. */
  readonly path: string;
  readonly resource: "file" | "directory" | undefined;
}

export type Admission =
  | { readonly kind: "allowed"; readonly said: Said }
  | {
      readonly kind: "denied";
      readonly problem: "unauthorized" | "forbidden" | "not-found";
      readonly fields: readonly FieldLine[];
    }
  /** An answer that isn't stet's. */
  | {
      readonly kind: "answered";
      readonly status: number;
      readonly fields: readonly FieldLine[];
      readonly content: Uint8Array<ArrayBuffer>;
    };

/** Rejects where no decision came. */
export type Admit = (asked: Asked) => Promise<Admission>;
