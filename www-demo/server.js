// The page's side of site.mjs: where the chat server is, and the switches that break it.

/** Without a server ({url: null}, as in the file server.json) there is the mock. */
export async function findServer() {
  try {
    const response = await fetch("server.json");
    return response.ok ? await response.json() : { url: null };
  } catch {
    return { url: null };
  }
}

/** Resolves to the server's new state. */
export async function control(action, body = {}) {
  const response = await fetch(`/control/${action}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The page's server answered ${response.status}`);
  return response.json();
}
