import { lighttpdConfiguration } from "../../src/cli/config/lighttpd.ts";
import { describeCheck, replacing } from "../contracts/front-check.ts";
import { startLighttpd } from "../support/lighttpd.ts";

const FIELDS = "setenv.set-response-header = (";

describeCheck({
  name: "lighttpd",
  commands: ["lighttpd"],
  placeOf: (folder) => folder,
  print: lighttpdConfiguration,
  start: startLighttpd,
  faults: [
    {
      what: "without its work",
      change: replacing('"x-sendfile" => "enable"', '"x-sendfile" => "disable"'),
      told: /^GET tells Content-Length 0, HEAD \d+\.\n.*"x-sendfile" => "enable"/,
    },
    {
      what: "a wrong folder",
      change: replacing(/("x-sendfile-docroot" => \(\s*".*?)",/, '$1-other",'),
      told: /^GET gets a 403, HEAD a 200\.\n.*"x-sendfile-docroot"/,
    },
    {
      what: "a dropped field",
      change: replacing(FIELDS, `${FIELDS} "X-Content-Type-Options" => "",`),
      told: /^X-Content-Type-Options is dropped.*\n.*setenv.set-response-header/,
    },
    {
      what: "dead",
      change: replacing(/"port" => \d+/, '"port" => 1'),
      told: /^GET gets a 503\.\n {2}Start the application/,
    },
  ],
});
