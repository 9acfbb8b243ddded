import { describe, expect, test, vi } from "vitest";
import { readFences } from "./fences.ts";
import { readPage } from "./pages.ts";
import { runSnippet } from "./run-snippet.ts";

vi.setConfig({ maxConcurrency: 2 });

const PAGE = readPage("docs/frameworks.md");

/** How each framework calls what the page's example exports: an expression of `request`, its method and its path. */
const CALLS: readonly (readonly [
  framework: string,
  exported: string,
  call: string,
  standsBehind: boolean,
])[] = [
  [
    "Next",
    "export const GET = (request)",
    "(request.method === 'HEAD' ? HEAD : GET)(request, { params: Promise.resolve({ path: [path] }) })",
    false,
  ],
  [
    "Astro: an endpoint",
    "export const ALL",
    "ALL({ request, params: { path }, url: new URL(request.url) })",
    false,
  ],
  ["Astro: a middleware", "export const onRequest", "onRequest({ request, locals: {} }, next)", true],
  [
    "SvelteKit: an endpoint",
    "export const GET = ({ request })",
    "(request.method === 'HEAD' ? HEAD : GET)({ request, params: { path }, url: new URL(request.url) })",
    false,
  ],
  [
    "SvelteKit: a hook",
    "export const handle",
    "handle({ event: { request, locals: {} }, resolve: next })",
    true,
  ],
  [
    "React Router: a route",
    "export const loader",
    "loader({ request, params: { '*': path }, context: {} })",
    false,
  ],
  [
    "React Router: a middleware",
    "export const middleware",
    "middleware[0]({ request, params: {}, context: {} }, next)",
    true,
  ],
];

describe.concurrent("what the page of other frameworks shows", () => {
  test("is all called", () => {
    expect(readFences(PAGE)).toHaveLength(CALLS.length);
  });

  test.for(CALLS)("%s: answers as it is called", async ([, exported, call, standsBehind]) => {
    const program = readFences(PAGE).find(({ content }) => content.includes(exported));
    if (program === undefined) throw new Error(`no example has "${exported}"`);
    const content = `${program.content}${callsOf(call)}`;
    const behind = standsBehind ? "200 the application's own page" : "404 Not Found";
    await runSnippet({
      kind: "program",
      page: PAGE.name,
      line: program.line,
      program: { ...program, content },
      output: {
        kind: "text",
        line: program.line,
        content: ["200 Hello, reader.", "206 reader", "304 ", "200 ", behind, ""].join("\n"),
      },
    });
  });
});

function callsOf(call: string): string {
  return `
const next = async () => new Response("the application's own page");
for (const [path, init] of [
  ["hello.txt"],
  ["hello.txt", { headers: { Range: "bytes=7-12" } }],
  ["hello.txt", { headers: { "If-None-Match": "*" } }],
  ["hello.txt", { method: "HEAD" }],
  ["missing.txt"],
]) {
  const request = new Request("http://localhost:3000/files/" + path, init);
  const response = await ${call};
  console.log(response.status, (await response.text()).trim());
}
`;
}
