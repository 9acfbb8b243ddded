// Production mode: the folder is read once, at the start.

import { createServer } from "node:http";
import sirv from "sirv";
import { DIR, HOST, PORT } from "./place.js";

createServer(sirv(DIR, { etag: true })).listen(PORT, HOST);
