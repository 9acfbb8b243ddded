import { mkdir } from "node:fs/promises";
import { findFreePort, type RunningFront, startFront } from "./front-process.ts";
import { Folder } from "./folder.ts";

/** Where nginx writes what it has no use for here; without them it wants folders of the system's. */
const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** Starts an nginx, and waits until it answers. @param server the content of its one `server` block */
export function startNginx(server: string): Promise<RunningFront> {
  return startNginxOf((listen) => `server { listen ${listen}; ${server} }`);
}

/** Starts an nginx without root's rights. @param toHttp makes the content of its `http` block of an address to listen at */
export async function startNginxOf(toHttp: (listen: string) => string): Promise<RunningFront> {
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
      ${toHttp(`127.0.0.1:${port}`)}
    }`,
  );
  return startFront("nginx", ["-e", "stderr", "-p", folder.path, "-c", "nginx.conf"], port, () =>
    folder.remove(),
  );
}
