import { listen } from "../../support/listen.ts";
import { EXCEPT, serveFetch } from "../../support/serve-fetch.ts";
import { type Framework, toFiles } from "./framework.ts";

/** Without a framework: nobody stands behind the files, and what isn't there, or fails, they answer by themselves. */
export const BARE: readonly Framework[] = [
  { name: "node:http", isBare: true, start: (application) => listen(toFiles(application).node) },
  {
    name: "a server of the Fetch standard",
    isBare: true,
    except: EXCEPT,
    start: (application) => serveFetch(toFiles(application).fetch),
  },
];
