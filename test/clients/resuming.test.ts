import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startChromium } from "../support/chromium.ts";
import { digestOf, noise, publish, removeFolder, temporaryFolder } from "../support/clients-files.ts";
import { run } from "../support/clients-run.ts";
import { startStet, type StetServer } from "../support/clients-server.ts";
import { requireClients } from "../support/clients.ts";
import { type CuttingProxy, startCuttingProxy } from "../support/cutting-proxy.ts";

/** What docs/resuming-downloads.md says that clients do with a download that was cut. */

const OLD = noise(4 << 20, "old");
const NEW = noise(OLD.length, "new");

const root = temporaryFolder();
const here = temporaryFolder();
let server: StetServer;
let proxy: CuttingProxy;
let count = 0;
let name: string;
let url: string;

beforeAll(async () => {
  server = await startStet(root);
});

afterAll(async () => {
  await server?.stop();
  removeFolder(root);
  removeFolder(here);
});

/** Publishes a file whose first download is cut. It is replaced before the client notices, if `replaced` says so. */
async function prepare(replaced: boolean): Promise<void> {
  name = `file-${++count}.bin`;
  const published = publish(join(root, name), OLD, 7200);
  proxy = await startCuttingProxy(Number(new URL(server.origin).port), () => {
    if (replaced) publish(published, NEW, 3600);
  });
  url = `http://127.0.0.1:${proxy.port}/${name}`;
}

afterEach(() => proxy?.close());

type Outcome = "the old version" | "the new version" | "both versions, joined" | "a part of the old version";

function outcome(content: Buffer): Outcome {
  const digest = digestOf(content);
  if (digest === digestOf(OLD)) return "the old version";
  if (digest === digestOf(NEW)) return "the new version";
  if (digest === digestOf(OLD.subarray(0, content.length))) return "a part of the old version";
  const first = content.findIndex((byte, position) => byte !== OLD[position]);
  expect(digestOf(content.subarray(first))).toBe(digestOf(NEW.subarray(first)));
  return "both versions, joined";
}

interface Client {
  readonly command: string;
  /** Of the first download. */
  readonly begin: readonly string[];
  /** Of the second. `TAG` stands for the entity tag of the first. */
  readonly resume: readonly string[];
  /** The fields that it sends with the second request. */
  readonly sends: readonly string[];
  /** The exit code of the second, and what the file is then. */
  readonly unchanged: readonly [code: number, outcome: Outcome];
  readonly replaced: readonly [code: number, outcome: Outcome];
}

const CURL = ["--no-progress-meter"];
const WGET = ["--no-config", "--no-hsts", "--quiet", "--tries=1"];
const ARIA2 = [
  "--no-conf",
  "--quiet",
  "--file-allocation=none",
  "--max-tries=1",
  "-x1",
  "--auto-file-renaming=false",
];

