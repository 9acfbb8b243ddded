import { type RunningFront, startFront } from "./front-process.ts";
import { findFreePort } from "./free-port.ts";
import { Folder } from "./folder.ts";

/** Starts a Caddy with its sites. @param toSites makes them of an address to listen at */
export async function startCaddy(toSites: (listen: string) => string): Promise<RunningFront> {
  const folder = await Folder.make();
  const port = await findFreePort();
  await folder.write(
    "Caddyfile",
    `{
      admin off
      auto_https off
      storage file_system "${folder.to("storage")}"
      log {
        level ERROR
      }
    }
    ${toSites(`127.0.0.1:${port}`)}`,
  );
  const operands = ["run", "--adapter", "caddyfile", "--config", folder.to("Caddyfile")];
  return startFront("caddy", operands, port, () => folder.remove());
}
