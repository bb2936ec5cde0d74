// Entry "socketio-wasm/config": what the environment says of the server.

// Next.js replaces these expressions, as they stand here, when it builds. Where nobody does and there is no `process`, reading one throws.
function environment(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}

export const socketConfig = Object.freeze({
  url: environment(() => process.env.NEXT_PUBLIC_SOCKET_SERVER_URL) || undefined,
  path: "/socket/notification",
  useMockSocket: environment(() => process.env.NEXT_PUBLIC_USE_MOCK_SOCKET) === "true",
});
