import { apacheConfiguration } from "../../src/cli/config/apache.ts";
import { describeCheck, replacing } from "../contracts/front-check.ts";
import { APACHE, startApache } from "../support/apache.ts";

describeCheck({
  name: "apache",
  commands: APACHE,
  placeOf: (folder) => folder,
  print: apacheConfiguration,
  start: startApache,
  faults: [
    {
      what: "without the module's work",
      change: replacing("XSendFile On", "XSendFile Off"),
      told: /^The client gets the field X-Sendfile.*\n.*`XSendFile On`/,
    },
    {
      what: "a wrong folder",
      change: replacing(/XSendFilePath "(.*)"/, 'XSendFilePath "$1-other"'),
      told: /^GET gets a 404, HEAD a 200\.\n.*`XSendFilePath`/,
    },
    {
      what: "a tag of its own",
      change: replacing("FileETag None", "FileETag MTime\nXSendFileIgnoreEtag On"),
      told: /^GET tells the ETag .*, HEAD .*\n.*`XSendFileIgnoreEtag`/,
    },
    {
      what: "a dropped field",
      change: replacing("FileETag None", "Header unset X-Content-Type-Options"),
      told: /^X-Content-Type-Options is dropped.*\n.*`Header unset X-Content-Type-Options`/,
    },
    {
      what: "dead",
      change: replacing(/http:\/\/127.0.0.1:\d+\//, "http://127.0.0.1:1/"),
      told: /^GET gets a 503\.\n {2}Start the application/,
    },
  ],
});
