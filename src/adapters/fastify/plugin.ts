import { posix } from "node:path";
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { type Engine, type SentContent, toEngine } from "../../api/engine.ts";
import type { SendOptions, StetOptions } from "../../api/options.ts";
import { ChosenPathError } from "../../serve/chosen-path.ts";
import { DeliveryError } from "../../serve/delivery-error.ts";
import type { Judge } from "../../serve/judge.ts";
import type { RequestHead } from "../../serve/request-head.ts";
import { assertOneOf, isRecord, show } from "../../sources/check-arguments.ts";
import type { Source } from "../../sources/source.ts";
import { decodeSegment } from "../../target/decode-segment.ts";
import { toOriginForm } from "../../target/origin-form.ts";
import { matchedMount, takeMount } from "../mount.ts";
import { toRequestHead } from "../node/handler.ts";
import { itsTurn } from "../node/in-turn.ts";
import { sendAnswer, takeBack } from "./send-answer.ts";

/** The rules of a policy, and where it stands in Fastify. */
export interface StetFastifyOptions extends Omit<StetOptions, "prefix"> {
  /** A folder, as a path or a `file:` URL, or a source such as `memory({…})`. */
  readonly root: string | URL | Source;
  /** The path below which the files stand, such as `"/static"`. Default: all of the context. */
  readonly prefix?: string;
  /** Whether the files are served. `false` is for those that `reply.sendFile` alone sends. Default: `true`. */
  readonly serve?: boolean;
  /** Whether `reply` gets its decorators: `false` where another registration in the context has given them. Default: `true`. */
  readonly decorateReply?: boolean;
}

declare module "fastify" {
  interface FastifyReply {
    /**
     * Sends one file that the application chose: its path below the root of `stetFastify`, or a content at hand. What isn't
     * there is Fastify's own 404.
     */
    sendFile(file: string | SentContent, options?: SendOptions): this;
    /** Sends it to be saved, under a name of any text. Default: its own. */
    download(path: string, as?: string): this;
  }
}

/**
 * A plugin for Fastify.
 *
 * ```ts
 * await app.register(stetFastify, { root: "public", prefix: "/static" });
 * ```
 *
 * @throws TypeError as `stet()` does
 */
export const stetFastify: FastifyPluginAsync<StetFastifyOptions> = Object.assign(register, {
  // The decorators are for the context that registers it, not for one of its own.
  [Symbol.for("skip-override")]: true,
  [Symbol.for("fastify.display-name")]: "stet",
  [Symbol.for("plugin-meta")]: { fastify: "5.x", name: "stet" },
});

async function register(fastify: FastifyInstance, options: StetFastifyOptions): Promise<void> {
  const { root, prefix = "", serve = true, decorateReply = true, ...rules } = options;
  assertPrefix(prefix);
  assertOneOf("serve", serve, [true, false]);
  assertOneOf("decorateReply", decorateReply, [true, false]);
  const engine = toEngine(root, rules);
  fastify.addHook("onError", async (_request, reply) => takeBack(reply));
  if (decorateReply) decorate(fastify, engine);
  if (serve) addRoutes(fastify, engine, prefix.replace(/\/$/, ""));
}

function assertPrefix(prefix: unknown): void {
  if (prefix === "" || (typeof prefix === "string" && /^\/[^*]*$/.test(prefix))) return;
  throw new TypeError(
    `The option "prefix" is a path such as "/static", not ${show(prefix)}: the wildcard is added to it.`,
  );
}

function decorate(fastify: FastifyInstance, engine: Engine): void {
  fastify.decorateReply("sendFile", function sendFile(file, options) {
    return sendChosen(this, engine, file, options);
  });
  fastify.decorateReply("download", function download(path, as = posix.basename(path), ...more: unknown[]) {
    assertNoMore(more);
    return sendChosen(this, engine, path, { as });
  });
}

/** @fastify/static takes options here: with a `root` that nobody heeds, another root's file would be sent. */
function assertNoMore(more: readonly unknown[]): void {
  if (more.length === 0) return;
  throw new TypeError(
    `reply.download takes a path and a name, and not ${show(more[0])}, too: write reply.sendFile(path, { as: name, … }).`,
  );
}

function sendChosen<Reply extends FastifyReply>(
  reply: Reply,
  engine: Engine,
  file: string | SentContent,
  options: SendOptions | undefined,
): Reply {
  const head = { ...toRequestHead(reply.request.raw), native: reply.request };
  answer(reply, head, engine.chosen(file, options), { ...engine, fallthrough: true }).catch(
    (error: unknown) => reply.send(withoutDetail(error)),
  );
  return reply;
}

/** Fastify shows strangers the message of an error: what tells the developer which path to write is only logged. */
function withoutDetail(error: unknown): unknown {
  if (!(error instanceof ChosenPathError)) return error;
  return new DeliveryError("Internal Server Error", { status: 500, fields: [] }, error);
}

function addRoutes(fastify: FastifyInstance, engine: Engine, prefix: string): void {
  const pattern = `${fastify.prefix}${prefix}/*`;
  const route = {
    // Without fallthrough whatever is asked for below the prefix is ours to answer.
    method: engine.fallthrough ? ["GET", "HEAD"] : fastify.supportedMethods,
    exposeHeadRoute: false,
    // For @fastify/compress: bytes that change after they were judged are no longer those of their entity tag.
    compress: false as const,
    async handler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      await answer(reply, toHeadBelow(pattern, request), engine, engine);
      return reply;
    },
  };
  fastify.route({ ...route, url: `${prefix}/*` });
  if (pattern !== "/*") fastify.route({ ...route, url: prefix });
}

function toHeadBelow(pattern: string, request: FastifyRequest): RequestHead {
  const head = { ...toRequestHead(request.raw), native: request };
  const target = toOriginForm(head.target);
  const [pathname = ""] = target?.split("?", 1) ?? [];
  const mount = matchedMount(pattern, pathname);
  if (target === undefined || mount === undefined) return { ...head, ambiguous: true };
  const below = takeMount(mount, target);
  const isRead = isReadAlike(pathname.slice(mount.length), request.params);
  if (below === undefined || !isRead) return { ...head, ambiguous: true };
  return { ...head, ...below };
}

/**
 * Whether the router has matched the path that the target says: with `useSemicolonDelimiter` it reads `/admin;x/a.txt` as
 * `/admin`, with `ignoreDuplicateSlashes` `//admin` as `/admin`.
 *
 * @param pathname as sent, below the mount
 * @param params the router's, decoded
 */
function isReadAlike(pathname: string, params: unknown): boolean {
  const wildcard = isRecord(params) ? params["*"] : undefined;
  if (typeof wildcard !== "string") return true;
  // With ignoreTrailingSlash the last slash isn't in the wildcard.
  const isRead = (path: string): boolean => path === `/${wildcard}` || path === `/${wildcard}/`;
  return isRead(pathname) || isRead(decodePath(pathname));
}

function decodePath(pathname: string): string {
  return pathname.split("/").map(decodeSegment).join("/");
}

async function answer(
  reply: FastifyReply,
  head: RequestHead,
  { recall, judge, attempt, pathOf, letGo }: Judge,
  { fallthrough, report }: Pick<Engine, "fallthrough" | "report">,
): Promise<void> {
  const account = report.start(head, pathOf);
  if (!(await itsTurn(reply.request.raw, reply.raw))) return letGo?.();
  const outcome = recall(head) ?? (await (fallthrough ? attempt(head) : judge(head)));
  if (outcome === "pass") reply.callNotFound();
  else sendAnswer(reply, outcome, account);
}
