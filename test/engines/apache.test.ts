import { apacheConfiguration } from "../../src/cli/config/apache.ts";
import { describeFront } from "../contracts/front.ts";
import { APACHE, startApache } from "../support/apache.ts";

describeFront({
  name: "apache",
  commands: APACHE,
  start: (settings) => startApache((listen) => apacheConfiguration({ ...settings, listen })),
  placeOf: (folder) => folder,
  oddFolder: `a "b" 'c' {d}; #e \\f %41 $g é`,
  directHits: (folder, name) => [`${folder}/${name}`, `/${folder}/${name}`],
  followsLinks: true,
  impossible: {},
  otherwise: new Set(["B33", "H12", "H13"]),
  cannotSend: / $/,
});
