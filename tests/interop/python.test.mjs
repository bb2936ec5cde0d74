import { scenario } from "./scenario.mjs";
import { python } from "./servers.mjs";

scenario(python());
