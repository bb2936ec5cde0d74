// What each file of tests begins with, and puts away at its end: the package installed, an application beside it, and a world around.
import { after, before } from "node:test";
import { install } from "./install.mjs";
import { createWorld } from "./world.mjs";

/**
 * {apps, folder, world}, there once the tests run. `app`: the application's folder in tests/consumers. `shares`: it is completed with the
 * components of the example.
 */
export function setting(app, { shares = false } = {}) {
  const set = {};
  before(async () => {
    set.apps = await install();
    set.folder = set.apps.add(app);
    if (shares) set.apps.share(set.folder);
    set.world = await createWorld();
  });
  after(async () => {
    await set.world?.close();
    set.apps?.remove();
  });
  return set;
}

/** Lets `visit` have a site, and closes it. */
export async function visiting(opening, visit) {
  const site = await opening;
  try {
    await visit(site.url);
  } finally {
    await site.close();
  }
  return site;
}
