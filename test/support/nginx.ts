import { mkdir } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { requireClients } from "./clients.ts";
import { Folder } from "./folder.ts";
import { findFreePort } from "./free-port.ts";
import { type RunningFront, startFront } from "./front-process.ts";

/** Where nginx writes what it has no use for here; without them it wants folders of the system's. */
const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/**
 * Has an nginx run beside the tests of a file. Where it isn't installed they are skipped aloud; where it doesn't start,
 * each of them fails with what it said.
 *
 * @param configure tells the content of its one `server` block
 * @returns what tells a test its port
 */
export function useNginx(configure: () => Promise<string>): () => number {
  let nginx: RunningFront | undefined;
  let failure: unknown;
  beforeAll(async () => {
    const server = await configure();
    nginx = await startNginx((listen) => `server { listen ${listen}; ${server} }`).catch((error: unknown) => {
      failure = error;
      return undefined;
    });
  });
  beforeEach(requireClients("nginx"));
  afterAll(() => nginx?.stop());
  return () => {
    if (nginx === undefined) throw failure;
    return nginx.port;
  };
}

/** Starts an nginx without root's rights. @param configure makes the content of its `http` block of where it listens */
export async function startNginx(configure: (listen: string) => string): Promise<RunningFront> {
  const folder = await Folder.make();
  const port = await findFreePort();
  await mkdir(folder.to("temporary"));
  await folder.write(
    "nginx.conf",
    `daemon off;
    master_process off;
    pid ${folder.to("nginx.pid")};
    error_log stderr error;
    events {}
    http {
      access_log off;
      ${TEMPORARY.map((name) => `${name}_temp_path ${folder.to(`temporary/${name}`)};`).join("\n")}
      ${configure(`127.0.0.1:${port}`)}
    }`,
  );
  return startFront("nginx", ["-e", "stderr", "-p", folder.path, "-c", "nginx.conf"], port, () =>
    folder.remove(),
  );
}
