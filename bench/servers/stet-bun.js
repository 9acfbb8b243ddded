// Runs on Bun.

import { DIR, HOST, PORT } from "./place.js";
import { stet } from "./stet-under-test.js";

Bun.serve({ port: PORT, hostname: HOST, fetch: stet(DIR).fetch });
