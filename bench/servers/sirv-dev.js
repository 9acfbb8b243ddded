// Development mode: the folder is asked at each request.

import { createServer } from "node:http";
import sirv from "sirv";
import { DIR, HOST, PORT } from "./place.js";

createServer(sirv(DIR, { dev: true, etag: true })).listen(PORT, HOST);
