import { caddyConfiguration } from "../../src/cli/config/caddy.ts";
import { describeFront } from "../contracts/front.ts";
import { startCaddy } from "../support/caddy.ts";

describeFront({
  name: "caddy",
  commands: ["caddy"],
  start: (settings) => startCaddy((listen) => caddyConfiguration({ ...settings, listen })),
  placeOf: () => "/_private/",
  oddFolder: `a "b" 'c' }; #e %41 $g é`,
  directHits: (_, name) => [
    `/_private/${name}`,
    `//_private/${name}`,
    `/x/../_private/${name}`,
    `/%5Fprivate/${name}`,
  ],
  followsLinks: true,
  impossible: {
    F01: "Caddy tells all fields with each 206, also to one who has them",
  },
  cannotSend: /[?#%]| $/,
});
