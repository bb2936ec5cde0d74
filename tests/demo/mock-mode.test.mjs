// The whole job with no server at all.

import { scenario } from "./scenario.mjs";

scenario("mock");
