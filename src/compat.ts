export { serveStatic, type ServeStaticOptions } from "./api/compat/serve-static.ts";
export { sirv, type SirvOptions } from "./api/compat/sirv.ts";
