// stet with the word that files are only ever replaced: large contents leave by sendfile(2).

import { createServer } from "node:http";
import { DIR, HOST, PORT } from "./place.js";
import { stet } from "./stet-under-test.js";

createServer(stet(DIR, { neverOverwritten: true }).node).listen(PORT, HOST);
