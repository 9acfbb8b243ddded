import { ALLOW, judgeMethod } from "../decision/judge-method.ts";
import type { FieldLine } from "../http/request-fields.ts";
import { folderOf } from "../sources/folder-of.ts";
import type { GivenFile } from "../sources/given/given-file.ts";
import { type Source, SourceError, variantsOf } from "../sources/source.ts";
import { parseTarget, type ParsedTarget } from "../target/parse-target.ts";
import type { Admission } from "./admission.ts";
import type { Answer } from "./answer.ts";
import { ChosenPathError, toRelativePath } from "./chosen-path.ts";
import { DeliveryError } from "./delivery-error.ts";
import { fieldsWithoutFile, toEmpty } from "./empty-answer.ts";
import { withVary } from "./file-policy.ts";
import { findChosen, toChosenTarget } from "./find-chosen.ts";
import type { Outcome } from "./judge.ts";
import { confirm, locate, locateSinglePage, type Located, varyOfMissing } from "./locate.ts";
import type { Policy } from "./policy.ts";
import { titleOf, toProblem, type Problem } from "./problem.ts";
import { redirectToSlash, redirectWithoutDots } from "./redirect.ts";
import type { RequestHead } from "./request-head.ts";
import { type Said, toFilePolicy } from "./file-rules.ts";
import { type Attempt, attempt, toAsked, toRefusal } from "./refusal.ts";
import { serveFile } from "./serve-file.ts";

type Serve = [request: RequestHead, source: Source, policy: Policy];
type ServeChosen = [request: RequestHead, path: string, said: Said, source: Source, policy: Policy];
type ServeGiven = [request: RequestHead, file: GivenFile, said: Said, policy: Policy];

type PathTarget = Extract<ParsedTarget, { kind: "path" }>;

/** The answer to a request for what is known; undefined where it has to go the whole way. */
export function recall(request: RequestHead, policy: Policy): Answer | undefined {
  if (policy.isForeignFrame?.(request.fields) === true) return undefined;
  return policy.known?.recall(request);
}

/**
 * The way of a request: its method, its target, the file that it leads to, and then the judgement of that file. What is
 * not ours (another method, a missing file, a target that names none) passes where `mayPass` says so.
 *
 * A failure of the source is an answer too.
 *
 * @throws DeliveryError for a failure in place of that answer, where `mayPass` says so
 */
export function serve(...call: [...Serve, mayPass: false]): Promise<Answer>;
export function serve(...call: [...Serve, mayPass: boolean]): Promise<Outcome>;
export function serve(...[request, source, policy, mayPass]: [...Serve, boolean]): Promise<Outcome> {
  return answering(request, policy, mayPass, (pass) => answer(request, source, policy, pass));
}

/**
 * Answers with the one file that the application chose: what a target would be judged for, its path is judged for too.
 *
 * @param path relative to the root, not percent-encoded
 */
export function serveChosen(...call: [...ServeChosen, mayPass: false]): Promise<Answer>;
export function serveChosen(...call: [...ServeChosen, mayPass: boolean]): Promise<Outcome>;
export function serveChosen(
  ...[request, path, said, source, policy, mayPass]: [...ServeChosen, boolean]
): Promise<Outcome> {
  return answering(request, policy, mayPass, async (pass) => {
    const refuse = refuser(request, policy);
    const refusal = judgeUnserved(request, policy, refuse);
    if (refusal !== undefined) return pass(refusal);
    const found = await findChosen(path, source, policy);
    if (found === undefined) return pass(refuse("not-found"));
    if (request.method === "OPTIONS") return toOptions(policy);
    const { variants } = await variantsOf(found.resource, policy.onError);
    return serveFile(found.resource, variants, request, toFilePolicy(policy, found.path, said));
  });
}

/** Answers with a content that the application has at hand: it is at no path, and goes by the name that it is sent as. */
export function serveGiven(...call: [...ServeGiven, mayPass: false]): Promise<Answer>;
export function serveGiven(...call: [...ServeGiven, mayPass: boolean]): Promise<Outcome>;
export function serveGiven(
  ...[request, file, said, policy, mayPass]: [...ServeGiven, boolean]
): Promise<Outcome> {
  return answering(request, policy, mayPass, async (pass) => {
    let streamed = false;
    try {
      const refusal = judgeUnserved(request, policy, refuser(request, policy));
      if (refusal !== undefined) return pass(refusal);
      if (request.method === "OPTIONS") return toOptions(policy);
      const { variants } = await variantsOf(file, policy.onError);
      const answer = await serveFile(file, variants, request, toFilePolicy(policy, said.as ?? "", said));
      streamed = answer.delivery.kind === "stream";
      return answer;
    } finally {
      if (!streamed) file.letGo();
    }
  });
}

/** The canonical path that a request asks for; undefined where its target names none. */
export function pathOf(
  { target, ambiguous }: Pick<RequestHead, "target" | "ambiguous">,
  { target: policy }: Policy,
): string | undefined {
  return ambiguous === true ? undefined : pathOfTarget(parseTarget(target, policy));
}

/** The canonical form of a path that the application chose; undefined where it can't be one of a file. */
export function pathOfChosen(path: string, policy: Policy): string | undefined {
  try {
    return pathOfTarget(toChosenTarget(toRelativePath(path, policy.target.windows), policy));
  } catch {
    return undefined;
  }
}

/** A folder that was asked for with its slash has it, as a guard sees it. */
function pathOfTarget(target: ParsedTarget | undefined): string | undefined {
  if (target?.kind !== "path") return undefined;
  return target.slash && target.path !== "" ? `${target.path}/` : target.path;
}

/** Lets go on what isn't ours, where someone else may answer it. */
type Pass = (refusal: Answer) => Outcome;

