// What Rust asks for: the numbers of io::Act.
export const OPEN = 0;
export const CLOSE = 1;
export const PONG = 2;
export const SEND = 3;
export const ASK_BUFFERED = 4;
export const STORE = 5;
export const REMOVE = 6;
export const OUTCOME = 7;
export const SWEEP = 8;
export const RESUME = 9;
export const LOCK = 10;
export const TIMER = 11;
export const DUE = 12;
export const PLACE = 13;
export const ASK = 14;
export const CONNECTED = 15;
export const CONNECT_ERROR = 16;
export const DISCONNECTED = 17;
export const RECEIVED = 18;
export const MESSAGE = 19;
export const NOTIFICATION = 20;
export const ACKED = 21;
export const MANAGER = 22;
export const SETTLED = 23;
export const AUTH_REQUIRED = 24;
export const CHANGED = 25;

/** Below this, the number of an act; above, that of its socket. */
export const SOCKET_SHIFT = 6;
