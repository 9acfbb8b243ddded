import { readFile } from "node:fs/promises";
import { Folder } from "../support/folder.ts";
import { startApplication } from "./application.ts";
import type { RunningServer } from "./start-server.ts";
import type { Delivery } from "./deliveries.ts";
import { Visitor } from "./visitor.ts";

/** The documents example with what stands in front of it, and its users. */
export interface Site {
  /** Where the visitors go. */
  readonly port: number;
  readonly application: RunningServer;
  readonly data: Folder;
  /** Of each of the sample users. */
  readonly password: string;
  /** A user; the same one each time, since a password takes long to check. */
  readonly signIn: (name: string) => Promise<Visitor>;
  readonly signInAnew: (name: string) => Promise<Visitor>;
  readonly stop: () => Promise<void>;
}

export async function startSite(
  { setting, front }: Delivery,
  settings: Readonly<Record<string, string>> = {},
): Promise<Site> {
  const data = await Folder.make();
  const files = data.to("files");
  const application = await startApplication(data, { STET_DELIVERY: setting(files), ...settings });
  const upstream = new URL(`http://127.0.0.1:${application.port}`);
  const running = await front?.start(files, upstream).catch(async (error: unknown) => {
    await application.stop();
    throw error;
  });
  const port = running?.port ?? application.port;
  const password = /with the password (\S+)/.exec(application.said())?.[1] ?? "";
  const visitors = new Map<string, Promise<Visitor>>();
  const signInAnew = (name: string): Promise<Visitor> => {
    const visitor = Visitor.signIn(port, name, password);
    visitors.set(name, visitor);
    return visitor;
  };
  return {
    port,
    application,
    data,
    password,
    signIn: (name) => visitors.get(name) ?? signInAnew(name),
    signInAnew,
    async stop() {
      await running?.stop();
      await application.stop();
      await data.remove();
    },
  };
}

/** A sample of the example's own. */
export function readSample(title: string): Promise<Buffer<ArrayBuffer>> {
  return readFile(new URL(`../../examples/documents/samples/${encodeURIComponent(title)}`, import.meta.url));
}
