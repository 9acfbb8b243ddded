import { symlinkSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nginxConfiguration } from "../../src/cli/config/nginx.ts";
import type { FrontSettings } from "../../src/cli/config/settings.ts";
import { elsewhere, type Front, nginx } from "../../src/deliveries.ts";
import { type Source, stet } from "../../src/index.ts";
import { describeFront } from "../contracts/front.ts";
import { requireClients } from "../support/clients.ts";
import { Folder, LONG_AGO } from "../support/folder.ts";
import { listen } from "../support/listen.ts";
import { startNginx } from "../support/nginx.ts";
import { type RawResponse, request } from "../support/raw-connection.ts";

const MALFORMED = "nginx refuses a request in which a conditional field stands twice, with a 400";

describeFront({
  name: "nginx",
  commands: ["nginx"],
  start: (settings) => startNginx((listen) => nginxConfiguration({ ...settings, listen })),
  placeOf: () => "/_private/",
  directHits: (_, name) => [
    `/_private/${name}`,
    `//_private/${name}`,
    `/x/../_private/${name}`,
    `/%5Fprivate/${name}`,
    `/_private//${name}`,
  ],
  impossible: {
    A10: "nginx answers TRACE by itself, with a 405 that tells no methods",
    B14: MALFORMED,
    B15: MALFORMED,
    C27: MALFORMED,
    D12: MALFORMED,
    F01: "nginx tells all fields with each 206, also to one who has them",
  },
});

describe("the printed nginx", () => {
  const ending: (() => Promise<void>)[] = [];
  beforeEach(requireClients("nginx"));
  afterEach(async () => {
    for (const end of ending.splice(0).toReversed()) await end();
  });

  async function makeFolder(): Promise<Folder> {
    const folder = await Folder.make();
    ending.push(() => folder.remove());
    return folder;
  }

  /** Serves a root behind an nginx of these places. */
  async function serve(
    root: string | Source,
    delivery: Front,
    places: FrontSettings["places"],
  ): Promise<(target: string) => Promise<RawResponse>> {
    const policy = stet(root, { delivery });
    const application = await listen((incoming, response) => void policy.node(incoming, response));
    ending.push(application.close);
    const upstream = new URL(`http://127.0.0.1:${application.port}`);
    const { port, stop } = await startNginx((listen) =>
      nginxConfiguration({ places, upstream, listen, serverName: "files.example" }),
    );
    ending.push(stop);
    return (target) => request(port, target);
  }

  test("takes a folder of any name", async () => {
    const folder = (await makeFolder()).below(`a b "c" 'd' {e}; #f \\g é`);
    await folder.writeOld("a.txt", "the file");
    const get = await serve(folder.path, nginx({ "/": "/_private/" }), [[folder.path, "/_private/"]]);
    expect((await get("/a.txt")).text).toBe("the file");
    expect((await get("/_private/a.txt")).status).toBe(404);
  });

  test("takes several folders, one in another", async () => {
    const folder = await makeFolder();
    await folder.writeOld("a.txt", "above");
    await folder.writeOld("sub/a.txt", "below");
    // What the outer folder has under that name, nobody asks for there.
    const get = await serve(folder.path, nginx({ "/": "/_all/", "/sub": "/_all/other/" }), [
      [folder.path, "/_all/"],
      [folder.to("sub"), "/_all/other/"],
    ]);
    expect((await get("/a.txt")).text).toBe("above");
    expect((await get("/sub/a.txt")).text).toBe("below");
  });

  test("follows no link that was put there after stet has looked", async () => {
    const folder = await makeFolder();
    await folder.writeOld("outside.txt", "outside");
    await folder.writeOld("root/a/file.txt", "inside");
    symlinkSync("../outside.txt", folder.to("root/link.txt"));
    symlinkSync("a", folder.to("root/b"));
    const looked = elsewhere(() => ({ length: 7, lastModified: LONG_AGO }));
    const get = await serve(looked, nginx({ "/": "/_private/" }), [[folder.to("root"), "/_private/"]]);
    expect((await get("/a/file.txt")).text).toBe("inside");
    for (const target of ["/link.txt", "/b/file.txt"]) {
      const { status, text } = await get(target);
      expect([403, 404]).toContain(status);
      expect(text).not.toMatch(/inside|outside/);
    }
  });
});
