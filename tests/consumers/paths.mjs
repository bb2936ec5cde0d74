// Where the pages of the applications with React are.
export const PATHS = { chat: "/chat", login: "/login", about: "/" };
