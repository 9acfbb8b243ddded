// stet as the handler of Node's own servers.

import { listen } from "./listen.js";
import { DIR } from "./place.js";
import { stet } from "./stet-under-test.js";

listen(stet(DIR).node);
