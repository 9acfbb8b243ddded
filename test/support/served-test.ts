import type { RequestListener } from "node:http";
import { test as base } from "vitest";
import { stet, type Stet, type StetOptions } from "../../src/index.ts";
import { type ChildOptions, type ChildServer, startChildServer } from "./child-server.ts";
import { Folder } from "./folder.ts";
import { listen, type Listening } from "./listen.ts";
import { type RawRequest, type RawResponse, request } from "./raw-connection.ts";

/** A server of stet's, and the policy that it runs. */
export interface Served {
  readonly port: number;
  readonly policy: Stet;
  /** One request on a connection of its own. */
  readonly get: (target: string, request?: RawRequest) => Promise<RawResponse>;
}

interface Fixtures {
  /** A folder that is removed after the test. */
  readonly folder: Folder;
  /** Starts a server of the folder, or of one inside it. */
  readonly serve: (options?: StetOptions, root?: string) => Promise<Served>;
  /** Starts a server of an application. */
  readonly serveApp: (listener: RequestListener) => Promise<number>;
  /** Starts a server of the folder in a process of its own. */
  readonly serveInChild: (child?: ChildOptions, root?: string) => Promise<ChildServer>;
}

/** A test with a folder, and with servers that are closed when it ends. */
export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- the runner reads from this pattern what a fixture needs
  folder: async ({}, use) => {
    const folder = await Folder.make();
    await use(folder);
    await folder.remove();
  },
  // oxlint-disable-next-line no-empty-pattern -- as above
  serveApp: async ({}, use) => {
    const servers: Listening[] = [];
    await use(async (listener) => {
      const server = await listen(listener);
      servers.push(server);
      return server.port;
    });
    await Promise.all(servers.map((server) => server.close()));
  },
  serve: async ({ folder, serveApp }, use) => {
    await use(async (options = {}, root = folder.path) => {
      const policy = stet(root, options);
      const port = await serveApp((request, response) => void policy.node(request, response));
      return { port, policy, get: (target, raw) => request(port, target, raw) };
    });
  },
  serveInChild: async ({ folder }, use) => {
    const children: ChildServer[] = [];
    await use(async (child = {}, root = folder.path) => {
      const started = await startChildServer(root, child);
      children.push(started);
      return started;
    });
    await Promise.all(children.map((child) => child.close()));
  },
});
