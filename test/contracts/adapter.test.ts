import { describeAdapter } from "./adapter.ts";
import { overFetch, overHttp1, overHttp2 } from "./adapters.ts";

describeAdapter("node, over HTTP/1.1", overHttp1);
describeAdapter("node, over HTTP/2", overHttp2);
describeAdapter("fetch", overFetch);
