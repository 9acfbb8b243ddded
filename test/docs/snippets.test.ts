import { beforeEach, describe, test, vi } from "vitest";
import { requireClients } from "../support/clients.ts";
import { readPages } from "./pages.ts";
import { runSnippet } from "./run-snippet.ts";
import { readSnippets } from "./snippets.ts";

// Each runs processes of its own, and other test files want the machine too.
vi.setConfig({ maxConcurrency: 2 });

describe.concurrent("the code blocks", () => {
  beforeEach(requireClients("curl"));

  for (const snippet of readPages().flatMap(readSnippets)) {
    // oxlint-disable-next-line vitest/expect-expect -- a snippet that doesn't hold throws
    test(`${snippet.page}:${snippet.line}: ${snippet.kind}`, () => runSnippet(snippet));
  }
});
