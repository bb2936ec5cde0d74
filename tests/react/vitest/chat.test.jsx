// Component tests in mock mode, the same in jsdom and in a browser: no server, no network, nothing of the package replaced.
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { StrictMode } from "react";
import { ChatSocket } from "socketio-wasm";
import { SocketProvider, useSocket } from "socketio-wasm/react";
import { afterEach, expect, test, vi } from "vitest";
import { Chat } from "./chat.jsx";
import { Outgoing } from "./components/Outgoing.tsx"; // the guide's

let client;
afterEach(() => {
  cleanup();
  client?.close();
  localStorage.clear();
});

/** The component over a client whose mock server the test controls. */
function open(onSignIn, token = "t", children = <Chat conversationId="general" onSignIn={onSignIn} />) {
  client = new ChatSocket({ useMockSocket: true, mock: { latency: 0 }, token, reconnectionDelay: 1, reconnectionDelayMax: 1 });
  render(
    <StrictMode>
      <SocketProvider client={client} autoConnect>
        {children}
      </SocketProvider>
    </StrictMode>,
  );
}

function send(text) {
  fireEvent.change(screen.getByLabelText("message"), { target: { value: text } });
  fireEvent.click(screen.getByText("send"));
}

test("a message is sent and answered", async () => {
  open();
  await screen.findByText("connected");
  send("hello");
  await vi.waitFor(() => expect(screen.getByRole("log").textContent).not.toBe(""));
  expect(client.lastMessage).toMatchObject({ conversationId: "general", senderId: "mock-user" });
  expect(client.mock.received).toMatchObject([{ event: "sendMessage", args: [{ content: "hello" }] }]);
});

test("what is sent without a connection is shown as waiting, and goes out later", async () => {
  open();
  await screen.findByText("connected");
  client.mock.drop();
  send("later");
  expect((await screen.findByRole("note")).textContent).toBe("later");
  expect(localStorage.length).toBeGreaterThan(0);
  client.mock.restore();
  await vi.waitFor(() => expect(screen.queryByRole("note")).toBeNull());
  expect(client.mock.received.filter(({ event }) => event === "sendMessage")).toHaveLength(1);
});

test("a message is shown as under way until it is delivered", async () => {
  open(undefined, "t", <Outgoing conversationId="general" />);
  fireEvent.click(screen.getByText("Say hello"));
  screen.getByText("hello: under way");
  await screen.findByText("hello: delivered");
});

test("a message from the server is shown", async () => {
  open();
  await screen.findByText("connected");
  client.mock.emit("message", { id: "1", conversationId: "general", content: "news", createdAt: new Date().toISOString() });
  await screen.findByText("news");
});

test("a token that is refused asks for a sign-in, once", async () => {
  const onSignIn = vi.fn();
  open(onSignIn, "expired");
  await screen.findByText("auth_required");
  expect(onSignIn).toHaveBeenCalledTimes(1);
  client.initializeSocket("good");
  await screen.findByText("connected");
});

test("the environment alone makes it the mock, without a provider", async () => {
  const Connect = () => {
    const { useMockSocket, status, initializeSocket } = useSocket();
    return <button onClick={() => initializeSocket("t")}>{`${useMockSocket} ${status}`}</button>;
  };
  render(<Connect />);
  fireEvent.click(screen.getByText("true idle"));
  await screen.findByText("true connected");
});
