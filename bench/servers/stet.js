// stet as the handler of a bare node:http server.

import { createServer } from "node:http";
import { DIR, HOST, PORT } from "./place.js";
import { stet } from "./stet-under-test.js";

createServer(stet(DIR).node).listen(PORT, HOST);
