// The same trees, as a server renders them.
import { renderToString } from "react-dom/server";
import { Tree } from "./tree.jsx";

export { log } from "./tree.jsx";
export const render = (tree) => renderToString(<Tree {...tree} />);
