// What Rust asks for: the numbers of io::Act.
export const OPEN = 0;
export const CLOSE = 1;
export const PONG = 2;
export const SEND = 3;
export const SEND_BINARY = 4;
export const ASK_BUFFERED = 5;
export const STORE = 6;
export const REMOVE = 7;
export const OUTCOME = 8;
export const SWEEP = 9;
export const RESUME = 10;
export const LOCK = 11;
export const ATTACHMENT = 12;
export const TIMER = 13;
export const DUE = 14;
export const HEADER = 15;
export const PLACE = 16;
export const ASK = 17;
export const CONNECTED = 18;
export const CONNECT_ERROR = 19;
export const DISCONNECTED = 20;
export const RECEIVED = 21;
export const MESSAGE = 22;
export const NOTIFICATION = 23;
export const ACKED = 24;
export const MANAGER = 25;
export const SETTLED = 26;
export const AUTH_REQUIRED = 27;
export const CHANGED = 28;

/** Below this, the number of an act; above, that of its socket. */
export const SOCKET_SHIFT = 6;
