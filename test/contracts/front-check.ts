import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FRONTS } from "../../src/api/places.ts";
import { allow, deny, stet, type Stet } from "../../src/index.ts";
import { finished } from "../cli/command.ts";
import { requireClients } from "../support/clients.ts";
import { Folder } from "../support/folder.ts";
import type { RunningFront } from "../support/front-process.ts";
import { listen, type Listening } from "../support/listen.ts";
import type { FrontUnderTest } from "./front.ts";

/** A way in which a configuration is wrong. */
export interface Fault {
  readonly what: string;
  /** What is written in place of something that is printed. */
  readonly change: (printed: string) => string;
  /** What the command tells of it. */
  readonly told: RegExp;
}

export interface CheckUnderTest extends Pick<FrontUnderTest, "name" | "commands" | "placeOf"> {
  readonly print: (settings: Parameters<FrontUnderTest["start"]>[0] & { readonly listen: string }) => string;
  /** Starts the server with such a text. */
  readonly start: (toText: (listen: string) => string) => Promise<RunningFront>;
  readonly faults: readonly Fault[];
}

/** What `stet config --check` says of a real server: nothing is wrong with what is printed, and what else is. */
export function describeCheck({ name, commands, placeOf, print, start, faults }: CheckUnderTest): void {
  let folder: Folder;
  let application: Listening;
  let policy: Stet;

  /** What the command says of a server that does what is printed, but for what `change` makes of it. */
  async function check(change: (printed: string) => string): Promise<string> {
    const place = placeOf(folder.path);
    const upstream = new URL(`http://127.0.0.1:${application.port}`);
    const running = await start((listen) =>
      change(print({ places: [[folder.path, place]], upstream, serverName: undefined, listen })),
    );
    try {
      const url = `http://127.0.0.1:${running.port}/files/sub/a%20b.html`;
      const words = [`${folder.path}=${place}`, "--check", url, "--field", "Cookie: in=1"];
      const { code, stdout, stderr } = await finished(["config", name, ...words]);
      expect(stderr).toBe("");
      expect(code).toBe(stdout.startsWith("Nothing is wrong") ? 0 : 1);
      return stdout;
    } finally {
      await running.stop();
    }
  }

  describe(`stet config ${name} --check`, () => {
    beforeEach(requireClients(...commands));
    beforeAll(async () => {
      folder = await Folder.make();
      await folder.writeOld("sub/a b.html", "<p>0123456789</p>".repeat(500));
      application = await listen((request, response) => void policy.node(request, response));
      policy = stet(folder.path, {
        delivery: FRONTS[name]({ "/": placeOf(folder.path) }),
        prefix: "/files",
        headers: { "Content-Language": "de" },
        guard: ({ field }) => (field("cookie") === "in=1" ? allow() : deny(403)),
      });
    });
    afterAll(async () => {
      await application.close();
      await folder.remove();
    });

    it("finds nothing wrong with what is printed", async () => {
      expect(await check((printed) => printed)).toMatch(
        /^Nothing is wrong with http:\/\/127.0.0.1:\d+\/files\/sub\/a%20b\.html\.\n$/,
      );
    });

    it.for(faults)("$what", async ({ change, told }) => {
      expect(await check(change)).toMatch(told);
    });
  });
}

/** Replaces what has to be there. */
export function replacing(text: string | RegExp, other: string): (printed: string) => string {
  return (printed) => {
    expect(printed).toMatch(text);
    return printed.replace(text, other);
  };
}
