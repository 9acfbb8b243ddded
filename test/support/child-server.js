// A server in a process of its own, for what is counted, limited or set for a process: see child-server.ts.
import { createServer } from "node:http";
import { stet } from "../../dist/index.js";

const { root, options, user } = JSON.parse(process.argv[2]);
const server = createServer(stet(root, options).node);
server.listen(0, "127.0.0.1", () => {
  if (user !== undefined) {
    process.setgroups([]);
    process.setgid(user);
    process.setuid(user);
  }
  console.log(server.address().port);
});
// Whoever started this process holds its standard input: it doesn't outlive them.
process.stdin.on("end", () => process.exit()).resume();
