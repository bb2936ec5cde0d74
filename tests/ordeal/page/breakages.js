// Queues that are broken on purpose, around the package: each has to be found out.

const quoted = /"id":"([^"]+)"/;

export const breakages = {
  /** A message leaves storage when it is sent, not when it is acknowledged. */
  "removes before acknowledging": {
    patch() {
      const { send } = WebSocket.prototype;
      WebSocket.prototype.send = function (data) {
        const id = typeof data === "string" && data.includes('"sendMessage"') && quoted.exec(data)?.[1];
        for (const key of id ? Object.keys(localStorage) : []) {
          if (key.startsWith("socketio-wasm:") && key.endsWith(`:${id}`)) localStorage.removeItem(key);
        }
        return send.call(this, data);
      };
    },
  },

  /** One queue for all, whoever is signed in. */
  "ignores the owner": { options: { userId: "everybody" } },

  /** Every tab is granted the lock at once. */
  "flushes in two tabs": {
    patch() {
      LockManager.prototype.request = async (name, ...rest) => {
        await new Promise((resolve) => setTimeout(resolve)); // as a real one, never at once
        return rest.at(-1)({ name, mode: "exclusive" });
      };
    },
  },
};
