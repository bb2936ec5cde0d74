import { scenario } from "./scenario.mjs";
import { oldest } from "./servers.mjs";

scenario(oldest());
