import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import * as compat from "../../src/compat.ts";
import * as deliveries from "../../src/deliveries.ts";
import * as stet from "../../src/index.ts";
import * as links from "../../src/links.ts";
import * as secureLink from "../../src/secure-link.ts";
import * as zip from "../../src/zip.ts";
import { mustRun } from "../support/clients-run.ts";
import { readFences } from "./fences.ts";
import { type Page, readPage, readPages, REPOSITORY } from "./pages.ts";
import { readLinks, readListedLinks, readSection, readTableColumn, toAnchors } from "./read-markdown.ts";

const CONTENTS = readPage("docs/README.md");

/** The pages that the table of contents leads to, in its order. */
const listed = readListedLinks(CONTENTS.text).map((target) => `docs/${target}`);

describe("the table of contents", () => {
  test("leads to every page, once", () => {
    const others = readPages().map(({ name }) => name);
    const pages = others.filter((name) => name.startsWith("docs/") && name !== CONTENTS.name);
    expect(listed.toSorted()).toEqual(pages);
  });

  test("names each public value, and its page begins with that name", () => {
    const titles = listed.map((name) => readPage(name).text.split("\n", 1)[0]);
    expect(titles).toEqual(
      expect.arrayContaining(
        Object.keys({ ...stet, ...links, ...secureLink, ...zip }).map((name) => `# ${name}`),
      ),
    );
  });

  test("names each delivery", () => {
    const { text } = readPage("docs/deliveries.md");
    const { elsewhere: _, ...others } = deliveries;
    expect(readTableColumn(text.split("\n## ", 1)[0] ?? "").toSorted()).toEqual(
      Object.keys(others).toSorted(),
    );
  });

  test("is the way that each page's last line goes on", () => {
    for (const [index, name] of [CONTENTS.name, ...listed].entries()) {
      const last = readPage(name).text.trimEnd().split("\n").at(-1) ?? "";
      const next = listed[index] ?? CONTENTS.name;
      expect(
        readLinks(last).map((target) => `docs/${target}`),
        name,
      ).toEqual([next]);
    }
  });
});

test.for([...readPages(), readPage("examples/README.md")])("the links of $name lead somewhere", (page) => {
  expect(readLinks(page.text).filter((target) => !leads(page, target))).toEqual([]);
});

test.for([...readPages(), readPage("CONTRIBUTING.md")])(
  "a shell can run the commands of $name as they stand",
  (page) => {
    for (const { kind, content, line } of readFences(page)) {
      const commands =
        kind === "sh"
          ? content
          : kind === "console"
            ? content.replaceAll(/^(?!\$ ).*\n/gm, "").replaceAll(/^\$ /gm, "")
            : "";
      const { status, stderr } = spawnSync("sh", ["-n"], { input: commands, encoding: "utf8" });
      expect({ status, stderr }, `${page.name}:${line}`).toEqual({ status: 0, stderr: "" });
      expect(commands, `${page.name}:${line}: a placeholder`).not.toMatch(/<[a-z][a-z -]*>/i);
    }
  },
);

/** Whether there is a file, and in it a heading, that a link names. */
function leads(page: Page, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page.name : join(dirname(page.name), path);
  if (!existsSync(join(REPOSITORY, file))) return false;
  return anchor === undefined || toAnchors(readPage(file).text).includes(anchor);
}

describe("a table", () => {
  test("has every option of a policy", () => {
    const { text } = readPage("docs/stet.md");
    const none = stet.memory({});
    expect(readTableColumn(readSection(text, "Options")).toSorted()).toEqual(
      knownOptions(() => Reflect.apply(stet.stet, undefined, [none, { none }])),
    );
  });

  test.for(Object.entries({ serveStatic: "from-serve-static", sirv: "from-sirv" }))(
    "has every option of %s",
    ([name, page]) => {
      const section = readSection(readPage(`docs/${page}.md`).text, name);
      const [options = ""] = section.split("\nWhat changes on the wire:", 1);
      expect(readTableColumn(options)).toEqual(
        knownOptions(() => Reflect.apply(Reflect.get(compat, name), undefined, [".", { none: 1 }])),
      );
    },
  );

  test.for(["serve", "sign", "config"])("has every flag of stet %s", async (command) => {
    const { stdout } = await mustRun(process.execPath, ["dist/cli/main.js", command, "--help"], {
      cwd: REPOSITORY,
    });
    const flags = stdout.split("\n").map((line) => /^ {2}(-\S.*?)(?: {2}|$)/.exec(line)?.[1]);
    const { text } = readPage(`docs/stet-${command}.md`);
    expect(readTableColumn(text)).toEqual(flags.filter((flag) => flag !== undefined));
  });
});

/** The options are told by the error for one that isn't one of them. */
function knownOptions(call: () => unknown): readonly string[] {
  try {
    call();
  } catch (error) {
    const names = /The options are: (.*)\.$/.exec(String(error))?.[1];
    if (names !== undefined) return names.split(", ").toSorted();
  }
  throw new Error("no error tells the options");
}
