import { createServer } from "node:http";
import send from "send";
import { DIR, HOST, PORT } from "./place.js";

createServer((request, response) => {
  send(request, request.url ?? "/", { root: DIR }).pipe(response);
}).listen(PORT, HOST);
