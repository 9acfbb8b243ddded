import { type Nginx, startNginx } from "../support/nginx.ts";

/** How the files of the documents example leave. */
export interface Delivery {
  readonly name: string;
  /** The commands that it needs. */
  readonly commands: readonly string[];
  /** What `STET_DELIVERY` says; nothing else of the application is another. */
  readonly setting: (files: string) => string;
  /** Whether it is looked at in a browser, too. That takes long, and for the others it differs in nothing. Default: false. */
  readonly inBrowser?: boolean;
  /** The field by which the application orders a file from what stands in front; undefined where it sends them itself. */
  readonly order?: string;
  /** Starts what stands in front of the application, and says on which port. Undefined: nothing does. */
  readonly start?: (application: number, files: string) => Promise<Nginx>;
}

export const DELIVERIES: readonly Delivery[] = [
  { name: "streaming", commands: [], inBrowser: true, setting: () => "stream" },
  {
    name: "nginx",
    commands: ["nginx"],
    inBrowser: true,
    setting: (files) => `nginx ${files}=/_files/`,
    order: "x-accel-redirect",
    start: inFront,
  },
];

/** What nginx would not take over from the application's answer. */
const KEPT = ["Content-Security-Policy", "Cross-Origin-Resource-Policy", "X-Content-Type-Options", "Vary"];

function inFront(application: number, files: string): Promise<Nginx> {
  return startNginx(`
    location / {
      proxy_pass http://127.0.0.1:${application};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
    }
    location /_files/ {
      internal;
      alias ${files}/;
      disable_symlinks on;
      ${KEPT.map((name) => `add_header ${name} $upstream_http_${name.toLowerCase().replaceAll("-", "_")};`).join("\n")}
    }
  `);
}
