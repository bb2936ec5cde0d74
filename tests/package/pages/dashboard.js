// A dashboard: metrics and administration, two namespaces over one connection, with tokens checked by middleware and messages in msgpack. Written
// for socket.io-client.
import { io } from "socket.io-client";
import parser from "socket.io-msgpack-parser";
import { logTo, next, options, run, server, watch, watchManager } from "./watch.js";

const lines = [];

/** The page's session, as a sign-in form would fill it. */
const session = { token: "expired", role: "viewer", asked: 0 };

const auth = (done) => {
  session.asked += 1;
  done({ token: session.token, role: session.role, asked: session.asked });
};

/** What the widgets show. */
const widgets = { load: [], histogram: null, alerts: [], services: new Map() };

function showMetrics(metrics) {
  metrics.on("sample", ({ load, at }) => widgets.load.push([load, at instanceof Date]));
  metrics.on("histogram", (bins) => (widgets.histogram = Array.from(new Uint8Array(bins))));
  metrics.on("alert", (alert, seen) => {
    widgets.alerts.push(alert.text);
    seen({ by: session.role });
  });
}

run(lines, async (log) => {
  const shared = { ...options, parser, auth };
  const metrics = io(`${server}/metrics`, shared);
  const admin = io(`${server}/admin`, { ...shared, autoConnect: false });
  log("one connection", metrics.io === admin.io, admin.active);
  watch(log, "metrics", metrics);
  watch(log, "admin", admin);
  const managed = [];
  const packets = watchManager(logTo(managed), metrics.io);
  showMetrics(metrics);

  // The token has expired: the page gets another one and connects again.
  const [expired] = await next(metrics, "connect_error");
  log("sign in again:", expired.message, expired.data.code, metrics.active);
  session.token = "fresh";
  metrics.connect();
  await next(metrics, "connect");

  const { series } = await metrics.emitWithAck("subscribe", { series: ["load", "latency"], since: new Date(0), limit: 3 });
  log("subscribed", series);
  await next(metrics, "histogram");

  // A viewer is no administrator.
  admin.connect();
  const [forbidden] = await next(admin, "connect_error");
  log(forbidden instanceof Error, forbidden.data, admin.active, metrics.connected);
  session.role = "admin";
  admin.on("services", (services) => services.forEach(({ name, state }) => widgets.services.set(name, state)));
  admin.connect();
  await next(admin, "services");

  // What an administrator does is seen on the other namespace.
  const alerted = next(metrics, "alert");
  log("restarted", await admin.timeout(5000).emitWithAck("restart", { service: "db", force: undefined, reason: null }));
  await alerted;
  log("refused", await admin.emitWithAck("restart", { service: "unknown" }));
  const answers = await Promise.all(["a", "b", "c"].map((name) => admin.emitWithAck("config", name, new Uint8Array([name.charCodeAt(0)]))));
  log("configured", answers);

  // The server ends one namespace; the other goes on.
  const ended = next(admin, "disconnect");
  metrics.emit("end admin sessions");
  await ended;
  log("metrics go on", metrics.connected, await metrics.emitWithAck("ping me", 1n.toString()));
  admin.connect();
  await next(admin, "services");

  // The network fails: both come back, with what the session says by then, and what was asked meanwhile is answered.
  session.token = "renewed";
  const both = Promise.all([next(metrics, "disconnect"), next(admin, "disconnect")]);
  metrics.emit("cut");
  await both;
  const late = metrics.emitWithAck("subscribe", { series: ["late"], limit: 0 });
  log("waiting", metrics.sendBuffer.length, admin.sendBuffer.length);
  log("late", await late);
  log("who", await admin.emitWithAck("who"));

  // Two of a thousand settings of the manager, and what is left when only one namespace is.
  log(metrics.io.reconnectionDelay(), metrics.io.reconnectionAttempts(5).reconnectionAttempts());
  admin.disconnect();
  log("still there", metrics.connected, metrics.io.engine.transport.name);
  metrics.disconnect();
  log("at the end", widgets.load, widgets.histogram, widgets.alerts, [...widgets.services], session.asked, managed, packets);
});