const CLIENTS: Readonly<Record<string, Client>> = {
  "curl -C -": {
    command: "curl",
    begin: [...CURL, "-O"],
    resume: [...CURL, "-C", "-", "-O"],
    sends: ["range"],
    unchanged: [0, "the old version"],
    replaced: [0, "both versions, joined"],
  },
  "curl -C - with If-Range": {
    command: "curl",
    begin: [...CURL, "--etag-save", "tag.txt", "-O"],
    resume: [...CURL, "-C", "-", "-H", "If-Range: TAG", "-O"],
    sends: ["if-range", "range"],
    unchanged: [0, "the old version"],
    replaced: [33, "a part of the old version"],
  },
  "curl -C - --etag-compare": {
    command: "curl",
    begin: [...CURL, "--etag-save", "tag.txt", "-O"],
    resume: [...CURL, "-C", "-", "--etag-compare", "tag.txt", "-O"],
    sends: ["if-none-match", "range"],
    unchanged: [0, "a part of the old version"],
    replaced: [0, "both versions, joined"],
  },
  "wget -c": {
    command: "wget",
    begin: WGET,
    resume: [...WGET, "-c"],
    sends: ["range"],
    unchanged: [0, "the old version"],
    replaced: [0, "both versions, joined"],
  },
  "wget -c -N": {
    command: "wget",
    begin: WGET,
    resume: [...WGET, "-c", "-N"],
    sends: ["if-modified-since", "range"],
    unchanged: [0, "a part of the old version"],
    replaced: [0, "a part of the old version"],
  },
  // It takes a 200 in place of a 206 for the whole file, and leaves out as much of it as it has already.
  "wget -c with If-Range": {
    command: "wget",
    begin: WGET,
    resume: [...WGET, "-c", "--header=If-Range: TAG"],
    sends: ["if-range", "range"],
    unchanged: [0, "the old version"],
    replaced: [0, "both versions, joined"],
  },
  "wget -c with If-Match": {
    command: "wget",
    begin: WGET,
    resume: [...WGET, "-c", "--header=If-Match: TAG"],
    sends: ["if-match", "range"],
    unchanged: [0, "the old version"],
    replaced: [8, "a part of the old version"],
  },
  "aria2c -c": {
    command: "aria2c",
    begin: ARIA2,
    resume: [...ARIA2, "-c"],
    sends: ["range"],
    unchanged: [0, "the old version"],
    replaced: [0, "both versions, joined"],
  },
  "aria2c -c --conditional-get": {
    command: "aria2c",
    begin: ARIA2,
    resume: [...ARIA2, "-c", "--conditional-get=true", "--allow-overwrite=true"],
    sends: ["range"],
    unchanged: [0, "the old version"],
    replaced: [0, "both versions, joined"],
  },
  "aria2c -c with If-Range": {
    command: "aria2c",
    begin: ARIA2,
    resume: [...ARIA2, "-c", "--header=If-Range: TAG"],
    sends: ["if-range", "range"],
    unchanged: [0, "the old version"],
    replaced: [8, "a part of the old version"],
  },
};

describe.each(Object.entries(CLIENTS))("%s", (_, client) => {
  beforeEach(requireClients(client.command, "curl"));

  test.each(["unchanged", "replaced"] as const)("a file that is %s", async (fate) => {
    await prepare(fate === "replaced");
    const tag = await entityTag();
    await run(client.command, [...client.begin, url], { cwd: here });
    const before = proxy.exchanges.length;
    expect(outcome(readFileSync(join(here, name)))).toBe("a part of the old version");
    const operands = client.resume.map((operand) => operand.replace("TAG", tag));
    const { code } = await run(client.command, [...operands, url], { cwd: here });
    const asked = proxy.exchanges.slice(before).filter(({ fields }) => "range" in fields);
    expect(asked.map(({ fields }) => Object.keys(fields).toSorted())).toEqual([client.sends]);
    expect([code, outcome(readFileSync(join(here, name)))]).toEqual(client[fate]);
  });
});

/** Asked past the proxy, which would count it. */
async function entityTag(): Promise<string> {
  const response = await fetch(`${server.origin}/${name}`, { method: "HEAD" });
  return response.headers.get("etag") ?? "";
}

test("curl --etag-save has the entity tag of a download that was cut", async () => {
  await prepare(false);
  await run("curl", [...CURL, "--etag-save", "cut-tag.txt", "-O", url], { cwd: here });
  expect(existsSync(join(here, "cut-tag.txt"))).toBe(true);
  expect(readFileSync(join(here, "cut-tag.txt"), "utf8").trim()).toBe(await entityTag());
});

describe("Chromium, which resumes by itself", () => {
  beforeEach(requireClients("chromium"));

  test.each([
    ["unchanged", 206, "the old version"],
    ["replaced", 200, "the new version"],
  ] as const)("a file that is %s", async (fate, status, expected) => {
    await prepare(fate === "replaced");
    const tag = await entityTag();
    const browser = await startChromium();
    onTestFinished(() => browser.close());
    const page = await browser.newPage({ acceptDownloads: true });
    const downloading = page.waitForEvent("download");
    await page.evaluate((address) => {
      const link = document.createElement("a");
      link.href = address;
      document.body.append(link);
      link.click();
    }, url);
    const path = await (await downloading).path();
    expect(outcome(readFileSync(path))).toBe(expected);
    expect(proxy.exchanges.filter(({ fields }) => "range" in fields)).toEqual([
      { fields: { range: expect.stringMatching(/^bytes=\d+-$/) as string, "if-range": tag }, status },
    ]);
  });
});
