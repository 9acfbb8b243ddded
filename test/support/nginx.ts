import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, vi } from "vitest";
import { requireClients } from "./clients.ts";
import { start } from "./clients-run.ts";
import { Folder } from "./folder.ts";
import { listen } from "./listen.ts";

/** A running nginx, on the loopback and without root's rights. */
export interface Nginx {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** Where nginx writes what it has no use for here; without them it wants folders of the system's. */
const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** Longer than any file of tests takes; whoever started it ends it before. Milliseconds. */
const LIFETIME = 600_000;

/**
 * Has an nginx run beside the tests of a file. Where it isn't installed they are skipped aloud; where it doesn't start,
 * each of them fails with what it said.
 *
 * @param configure tells the content of its one `server` block
 * @returns what tells a test its port
 */
export function useNginx(configure: () => Promise<string>): () => number {
  let nginx: Nginx | undefined;
  let failure: unknown;
  beforeAll(async () => {
    nginx = await startNginx(await configure()).catch((error: unknown) => {
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

/** Starts an nginx, and waits until it answers. */
export async function startNginx(server: string): Promise<Nginx> {
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
      server {
        listen 127.0.0.1:${port};
        ${server}
      }
    }`,
  );
  const { child, finished } = start("nginx", ["-e", "stderr", "-p", folder.path, "-c", "nginx.conf"], {
    lifetime: LIFETIME,
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await finished.finally(() => folder.remove());
  };
  const ended = finished.then(({ stderr }) => {
    throw new Error(`nginx ended at once: ${stderr}`);
  });
  try {
    await Promise.race([vi.waitFor(() => knock(port), { timeout: 10_000, interval: 20 }), ended]);
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  ended.catch(() => undefined);
  return { port, stop };
}

async function findFreePort(): Promise<number> {
  const { port, close } = await listen(() => undefined);
  await close();
  return port;
}

/** @throws Error where nobody listens */
async function knock(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.destroy();
}
