import process from "node:process";
import type { Folder } from "../support/folder.ts";
import { type RunningServer, startServer } from "./start-server.ts";

const COMMAND = [process.execPath, "examples/documents/server.js"];

/**
 * Starts the documents example, as `npm start` runs it.
 *
 * @param data the folder in which it keeps all
 * @throws Error with what it said, where it doesn't start
 */
export function startApplication(
  data: Folder,
  settings: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  return startServer(
    COMMAND,
    { DATA: data.path, ...settings },
    /^documents: http:\/\/127\.0\.0\.1:(\d+)\/$/m,
  );
}
