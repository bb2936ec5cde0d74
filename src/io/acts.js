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
export const HEADER = 13;
export const PLACE = 14;
export const ASK = 15;
export const CONNECTED = 16;
export const CONNECT_ERROR = 17;
export const DISCONNECTED = 18;
export const RECEIVED = 19;
export const MESSAGE = 20;
export const NOTIFICATION = 21;
export const ACKED = 22;
export const MANAGER = 23;
export const SETTLED = 24;
export const AUTH_REQUIRED = 25;
export const CHANGED = 26;

/** Below this, the number of an act; above, that of its socket. */
export const SOCKET_SHIFT = 6;
