// The faults. Each begins, lets `meanwhile` happen, and ends; it resolves to false if it could not happen.
//
//   takes   while it lasts, somebody has no connection
//   needs   it happens to a message on its way, so there has to be a connection
//   site    while it lasts, or to happen, it has to do with loading pages
//   area    what it happens to; faults of the same are not put into one another

export const FAULTS = {
  "server killed": {
    takes: true,
    area: "server",
    async happen(world, _step, meanwhile) {
      await world.server.kill();
      await meanwhile();
      await world.server.start();
    },
  },
  "server killed before it acknowledged": {
    takes: true,
    needs: true,
    area: "server",
    async happen(world, step, meanwhile) {
      await world.connected(step.tab);
      const died = world.server.dieAtNextMessage();
      await meanwhile();
      const happened = await world.provoke(step.tab, died);
      if (!happened) await world.server.kill();
      await world.server.start();
      return happened;
    },
  },
  "connections cut": {
    area: "link",
    async happen(world, _step, meanwhile) {
      world.proxy.cut();
      await meanwhile();
    },
  },
  "connection cut within a message": {
    needs: true,
    area: "link",
    async happen(world, step, meanwhile) {
      await world.connected(step.tab);
      const cut = world.proxy.cutHalfway();
      await meanwhile();
      return world.provoke(step.tab, cut);
    },
  },
  "connection cut between message and acknowledgement": {
    needs: true,
    area: "server",
    async happen(world, step, meanwhile) {
      await world.connected(step.tab);
      const held = world.server.holdNextMessage().then((ports) => {
        world.proxy.cut(ports);
        world.server.release();
      });
      await meanwhile();
      return world.provoke(step.tab, held);
    },
  },
  "link slow": {
    needs: true,
    area: "link",
    async happen(world, { milliseconds, hole }, meanwhile) {
      world.proxy.delay = milliseconds;
      await meanwhile();
      if (hole) await world.calm();
      world.proxy.delay = 0;
    },
  },
  "link dead": {
    takes: true,
    needs: true,
    area: "link",
    async happen(world, step, meanwhile) {
      await world.connected(step.tab);
      world.proxy.die(step.hole);
      await meanwhile();
      await world.noticed();
      world.proxy.revive();
    },
  },
  "tab reloaded": {
    area: "tab",
    site: true,
    async happen(world, { tab }, meanwhile) {
      await world.tabs[tab].reload();
      await meanwhile();
    },
  },
  "tab closed and another opened": {
    takes: true,
    area: "tab",
    site: true,
    async happen(world, { tab }, meanwhile) {
      await world.tabs[tab].close();
      await meanwhile();
      await world.tabs[tab].open();
    },
  },
  "tab crashed": {
    takes: true,
    area: "tab",
    site: true,
    async happen(world, { tab, abruptly }, meanwhile) {
      await world.tabs[tab].crash({ abruptly });
      await meanwhile();
      await world.tabs[tab].open();
    },
  },
  "tab crashed with messages on a dead link": {
    takes: true,
    needs: true,
    area: "link",
    site: true,
    async happen(world, { tab, abruptly }, meanwhile) {
      // What is on the wire after that cannot have arrived, whichever tab has it there.
      await world.calm();
      world.proxy.die(true);
      await world.sendOne(tab);
      const flushing = await world.flushing();
      await flushing.crash({ abruptly });
      await meanwhile();
      await flushing.open();
      world.proxy.revive();
    },
  },
  "tab put to sleep": {
    takes: true,
    area: "tab",
    site: true,
    async happen(world, { tab }, meanwhile) {
      await world.tabs[tab].freeze(true);
      await meanwhile();
      await world.tabs[tab].freeze(false);
    },
  },
  "tokens expired": {
    area: "tokens",
    async happen(world, { tab }, meanwhile) {
      world.site.expire(world.tabs[tab].user);
      world.server.tellGenerations();
      world.proxy.cut();
      await meanwhile();
    },
  },
  "signed out": {
    takes: true,
    needs: true,
    area: "tokens",
    async happen(world, { tab }, meanwhile) {
      const { user } = world.tabs[tab];
      world.site.signOut(user);
      world.server.tellGenerations();
      world.proxy.cut();
      await meanwhile();
      await world.signedOut(user);
      world.site.signIn(user);
    },
  },
  "user switched": {
    area: "user",
    async happen(world, { tab, back }, meanwhile) {
      const { user } = world.tabs[tab];
      await world.tabs[tab].signIn(world.other(user));
      await meanwhile();
      if (back) await world.tabs[tab].signIn(user);
    },
  },
  offline: {
    takes: true,
    area: "network",
    site: true,
    async happen(world, _step, meanwhile) {
      await world.setOffline(true);
      await meanwhile();
      await world.setOffline(false);
    },
  },
};
