// The same trees, as a server renders them.
import { renderToString } from "react-dom/server";
import { Tree } from "./tree.jsx";

export { socketConfig } from "socketio-wasm/config";
export const render = (tree) => renderToString(<Tree {...tree} />);
