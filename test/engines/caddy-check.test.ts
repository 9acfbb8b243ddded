import { caddyConfiguration } from "../../src/cli/config/caddy.ts";
import { describeCheck, replacing } from "../contracts/front-check.ts";
import { startCaddy } from "../support/caddy.ts";

describeCheck({
  name: "caddy",
  commands: ["caddy"],
  placeOf: () => "/_private/",
  print: caddyConfiguration,
  start: startCaddy,
  faults: [
    {
      what: "without its work",
      change: replacing("status 200", "status 299"),
      told: /^GET tells Content-Length 0, HEAD \d+\.\n.*`handle_response`/,
    },
    {
      what: "a wrong folder",
      change: replacing(/root \* "(.*)"/, 'root * "$1-other"'),
      told: /^GET gets a 404, HEAD a 200\.\n.*`root`/,
    },
    {
      what: "a tag of its own",
      change: replacing("@tagged expression {rp.header.Etag} != null", "@tagged not path *"),
      told: /^GET tells the ETag .*, HEAD .*\n.*`header @tagged`/,
    },
    {
      what: "a resumption by a tag of its own",
      change: replacing("@same header If-Range", "@same header X-Never"),
      told: /^A range of this very version \(If-Range\) gets a 200 .*\n.*`request_header @same`/,
    },
    {
      what: "a dropped field",
      change: replacing("exclude Connection", "exclude Connection Content-Language"),
      told: /^Content-Language is dropped: the application says "de".\n.*`copy_response_headers`/,
    },
    {
      what: "a changed field",
      change: replacing("rewrite *", "header {\n Cache-Control max-age=3600\n defer\n}\nrewrite *"),
      told: /^Cache-Control is "max-age=3600".*\n.*`header Cache-Control`/,
    },
    {
      what: "open",
      change: replacing(/reverse_proxy(?=[^]*(handle_path[^]*?\n\t+\}))/, "$1\nreverse_proxy"),
      told: /^The file is to be had at \/_private\/sub\/a%20b\.html.*\n.*`file_server`/,
    },
    {
      what: "a coding",
      change: replacing("reverse_proxy", "encode gzip {\n minimum_length 1\n}\nreverse_proxy"),
      told: /codes the file by itself \(gzip\).*\n.*`encode`/,
    },
    {
      what: "dead",
      change: replacing(/reverse_proxy \S+/, "reverse_proxy 127.0.0.1:1"),
      told: /^GET gets a 502\.\n {2}Start the application/,
    },
  ],
});