/** Makes an answer of a failure, or an error for whoever may answer it instead. */
async function answering(
  request: RequestHead,
  policy: Policy,
  mayPass: boolean,
  answer: (pass: Pass) => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await answer((refusal) => (mayPass ? "pass" : refusal));
  } catch (error) {
    // The application's own mistake, whose message tells its developer what to write.
    if (mayPass && error instanceof ChosenPathError) throw error;
    const problem = problemOf(error);
    const answer = toProblem(problem, request, fieldsWithoutFile(policy), policy.clock());
    if (mayPass) throw new DeliveryError(titleOf(problem), answer.head, error);
    policy.onError(error);
    return answer;
  }
}

type Refuse = (problem: Problem, ...fields: FieldLine[]) => Answer;

function refuser(request: RequestHead, policy: Policy): Refuse {
  return (problem, ...fields) =>
    toProblem(problem, request, [...fields, ...fieldsWithoutFile(policy)], policy.clock());
}

/** Nothing is at the path. Where another request would get a page, Vary tells on what that depends. */
function toMissing(path: string, request: RequestHead, policy: Policy): Answer {
  const fields = withVary(fieldsWithoutFile(policy), varyOfMissing(path, policy));
  return toProblem("not-found", request, fields, policy.clock());
}

/** What no file answers: its method, and who asks. Nothing is looked up for it, so its answer tells of no file. */
function judgeUnserved(request: RequestHead, policy: Policy, refuse: Refuse): Answer | undefined {
  const method = judgeMethod(request.method);
  if (method === "not-implemented") return refuse("not-implemented");
  if (method === "not-allowed") return refuse("method-not-allowed", ["Allow", ALLOW]);
  return policy.isForeignFrame?.(request.fields) === true ? refuse("not-found") : undefined;
}

async function answer(request: RequestHead, source: Source, policy: Policy, pass: Pass): Promise<Outcome> {
  const refuse = refuser(request, policy);

  const refusal = judgeUnserved(request, policy, refuse);
  if (refusal !== undefined) return pass(refusal);
  if (request.ambiguous === true) return pass(refuse("bad-request"));

  const target = parseTarget(request.target, policy.target);
  if (target.kind === "asterisk")
    return request.method === "OPTIONS" ? toOptions(policy) : refuse("bad-request");
  if (target.kind === "outside") return pass(refuse("not-found"));
  if (target.kind === "refused") {
    return (
      redirectWithoutDots(request, policy) ??
      pass(refuse(target.status === 400 ? "bad-request" : "not-found"))
    );
  }

  const [found, admission] = await findAdmitted(target, request, source, policy);
  if (admission !== undefined && admission.kind !== "allowed")
    return toRefusal(admission, target.path, request, policy);
  // Only whoever may know of the file is told of its trouble.
  if (found.value === undefined) throw found.error;
  const located = await confirm(found.value);
  if (located.kind === "missing") return pass(toMissing(target.path, request, policy));
  if (request.method === "OPTIONS") return toOptions(policy);
  return answerLocated(located, target, request, policy, admission?.said);
}

/** What a target leads to, and whether the client may have it. */
async function findAdmitted(
  target: PathTarget,
  request: RequestHead,
  source: Source,
  policy: Policy,
): Promise<readonly [found: Attempt<Located>, admission: Admission | undefined]> {
  const place = toPlace(target, request);
  const ask = async (located: Located | undefined): Promise<Admission | undefined> =>
    policy.admit?.(toAsked(located, target, request));
  const found = await attempt(locate(place, request, source, policy));
  const admission = await ask(found.value);
  if (admission?.kind !== "denied" || admission.problem !== "not-found") return [found, admission];
  // The page of the single-page application was found and asked about.
  if (found.value?.kind === "file" && found.value.vary !== undefined) return [found, admission];
  // What is to look as if it weren't there looks, in a single-page application, like its page.
  const page = await attempt(locateSinglePage(place, request, source, policy));
  return page.value?.kind === "file" ? [page, await ask(page.value)] : [found, admission];
}

async function answerLocated(
  located: Exclude<Located, { kind: "missing" }>,
  target: PathTarget,
  request: RequestHead,
  policy: Policy,
  said: Said = {},
): Promise<Answer> {
  if (located.kind === "directory-without-slash") return redirectToSlash(target, request, policy);
  const { path, resource, vary, own } = located;
  const rules = own === true ? { ...policy, judgeContent: undefined } : policy;
  const filePolicy = toFilePolicy(rules, path, said, vary);
  const found = await variantsOf(resource, policy.onError);
  // What the client's Accept has led to isn't what the target alone leads to.
  const keeper =
    vary === undefined && isOfOneFolder(target, path)
      ? policy.known?.keeperOf(request.target, found, filePolicy)
      : undefined;
  return serveFile(resource, found.variants, request, filePolicy, keeper);
}

/**
 * Whether a target led to a file by the names of one folder alone, so that the standing of that folder tells whether it
 * still does. A page of a single-page application may have come from anywhere.
 */
function isOfOneFolder(target: PathTarget, path: string): boolean {
  return folderOf(path) === (target.slash ? target.path : folderOf(target.path));
}

function toPlace(target: PathTarget, request: RequestHead): { path: string; slash: boolean } {
  return { path: target.path, slash: target.slash && !(target.path === "" && request.mount?.bare === true) };
}

function toOptions(policy: Policy): Answer {
  return toEmpty(204, "options", [["Allow", ALLOW]], policy);
}

/** The one place where a failure becomes a status. Its cause stays inside. */
function problemOf(error: unknown): Problem {
  if (!(error instanceof SourceError)) return "failed";
  switch (error.code) {
    case "forbidden":
      return "forbidden";
    case "busy":
    case "changed":
      return "busy";
    case "failed":
      return "failed";
  }
}
