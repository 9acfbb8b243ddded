import { beforeEach, describe, expect, test, vi } from "vitest";
import { requireClients } from "../support/clients.ts";
import { runSnippet } from "./run-snippet.ts";
import { readSnippets } from "./snippets.ts";

vi.setConfig({ maxConcurrency: 2 });

const SERVER = `\`\`\`js
import { createServer } from "node:http";
createServer((request, response) => response.end("hello")).listen(8080, "127.0.0.1");
\`\`\``;

function fenced(kind: string, ...lines: readonly string[]): string {
  return ["```" + kind, ...lines, "```"].join("\n");
}

/** Runs all that a page shows. */
async function runPage(...blocks: readonly string[]): Promise<void> {
  const text = ["# A page", ...blocks].join("\n\n");
  for (const snippet of readSnippets({ name: "page.md", text })) await runSnippet(snippet);
}

describe.concurrent("a page whose code blocks hold", () => {
  beforeEach(requireClients("curl"));

  test.for<readonly [what: string, blocks: readonly string[]]>([
    [
      "a module that finds the package by its name, and the folders",
      [
        fenced("js", 'import { stet } from "stet";', 'console.log(typeof stet("./public").fetch);'),
        fenced("text", "function"),
      ],
    ],
    [
      "a server that is asked at a port of its own",
      [SERVER, fenced("console", "$ curl -s http://127.0.0.1:8080/", "hello")],
    ],
    [
      "the command, which stays for the block that follows",
      [
        fenced(
          "console",
          "$ npx stet serve public --port 8080",
          "stet serving public at http://127.0.0.1:8080/",
        ),
        fenced("console", "$ curl -s http://127.0.0.1:8080/hello.txt", "Hello, reader."),
      ],
    ],
    [
      "a session of two blocks in one folder",
      [fenced("console", "$ echo one >word", "$ cat word", "one"), fenced("console", "$ cat word", "one")],
    ],
  ])("%s", async ([, blocks]) => {
    await expect(runPage(...blocks)).resolves.toBeUndefined();
  });
});

describe.concurrent("a page whose code blocks don't hold", () => {
  test.for<readonly [what: string, blocks: readonly string[], message: RegExp]>([
    [
      "another output",
      [fenced("js", "console.log(1)"), fenced("text", "2")],
      /^page\.md:7: .*'1\\n' to be '2\\n'/,
    ],
    ["an exception", [fenced("js", "", 'throw new Error("no")')], /^page\.md:3: (.|\n)*page-3\.mjs:5\b/],
    ["a warning", [fenced("js", 'console.error("mind")')], /^page\.md:3: (.|\n)*mind/],
    ["another answer", [fenced("console", "$ true", "$ echo 1", "2")], /^page\.md:5: .*'1\\n' to be '2\\n'/],
    ["an answer too many", [fenced("console", "$ echo 1")], /^page\.md:4: .*'1\\n' to be ''/],
    ["a failing command", [fenced("console", "$ false")], /^page\.md:4: /],
    ["a session without a command", [fenced("console", "hello")], /^page\.md:3: a console block begins/],
    ["a server that nobody asks", [SERVER], /^page\.md:3: no console block asks/],
    [
      "a server that ends",
      [fenced("js", "const port = 8080;"), fenced("console", "$ true")],
      /^page\.md:3: the server ended at once/,
    ],
    [
      "a server that complains",
      [
        SERVER.replace("(request, response) =>", "$& console.error(request.url) ??"),
        fenced("console", "$ curl -s http://127.0.0.1:8080/", "hello"),
      ],
      /^page\.md:3: the server complained/,
    ],
    ["another kind", [fenced("ts", "let a: string;")], /^page\.md:3: unknown kind of snippet: "ts"/],
    ["no kind", [fenced("", "hello")], /^page\.md:3: unknown kind of snippet: ""/],
    ["an output of nothing", [fenced("text", "hello")], /^page\.md:3: unknown kind of snippet: "text"/],
    [
      "an unknown command",
      [fenced("sh", "npm cit && npm publish")],
      /^page\.md:3: unknown command: npm publish/,
    ],
  ])("fails for %s", async ([, blocks, message]) => {
    await expect(runPage(...blocks)).rejects.toThrow(message);
  });

  test("fails for a block that isn't closed", () => {
    expect(() => readSnippets({ name: "page.md", text: "```js\n1;" })).toThrow("page.md:1: ");
  });
});
