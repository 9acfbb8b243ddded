// What workerd runs, bundled into one module as for Cloudflare's workers.

import { toFetch } from "./app.js";

export default { fetch: toFetch(navigator.userAgent) };
