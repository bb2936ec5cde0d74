import { scenario } from "./scenario.mjs";
import { socketioxide } from "./servers.mjs";

scenario(socketioxide());
