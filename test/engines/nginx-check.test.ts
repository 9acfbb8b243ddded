import { nginxConfiguration } from "../../src/cli/config/nginx.ts";
import { describeCheck, replacing } from "../contracts/front-check.ts";
import { startNginx } from "../support/nginx.ts";

describeCheck({
  name: "nginx",
  commands: ["nginx"],
  placeOf: () => "/_private/",
  print: nginxConfiguration,
  start: startNginx,
  faults: [
    {
      what: "open",
      change: replacing("internal;", ""),
      told: /^The file is to be had at \/_private\/sub\/a%20b\.html.*\n {2}Write `internal;`/,
    },
    {
      what: "a dropped field",
      change: replacing("add_header X-Content-Type-Options", "# "),
      told: /^X-Content-Type-Options is dropped: the application says "nosniff"\.\n.*add_header X-Content-Type-Options \$upstream_http_x_content_type_options always;\n$/,
    },
    {
      what: "a field of the application",
      change: replacing("add_header Content-Language", "# "),
      told: /^Content-Language is dropped: the application says "de"/,
    },
    {
      what: "a changed field",
      change: replacing("internal;", "internal; expires 1h;"),
      told: /Cache-Control is "max-age=3600".*the application says "private, no-cache".*\n.*`expires`/,
    },
    {
      what: "no tag",
      change: replacing("etag on;", "etag off;"),
      told: /^GET tells no ETag\.\n {2}Write `etag on;`/,
    },
    {
      what: "a wrong folder",
      change: replacing(/alias "(.*)\/";/, 'alias "$1/other/";'),
      told: /^GET gets a 404, HEAD a 200\.\n {2}The `alias`/,
    },
    {
      what: "a coding",
      change: (printed) =>
        replacing(
          "alias ",
          "gzip on; alias ",
        )(replacing("gzip off;", "gzip on; gzip_min_length 1;")(printed)),
      told: /codes the file by itself \(gzip\)/,
    },
    {
      what: "no ranges",
      change: replacing("internal;", "internal; max_ranges 0;"),
      told: /^A range gets a 200 in place of a 206/,
    },
    {
      what: "dead",
      change: replacing(/server 127.0.0.1:\d+;/, "server 127.0.0.1:1;"),
      told: /^GET gets a 502\.\n {2}Start the application/,
    },
  ],
});
