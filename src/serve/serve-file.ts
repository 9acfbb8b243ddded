import type { Variant } from "../decision/representation.ts";
import { carriedByAll } from "../decision/response-head.ts";
import {
  isNamed,
  namedTags,
  selectingFields,
  selectRepresentation,
} from "../decision/select-representation.ts";
import type { EntityTag } from "../http/entity-tag.ts";
import { loadSmall } from "../deliveries/choose-delivery.ts";
import {
  type FileResource,
  type LookedRepresentation,
  type OpenRepresentation,
  SourceError,
  unopened,
} from "../sources/source.ts";
import type { Answer } from "./answer.ts";
import { type FilePolicy, toSelected, withVary } from "./file-policy.ts";
import { handOver, uncut } from "./hand-over.ts";
import { judge, type Judged, toAnswer } from "./judge-file.ts";
import { type Problem, toProblem } from "./problem.ts";
import type { RequestHead } from "./request-head.ts";

/** How often a file that changes while it is read is judged anew before the client is asked to come back. */
const ATTEMPTS = 3;

/** Keeps what is to be known of a file that was opened. */
export interface Keeper {
  /**
   * @returns the same version, with its bytes at hand where they are kept
   * @throws SourceError "changed" where they can't be read to their end
   */
  keep(open: OpenRepresentation): Promise<OpenRepresentation>;
  /** Told of a version that was only looked at. */
  looked(looked: LookedRepresentation): void;
  /** Told what is answered of that version. @returns the same answer, as it is kept */
  answered(request: RequestHead, judged: Judged, answer: Answer): Answer;
}

/**
 * Selects, opens, judges and answers one file.
 *
 * @param all its variants
 */
export async function serveFile(
  resource: FileResource,
  all: readonly Variant[],
  request: RequestHead,
  given: FilePolicy,
  keeper?: Keeper,
): Promise<Answer> {
  const isUnhanded = given.front !== undefined && resource.path === undefined;
  const policy = isUnhanded ? { ...given, front: undefined } : given;
  const variants = selectRepresentation(all, request);
  const vary = selectingFields(all);
  const fail = (problem: Problem): Answer =>
    toProblem(problem, request, withVary(carriedByAll(policy.fields(undefined)), vary), policy.clock());
  if (variants.length === 0) return fail("not-acceptable");
  const named = variants.length > 1 ? namedTags(request) : [];
  // The form that a range is of is found by opening them: a look at the first may be at another.
  const looked =
    named.length === 0 ? await answerLooked(resource, variants, vary, request, policy, keeper) : undefined;
  if (looked !== undefined) return looked;
  for (let attempt = 1; ; attempt++) {
    const open = await (named.length === 0
      ? openFirst(resource, variants)
      : openNamed(resource, variants, named));
    if (open === undefined) return fail("not-found");
    try {
      return await answerOpen(open, vary, request, policy, keeper);
    } catch (error) {
      if (!(error instanceof SourceError && error.code === "changed")) throw error;
      // Nothing has been sent yet: the version that stands there now is judged in its place.
      if (attempt === ATTEMPTS) throw new SourceError("busy", error);
    }
  }
}

/**
 * Answers where a look is enough for that: a client's copy still stands, or another server sends the file. Whatever else it
 * is, opening tells.
 */
async function answerLooked(
  resource: FileResource,
  [variant]: readonly Variant[],
  vary: string | undefined,
  request: RequestHead,
  policy: FilePolicy,
  keeper: Keeper | undefined,
): Promise<Answer | undefined> {
  const { fields } = request;
  const isConditional = fields["if-none-match"] !== undefined || fields["if-modified-since"] !== undefined;
  if (!isConditional && policy.front === undefined) return undefined;
  if (variant === undefined || resource.look === undefined) return undefined;
  const looked = await resource.look(variant).catch(() => undefined);
  if (looked === undefined) return undefined;
  const selected = toSelected(looked, policy, vary);
  const judged = judge(request, selected, policy.clock());
  if (judged.decision.kind === "not-modified") keeper?.looked(looked);
  else if (policy.front === undefined) return undefined;
  if (isWithoutContent(judged, request)) {
    return toAnswer(judged, request, selected, unopened(looked.representation));
  }
  return handOver(judged, request, selected, resource, policy.front);
}

/** What is sent of such an answer follows from the look alone. */
function isWithoutContent({ decision }: Judged, { method }: RequestHead): boolean {
  return method === "HEAD" || (decision.kind !== "full" && decision.kind !== "partial");
}

/** A sibling may have gone since the look, or may not be readable; the next best then takes its place. */
async function openFirst(
  resource: FileResource,
  variants: readonly Variant[],
): Promise<OpenRepresentation | undefined> {
  for (const variant of variants) {
    const open = await openOne(resource, variant, variant === variants.at(-1));
    if (open !== undefined) return open;
  }
  return undefined;
}

/** The variant that a range is of by its entity tag; where it is of none of them, the first. */
async function openNamed(
  resource: FileResource,
  variants: readonly Variant[],
  tags: readonly EntityTag[],
): Promise<OpenRepresentation | undefined> {
  let first: OpenRepresentation | undefined;
  let chosen: OpenRepresentation | undefined;
  try {
    for (const variant of variants) {
      const isLast = variant === variants.at(-1) && first === undefined;
      const open = await openOne(resource, variant, isLast);
      if (open === undefined) continue;
      if (isNamed(tags, open.representation.validators)) return (chosen = open);
      if (first === undefined) first = open;
      else open.close();
    }
    return (chosen = first);
  } finally {
    if (first !== chosen) first?.close();
  }
}

async function openOne(
  resource: FileResource,
  variant: Variant,
  isLast: boolean,
): Promise<OpenRepresentation | undefined> {
  return resource.open(variant).catch((error: unknown) => {
    if (isLast || !isForbidden(error)) throw error;
    return undefined;
  });
}

function isForbidden(error: unknown): boolean {
  return error instanceof SourceError && error.code === "forbidden";
}

/** Judges what is open, and closes it unless its bytes are still to be streamed. */
async function answerOpen(
  open: OpenRepresentation,
  vary: string | undefined,
  request: RequestHead,
  policy: FilePolicy,
  keeper: Keeper | undefined,
): Promise<Answer> {
  let streamed = false;
  try {
    const selected = toSelected(open, policy, vary);
    const kept = (await keeper?.keep(open)) ?? open;
    const judged = judge(request, selected, policy.clock());
    const unread = uncut(toAnswer(judged, request, selected, kept), request, judged, policy.front);
    const answer = {
      ...unread,
      delivery: await loadSmall(unread.delivery, unread.head.fields, policy.whole),
    };
    if (answer.delivery.kind === "stream") await answer.delivery.open.keepSamples?.();
    streamed = answer.delivery.kind === "stream";
    // Of a file that has changed since it was opened nothing is kept.
    if (keeper === undefined || open.standing === undefined) return answer;
    return keeper.answered(request, judged, answer);
  } finally {
    if (!streamed) open.close();
  }
}
