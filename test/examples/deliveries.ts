import { apacheConfiguration } from "../../src/cli/config/apache.ts";
import { caddyConfiguration } from "../../src/cli/config/caddy.ts";
import { lighttpdConfiguration } from "../../src/cli/config/lighttpd.ts";
import { nginxConfiguration } from "../../src/cli/config/nginx.ts";
import type { FrontSettings } from "../../src/cli/config/settings.ts";
import { APACHE, startApache } from "../support/apache.ts";
import { startCaddy } from "../support/caddy.ts";
import type { RunningFront } from "../support/front-process.ts";
import { startLighttpd } from "../support/lighttpd.ts";
import { startNginx } from "../support/nginx.ts";

/** Who sends the files of the documents example. */
export interface Delivery {
  readonly name: string;
  /** What it is started with; without them its tests are skipped aloud. */
  readonly commands: readonly string[];
  /** What `STET_DELIVERY` says; nothing else of the application is another. */
  readonly setting: (files: string) => string;
  /** Undefined: the application itself sends them, and nothing stands in front. */
  readonly front?: Front;
  /** Whether it is looked at in a browser, too. That takes long, and the others differ in nothing there. Default: false. */
  readonly inBrowser?: boolean;
}

interface Front {
  /** The field by which the application has it send a file. */
  readonly order: string;
  /** Starts it with what `stet config` prints. */
  readonly start: (files: string, upstream: URL) => Promise<RunningFront>;
}

const PREFIX = "/_files/";

export const DELIVERIES: readonly Delivery[] = [
  { name: "stet", commands: [], inBrowser: true, setting: () => "stream" },
  {
    name: "nginx",
    commands: ["nginx"],
    inBrowser: true,
    setting: (files) => `nginx ${files}=${PREFIX}`,
    front: toFront("x-accel-redirect", startNginx, nginxConfiguration, () => PREFIX),
  },
  {
    name: "Apache",
    commands: APACHE,
    setting: (files) => `apache ${files}`,
    front: toFront("x-sendfile", startApache, apacheConfiguration, (files) => files),
  },
  {
    name: "lighttpd",
    commands: ["lighttpd"],
    setting: (files) => `lighttpd ${files}`,
    front: toFront("x-sendfile", startLighttpd, lighttpdConfiguration, (files) => files),
  },
  {
    name: "Caddy",
    commands: ["caddy"],
    setting: (files) => `caddy ${files}=${PREFIX}`,
    front: toFront("x-accel-redirect", startCaddy, caddyConfiguration, () => PREFIX),
  },
];

function toFront(
  order: string,
  start: (configure: (listen: string) => string) => Promise<RunningFront>,
  configure: (settings: FrontSettings) => string,
  placeOf: (files: string) => string,
): Front {
  return {
    order,
    start: (files, upstream) =>
      start((listen) =>
        configure({ places: [[files, placeOf(files)]], upstream, listen, serverName: undefined }),
      ),
  };
}
