import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readFences } from "../docs/fences.ts";
import { readPage } from "../docs/pages.ts";
import { afterwards, contentOf, read, until } from "./command.ts";
import { beginDownload, folderWithLarge, LARGE } from "./downloads.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Started {
  readonly npm: ChildProcess;
  readonly ended: Promise<void>;
  readonly url: URL;
  readonly output: () => string;
}

/** `npm start` with what follows, on any free port. What it builds first is built already. */
async function npmStart(args: readonly string[]): Promise<Started> {
  const line = ["start", "--ignore-scripts", "--", ...args, "--port", "0"];
  // With a group of its own, so that nothing is left of it after a test that fails.
  const npm = spawn("npm", line, { cwd: ROOT, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<void>((resolve) => npm.once("close", () => resolve()));
  let output = "";
  for (const stream of [npm.stdout, npm.stderr])
    stream.on("data", (text: Buffer) => (output += text.toString()));
  afterwards(() => {
    try {
      process.kill(-npm.pid!, "SIGKILL");
    } catch {
      // Nothing is left.
    }
  });
  const ready = await until(
    () => /^stet serving \S+ at (\S+)$/m.exec(output) ?? undefined,
    () => `a ready line in ${output}`,
  );
  return { npm, ended, url: new URL(ready[1]!), output: () => output };
}

function untilRefused(url: URL): Promise<true> {
  const isRefused = (): Promise<true | undefined> =>
    new Promise((resolve) => {
      const socket = connect(Number(url.port), url.hostname, () => {
        socket.destroy();
        resolve(undefined);
      });
      socket.on("error", () => resolve(true));
    });
  return until(isRefused, () => `a closed port ${url.port}`);
}

describe("npm start", () => {
  test("is in the README with a folder that is there", async () => {
    const [first] = readFences(readPage("README.md"));
    const [, args = ""] = /npm start -- (.*)$/m.exec(first!.content)!;
    const { url } = await npmStart(args.split(" "));
    expect((await fetch(url)).status).toBe(200);
  });

  test("ends with SIGTERM to npm: the port is closed, and no process is left", async () => {
    const { npm, ended, url } = await npmStart(["examples/sample"]);
    npm.kill("SIGTERM");
    await untilRefused(url);
    // The pipes of the output are closed once all that were started with them have ended.
    await ended;
  });

  test("lets a download finish first, and says so once", async () => {
    const { npm, ended, url, output } = await npmStart([await folderWithLarge()]);
    const download = await beginDownload(url);
    npm.kill("SIGTERM");
    await untilRefused(url);
    expect(contentOf(await read(download)).equals(LARGE)).toBe(true);
    await ended;
    expect(output().match(/waiting up to 10 s for 1 request to finish/g)).toHaveLength(1);
  });
});
