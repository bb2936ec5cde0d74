"""PyPI's python-socketio as a server of the scenario: python server.py <path> <port> <log>."""

import asyncio
import json
import socket
import sys

import socketio
import uvicorn

path, port, log = sys.argv[1:]


class Scenario(socketio.AsyncNamespace):
    async def on_connect(self, sid, _environ, auth):
        if (auth or {}).get("token") != "Bearer good":
            raise socketio.exceptions.ConnectionRefusedError("The token is not good", {"status": 401, "code": "BAD_TOKEN"})
        await self.emit("connected", {"namespace": self.namespace}, to=sid)

    async def on_joinConversation(self, sid, join):
        await self.enter_room(sid, join["conversationId"])

    async def on_sendMessage(self, sid, message):
        with open(log, "a") as file:
            print(json.dumps({"namespace": self.namespace, **message}), file=file)
        if message["content"] == "hold":
            await asyncio.Event().wait()
        await self.emit("message", message, room=message["conversationId"], skip_sid=sid)
        return {"kept": message["id"]}

    async def on_echo(self, _sid, one, other):
        return one, other

    async def on_return(self, sid, one, other):
        await self.emit("returned", (one, other), to=sid)

    async def on_ask(self, sid, one, other):
        return await self.call("question", (one, other), to=sid)

    async def on_leave(self, sid):
        await self.disconnect(sid)


# An interval below a second is announced as 0: what counts is the sum with the time-out.
server = socketio.AsyncServer(
    async_mode="asgi", cors_allowed_origins="*", ping_interval=0.5, ping_timeout=20, max_http_buffer_size=300_000
)
for namespace in ("/", "/admin"):
    server.register_namespace(Scenario(namespace))

listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(("127.0.0.1", int(port)))
listener.listen()
print("listening", listener.getsockname()[1], flush=True)
app = socketio.ASGIApp(server, socketio_path=path)
uvicorn.Server(uvicorn.Config(app, ws="wsproto", lifespan="off", log_level="warning")).run([listener])
