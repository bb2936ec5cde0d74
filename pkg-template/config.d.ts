// Declarations of "socketio-wasm/config": what the environment says of the server.

/** Fits `new ChatSocket(socketConfig)`. The hooks of "socketio-wasm/react" use it unless they are told otherwise. */
export interface SocketConfig {
  /** NEXT_PUBLIC_SOCKET_SERVER_URL. Undefined if that is empty or missing. */
  readonly url: string | undefined;
  /** "/socket/notification" */
  readonly path: string;
  /** Whether NEXT_PUBLIC_USE_MOCK_SOCKET is "true". */
  readonly useMockSocket: boolean;
}

/**
 * Read from `process.env` as Next.js puts it into a build, so that a change of `.env.local` is all it takes to go from the mock server to a
 * real one. Elsewhere both are missing, unless your bundler defines them: give the options themselves, for example
 * `{ url: import.meta.env.VITE_SOCKET_SERVER_URL }` with Vite.
 */
export const socketConfig: SocketConfig;
