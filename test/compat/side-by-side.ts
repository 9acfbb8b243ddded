import { symlink } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Folder } from "../support/folder.ts";
import { listen, type Listening } from "../support/listen.ts";
import { type RawRequest, type RawResponse, request } from "../support/raw-connection.ts";

/** A handler as both have it. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => unknown;

/** The same call of the peer and of ours. */
export type Call = (make: "theirs" | "ours", folder: string) => Handler;

/** What is asked, and what of the answers is compared. */
export interface Question extends RawRequest {
  readonly target: string;
  /** Fields whose values are to be alike, absent ones too. */
  readonly compared?: readonly string[];
}

/** What a user notices of one answer. */
export type Seen = Readonly<Record<string, string | number | undefined>>;

const FILES: Readonly<Record<string, string>> = {
  ".env": "SECRET=1\n",
  ".well-known/site": "site\n",
  "about.html": "<h1>About</h1>\n",
  "app.js": "console.log(1);\n".repeat(20),
  "app.js.br": "br",
  "app.js.gz": "gz",
  "data.xyz": "data\n",
  "folder/home.htm": "<h1>Folder's home</h1>\n",
  "folder/index.html": "<h1>Folder</h1>\n",
  "hello.txt": "Hello, reader.\n",
  "index.html": "<h1>Home</h1>\n",
  "shell.html": "<h1>Shell</h1>\n",
  "v1.2.html": "<h1>1.2</h1>\n",
};

/** A folder for all tests of a file. */
export function servedFolder(): () => string {
  let folder: Folder;
  let outside: Folder;
  beforeAll(async () => {
    [folder, outside] = await Promise.all([Folder.make(), Folder.make()]);
    await outside.writeOld("file.txt", "outside\n");
    await symlink(outside.to("file.txt"), folder.to("link.txt"));
    for (const [name, content] of Object.entries(FILES)) await folder.writeOld(name, content);
  });
  afterAll(() => Promise.all([folder.remove(), outside.remove()]));
  return () => folder.path;
}

/** Asks the peer and ours over a socket. */
export async function seeBoth(
  call: Call,
  folder: string,
  { target, compared = [], ...asked }: Question,
): Promise<Readonly<Record<"theirs" | "ours", Seen>>> {
  const see = async (make: "theirs" | "ours"): Promise<Seen> => {
    const server = await listenTo(call(make, folder));
    try {
      return toSeen(await request(server.port, target, asked), compared);
    } finally {
      await server.close();
    }
  };
  return { theirs: await see("theirs"), ours: await see("ours") };
}

/** The application behind tells that it was asked, and answers an error by its status. */
function listenTo(handler: Handler): Promise<Listening> {
  return listen((request, response) => {
    void handler(request, response, (error) => {
      const text = `next: ${String(statusOf(error))}`;
      response.statusCode = Number(statusOf(error) ?? 200);
      response.setHeader("Content-Length", text.length);
      response.end(text);
    });
  });
}

function statusOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "status" in error ? error.status : error;
}

function toSeen({ status, text, field }: RawResponse, compared: readonly string[]): Seen {
  const fields = compared.map((name) => [name, field(name)]);
  const isNext = text.startsWith("next: ");
  // The page of a redirect or an error is no content that anyone has asked for.
  return { status, ...((status < 300 || isNext) && { text }), ...Object.fromEntries(fields) };
}

/** A test for each question, that both answer alike. */
export function alike(title: string, folder: () => string, call: Call, questions: readonly Question[]): void {
  const named = questions.map((question) => [toTitle(question), question] as const);
  test.each(named)(`${title}: %s`, async (_, question) => {
    const { theirs, ours } = await seeBoth(call, folder(), question);
    expect(ours).toEqual(theirs);
  });
}

function toTitle({ method = "GET", target, fields = {} }: Question): string {
  return [
    `${method} ${target}`,
    ...Object.entries(fields).map(([name, value]) => `${name}: ${[value].flat().join()}`),
  ].join(", ");
}

/** A row of the table of differences. */
export interface Difference {
  readonly why: string;
  readonly call: Call;
  readonly question: Question;
  readonly theirs: Seen;
  readonly ours: Seen;
}

/** A test for each difference, that it is as the table says. */
export function different(folder: () => string, rows: readonly Difference[]): void {
  test.each(rows.map((row) => [row.why, row] as const))("%s", async (_, { call, question, theirs, ours }) => {
    expect(await seeBoth(call, folder(), question)).toMatchObject({ theirs, ours });
  });
}
