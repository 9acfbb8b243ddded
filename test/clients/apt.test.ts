import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type AptMachine, aptMachine, PACKAGE, publishPackage, type Suite } from "../support/clients-apt.ts";
import { digestOf, digestOfFile, noise, removeFolder, temporaryFolder } from "../support/clients-files.ts";
import { cutShort, type Finished, lengthOf, told } from "../support/clients-run.ts";
import { type LoggedRequest, startStet, type StetServer } from "../support/clients-server.ts";
import { requireClients } from "../support/clients.ts";

const MEBIBYTE = 1 << 20;

const root = temporaryFolder();
const here = temporaryFolder();
let server: StetServer;

beforeAll(async () => {
  server = await startStet(root);
});

afterAll(async () => {
  await server?.stop();
  removeFolder(root);
  removeFolder(here);
});

interface Repository {
  /** Where it is on the server. */
  readonly path: string;
  readonly machine: AptMachine;
  /** Puts a version in place of what is published. @param age seconds since @returns the name of its file */
  readonly publish: (version: string, content: Uint8Array, age: number) => Promise<string>;
}

/** A flat repository, and a machine that installs from it. */
function repository(name: string, suite: Suite = "/"): Repository {
  return {
    path: `/${name}`,
    machine: aptMachine(join(here, name, "machine"), `${server.origin}/${name}`, suite),
    publish: (version, content, age) =>
      publishPackage(join(root, name), suite, join(here, name, "build"), { version, content, age }),
  };
}

function expectSuccess(result: Finished): void {
  expect(result.code, told(result)).toBe(0);
  // apt ends well after a failed update: it goes on with what it had.
  expect(told(result)).not.toMatch(/^(?:Err:|E: |W: .*(?:Failed|ignored))/m);
}

/** What came with the bytes of a file. */
function transfersIn(requests: readonly LoggedRequest[]): readonly LoggedRequest[] {
  return requests.filter(({ status }) => status === 200 || status === 206);
}

describe("apt", () => {
  beforeEach(requireClients("apt-get", "apt-ftparchive", "dpkg-deb"));

  test("installs from a flat repository, updates for nothing, and takes a new version", async () => {
    const { machine, publish } = repository("news");
    const old = noise(100_000, "1.0");
    await publish("1.0-1", old, 7200);
    expectSuccess(await machine.apt("update"));
    expectSuccess(await machine.apt("install", PACKAGE));
    expect(await machine.version()).toBe("1.0-1");
    expect(digestOfFile(machine.installed)).toBe(digestOf(old));

    // Twice: the 304 must leave apt with what it needs to ask as well the next time.
    for (let time = 2; time <= 3; time++) {
      const { result, requests } = await server.during(() => machine.apt("update"));
      expectSuccess(result);
      expect(transfersIn(requests)).toEqual([]);
      const unchanged = requests.filter(({ status }) => status === 304);
      expect(unchanged).toMatchObject([{ path: expect.stringContaining("/Release"), bytes: 0 }]);
    }

    const content = noise(110_000, "1.1");
    await publish("1.1-1", content, 3600);
    expectSuccess(await machine.apt("update"));
    expectSuccess(await machine.apt("upgrade"));
    expect(await machine.version()).toBe("1.1-1");
    expect(digestOfFile(machine.installed)).toBe(digestOf(content));
  });

  test("installs from a flat repository that is written with ./", async () => {
    const { machine, publish } = repository("dotted", "./");
    const content = noise(50_000, "dotted");
    await publish("1.0-1", content, 7200);
    expectSuccess(await machine.apt("update"));
    expectSuccess(await machine.apt("install", PACKAGE));
    expect(digestOfFile(machine.installed)).toBe(digestOf(content));
  });

  test("fetches a package whose name needs escapes", async () => {
    const { machine, publish } = repository("escapes");
    const content = noise(50_000, "escapes");
    const name = await publish("1:2.0+x~rc1", content, 7200);
    expect(name).toBe(`${PACKAGE}_1%3a2.0+x~rc1_all.deb`);
    expectSuccess(await machine.apt("update"));
    const { result, requests } = await server.during(() => machine.apt("install", PACKAGE));
    expectSuccess(result);
    expect(transfersIn(requests)).toMatchObject([{ path: expect.stringContaining("1%253a2.0") }]);
    expect(await machine.version()).toBe("1:2.0+x~rc1");
    expect(digestOfFile(machine.installed)).toBe(digestOf(content));
  });

  /** So much that the server isn't done with a download that is cut, whatever the buffers on the way hold. */
  const LARGE = 16 * MEBIBYTE;

  /** Begins to fetch the package and cuts it; gives the file that is left. @param status of what is cut */
  async function cutDownload(
    { machine, path }: Repository,
    name: string,
    bytes: number,
    status: 200 | 206 = 200,
  ): Promise<string> {
    const file = join(machine.partial, name);
    const limit = ["-o", "Acquire::http::Dl-Limit=1024"];
    await cutShort(machine.startApt(...limit, "install", PACKAGE), () => lengthOf(file) >= bytes, "SIGINT");
    expect(existsSync(file)).toBe(true);
    await server.logged((cut) => cut.path === `${path}/${name}` && cut.status === status && cut.aborted);
    return file;
  }

  test("resumes a download that was cut", async () => {
    const cut = repository("cut");
    const { machine, publish } = cut;
    const content = noise(LARGE, "cut");
    const name = await publish("1.0-1", content, 7200);
    expectSuccess(await machine.apt("update"));
    const held = lengthOf(await cutDownload(cut, name, MEBIBYTE));
    const { result, requests } = await server.during(() => machine.apt("install", PACKAGE));
    expectSuccess(result);
    const whole = lengthOf(join(root, "cut", name));
    expect(transfersIn(requests)).toMatchObject([{ status: 206, bytes: whole - held }]);
    expect(digestOfFile(machine.installed)).toBe(digestOf(content));
  });

  test("resumes a download that was cut twice", async () => {
    const cut = repository("cut-twice");
    const { machine, publish } = cut;
    const content = noise(LARGE, "cut twice");
    const name = await publish("1.0-1", content, 7200);
    expectSuccess(await machine.apt("update"));
    await cutDownload(cut, name, MEBIBYTE);
    await cutDownload(cut, name, 2 * MEBIBYTE, 206);
    const { result, requests } = await server.during(() => machine.apt("install", PACKAGE));
    expectSuccess(result);
    expect(transfersIn(requests)).toMatchObject([{ status: 206 }]);
    expect(digestOfFile(machine.installed)).toBe(digestOf(content));
  });

  test("begins again where the cut download's file has changed", async () => {
    const cut = repository("rebuilt");
    const { machine, publish } = cut;
    const name = await publish("1.0-1", noise(LARGE, "first build"), 7200);
    expectSuccess(await machine.apt("update"));
    await cutDownload(cut, name, MEBIBYTE);

    const content = noise(LARGE, "second build");
    await publish("1.0-1", content, 3600);
    expectSuccess(await machine.apt("update"));
    const { result, requests } = await server.during(() => machine.apt("install", PACKAGE));
    expectSuccess(result);
    expect(transfersIn(requests)).toMatchObject([{ status: 200 }]);
    expect(digestOfFile(machine.installed)).toBe(digestOf(content));
  });
});
