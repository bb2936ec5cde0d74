// The application of these tests: as many components as a description says, which log what the hooks give them.
import { Component, StrictMode, Suspense, useEffect } from "react";
import { SocketProvider, useAuthStatus, useSocket, useSocketClient, useSocketEvent } from "socketio-wasm/react";

export const log = { renders: {}, results: {}, clients: [], events: [], heard: [], auth: {}, refusals: [], caught: [] };

function Reader({ name }) {
  const result = useSocket();
  log.renders[name] = (log.renders[name] ?? 0) + 1;
  (log.results[name] ??= []).push(result);
  return (
    <p id={name}>
      {result.status} {result.useMockSocket ? "mock" : "real"} {result.lastMessage?.content}
    </p>
  );
}

function Client() {
  const client = useSocketClient();
  if (client && !log.clients.includes(client)) log.clients.push(client);
  return <p id="client">{client ? "client" : "none"}</p>;
}

/** `prefix` is in the handler's closure: only that of the last rendering is right. */
function Hearer({ event, prefix }) {
  useSocketEvent(event, (...args) => log.events.push([prefix, ...args]));
  return null;
}

function Guard({ name, loginPath, calls }) {
  const auth = useAuthStatus({ loginPath, onAuthRequired: calls ? ({ message, data }) => log.refusals.push([name, message, data?.code]) : undefined });
  (log.auth[name] ??= []).push(auth);
  return <p id={name}>{auth.status}</p>;
}

/** Listens to the client itself, as code without a hook of its own does. */
function Listener() {
  const client = useSocketClient();
  useEffect(() => client?.onMessage(({ content }) => log.heard.push(content)), [client]);
  return null;
}

/** Suspends until `log.resume` is called. */
function Waiter() {
  if (!log.resumed) throw (log.waiting ??= new Promise((resolve) => (log.resume = () => resolve((log.resumed = true)))));
  return null;
}

class Boundary extends Component {
  state = {};

  static getDerivedStateFromError(error) {
    return { error };
  }

  componentDidCatch({ code, message }) {
    log.caught.push({ code, message });
  }

  render() {
    return this.state.error ? <p id="caught">caught</p> : this.props.children;
  }
}

/** {strict, provider: props or nothing, key, readers: names, client, hear: {event, prefix}, guards: props, listens, waits, falls: back to
 * something else meanwhile, style: its address, inside: another such tree}. */
export function Tree({ strict, provider, readers = [], client, hear, guards = [], listens, waits, falls, style, inside }) {
  const { key, ...props } = provider ?? {};
  const parts = (
    <Boundary>
      {readers.map((name) => (
        <Reader key={name} name={name} />
      ))}
      {client && <Client />}
      {hear && <Hearer {...hear} />}
      {guards.map((guard) => (
        <Guard key={guard.name} {...guard} />
      ))}
      {listens && <Listener />}
      {waits && <Waiter />}
      {style && <link rel="stylesheet" href={style} precedence="default" />}
      {inside && <Tree {...inside} />}
    </Boundary>
  );
  const provided = provider ? (
    <SocketProvider key={key} {...props}>
      {parts}
    </SocketProvider>
  ) : (
    parts
  );
  const whole = falls ? <Suspense fallback={<p id="fallback" />}>{provided}</Suspense> : provided;
  return strict ? <StrictMode>{whole}</StrictMode> : whole;
}
