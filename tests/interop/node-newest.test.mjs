import { scenario } from "./scenario.mjs";
import { newest } from "./servers.mjs";

scenario(newest());
