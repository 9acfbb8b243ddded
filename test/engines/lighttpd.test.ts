import { lighttpdConfiguration } from "../../src/cli/config/lighttpd.ts";
import { describeFront } from "../contracts/front.ts";
import { startLighttpd } from "../support/lighttpd.ts";

const LENGTHLESS = "lighttpd wants a Content-Length with each POST";
const TWICE = "of a conditional field that stands twice lighttpd passes on the first";

describeFront({
  name: "lighttpd",
  commands: ["lighttpd"],
  start: (settings) => startLighttpd((listen) => lighttpdConfiguration({ ...settings, listen })),
  placeOf: (folder) => folder,
  oddFolder: `a "b" 'c' {d}; #e %41 $g é`,
  directHits: (folder, name) => [`${folder}/${name}`, `/${folder}/${name}`],
  impossible: {
    A03: LENGTHLESS,
    A21: LENGTHLESS,
    A22: LENGTHLESS,
    B14: TWICE,
    C27: TWICE,
    C30: LENGTHLESS,
    D24: "lighttpd drops a field without a value",
  },
  otherwise: new Set(["B33", "F11", "F17"]),
});
