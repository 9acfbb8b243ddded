import { stet } from "../../src/index.ts";
import { describeAdapter } from "./adapter.ts";
import { overFetch, overHttp2 } from "./adapters.ts";

describeAdapter("node, over HTTP/2", (root, options) => overHttp2(stet(root, options)));
describeAdapter("fetch", (root, options) => overFetch(stet(root, options)));
