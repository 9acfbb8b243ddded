import { nginxConfiguration } from "../../src/cli/config/nginx.ts";
import { describeFront } from "../contracts/front.ts";
import { startNginx } from "../support/nginx.ts";

const MALFORMED = "nginx refuses a request in which a conditional field stands twice, with a 400";

describeFront({
  name: "nginx",
  commands: ["nginx"],
  start: (settings) => startNginx((listen) => nginxConfiguration({ ...settings, listen })),
  placeOf: () => "/_private/",
  oddFolder: `a "b" 'c' {d}; #e \\f %41 é`,
  directHits: (_, name) => [
    `/_private/${name}`,
    `//_private/${name}`,
    `/x/../_private/${name}`,
    `/%5Fprivate/${name}`,
    `/_private//${name}`,
  ],
  impossible: {
    A10: "nginx answers TRACE by itself, with a 405 that tells no methods",
    B14: MALFORMED,
    B15: MALFORMED,
    C27: MALFORMED,
    D12: MALFORMED,
    F01: "nginx tells all fields with each 206, also to one who has them",
  },
});
