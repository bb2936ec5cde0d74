// What the tests do in a page: show a tree, take it away, and look at what was logged.
import * as React from "react";
import { flushSync } from "react-dom";
import { createRoot, hydrateRoot } from "react-dom/client";
import { ChatSocket } from "socketio-wasm";
import { log, Tree } from "./tree.jsx";

let root;
const elements = {};
const element = document.getElementById("root");

/** A client of the page's own that counts who listens to it. */
function countingClient(options) {
  const client = new ChatSocket(options);
  client.listening = 0;
  for (const name of ["subscribe", "onMessage", "onNotification", "onAuthRequired"]) {
    const listen = client[name].bind(client);
    client[name] = (listener) => {
      const end = listen(listener);
      client.listening += 1;
      return () => {
        client.listening -= 1;
        end();
      };
    };
  }
  return client;
}

/** Descriptions come as JSON: `mine: true` in a provider stands for the page's own client, `stored: true` for a token of localStorage. */
function revive(tree) {
  if (!tree) return tree;
  const { mine, stored, ...provider } = tree.provider ?? {};
  if (stored) provider.options = { ...provider.options, token: () => localStorage.getItem("token") };
  return { ...tree, provider: tree.provider && { ...provider, ...(mine && { client: kit.mine }) }, inside: revive(tree.inside) };
}

const kit = {
  log,
  make: (options) => void (kit.mine = countingClient(options)),
  show(tree) {
    root ??= createRoot(element);
    flushSync(() => root.render(<Tree {...revive(tree)} />));
  },
  /** Shows a tree anew whenever the page's own client changes, within its telling. */
  showOnChange(tree) {
    kit.show(tree);
    kit.mine.subscribe(() => kit.show(tree));
  },
  /** Without waiting for one tree before the next, as a router that is driven fast. */
  race(trees) {
    root ??= createRoot(element);
    for (const tree of trees) React.startTransition(() => root.render(<Tree {...revive(tree)} />));
  },
  hydrate(tree) {
    const recovered = [];
    root = hydrateRoot(element, <Tree {...revive(tree)} />, { onRecoverableError: (error) => recovered.push(String(error)) });
    return recovered;
  },
  /** The same tree is the same element, as children are that come from a server: what is below is shown again without being rendered. */
  hide(tree, hidden) {
    const shown = (elements[JSON.stringify(tree)] ??= <Tree {...revive(tree)} />);
    root ??= createRoot(element);
    flushSync(() => root.render(<React.Activity mode={hidden ? "hidden" : "visible"}>{shown}</React.Activity>));
  },
  unmount() {
    flushSync(() => root.unmount());
    root = undefined;
  },
  last: (name) => log.results[name]?.at(-1),
};

globalThis.kit = kit;
