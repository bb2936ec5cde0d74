// Listeners made by `once` on a real Socket.IO server, asked by the reference client.

import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { memoryStore, once, Refusal } from "../../pkg-template/server.js";
import { gate, message, send, startServer, until } from "./support.mjs";

let server;
let store;
/** What the handlers were called with, as [user, id]. */
let handled;
/** How many events have arrived, handled or not. */
let arrived;
/** What onError was told. */
let errors;

beforeEach(() => {
  store = memoryStore();
  handled = [];
  arrived = 0;
  errors = [];
});
afterEach(() => server?.close());

/** A server with one listener for "sendMessage". The handler counts, then does what it was given. */
async function serve(handle = () => ({ ok: true, number: handled.length }), options = {}) {
  const onError = (error) => errors.push(error);
  server = await startServer((socket) => {
    socket.onAny(() => arrived++);
    socket.on(
      "sendMessage",
      once({ store, onError, ...options }, (payload, context) => {
        handled.push([context.user, context.id]);
        return handle(payload, context);
      }),
    );
  });
}

const codes = () => errors.map(({ code }) => code);

describe("repetitions", () => {
  test("the handler runs once per id, and every repetition gets the first answer", async () => {
    await serve();
    const ada = await server.connect("Ada");
    assert.deepEqual(await send(ada, message("1")), { ok: true, number: 1 });
    assert.deepEqual(await send(ada, message("1")), { ok: true, number: 1 });
    assert.deepEqual(await send(ada, message("2")), { ok: true, number: 2 });
    assert.deepEqual(await send(ada, message("1", "changed")), { ok: true, number: 1 });
    assert.deepEqual(handled, [["Ada", "1"], ["Ada", "2"]]);
  });

  test("copies that arrive while the handler runs, on two connections of a user, wait for its answer", async () => {
    const { opened, open } = gate();
    await serve(async () => {
      await opened;
      return { at: "last" };
    });
    const [desk, phone] = [await server.connect("Ada"), await server.connect("Ada")];
    const answers = [desk, phone, desk, phone].map((client) => send(client, message("1")));
    await until(() => arrived === 4);
    open();
    assert.deepEqual(await Promise.all(answers), Array(4).fill({ at: "last" }));
    assert.deepEqual(handled, [["Ada", "1"]]);
  });

  test("a client whose connection is cut before the answer gets it after its reconnection", async () => {
    const { opened, open } = gate();
    await serve(async (_payload, { socket }) => {
      socket.conn.close();
      await opened;
      return "late";
    });
    const ada = await server.connect("Ada", { reconnection: true, reconnectionDelay: 1, retries: 5, ackTimeout: 10_000 });
    const answer = ada.emitWithAck("sendMessage", message("1"));
    await until(() => arrived === 2);
    open();
    assert.equal(await answer, "late");
    assert.deepEqual(handled, [["Ada", "1"]]);
  });

  test("users have ids of their own, whether they are told apart by text or by number", async () => {
    await serve();
    for (const user of ["Ada", "Grace", 7, 8, 'Ada","1']) await send(await server.connect(user), message("1"));
    assert.deepEqual(handled, [["Ada", "1"], ["Grace", "1"], ["7", "1"], ["8", "1"], ['Ada","1', "1"]]);
  });

  test("events and namespaces have ids of their own", async () => {
    const listen = (socket) => {
      for (const event of ["sendMessage", "deleteMessage"]) {
        socket.on(event, once({ store }, (_payload, context) => handled.push([socket.nsp.name, context.event])));
      }
    };
    server = await startServer(listen);
    server.io.of("/admin").use((socket, next) => {
      socket.data.userId = socket.handshake.auth.user;
      next();
    });
    server.io.of("/admin").on("connection", listen);
    const ada = await server.connect("Ada");
    const admin = ada.io.socket("/admin", { auth: { user: "Ada" } });
    for (const client of [ada, admin]) {
      for (const event of ["sendMessage", "deleteMessage", "sendMessage"]) await send(client, message("1"), event);
    }
    assert.deepEqual(handled, [["/", "sendMessage"], ["/", "deleteMessage"], ["/admin", "sendMessage"], ["/admin", "deleteMessage"]]);
  });

  test("onRepeat hears of repetitions, also of those in flight, and may answer differently", async () => {
    const repeats = [];
    const onRepeat = (answer, { user, id, event }) => {
      repeats.push([answer.number, user, id, event]);
      return id === "2" ? { duplicate: true } : undefined;
    };
    await serve(undefined, { onRepeat });
    const ada = await server.connect("Ada");
    const both = await Promise.all([send(ada, message("1")), send(ada, message("1"))]);
    assert.deepEqual(both, [{ ok: true, number: 1 }, { ok: true, number: 1 }]);
    assert.deepEqual(await send(ada, message("2")), { ok: true, number: 2 });
    assert.deepEqual(await send(ada, message("2")), { duplicate: true });
    assert.deepEqual(repeats, [[1, "Ada", "1", "sendMessage"], [2, "Ada", "2", "sendMessage"]]);
  });

  test("no answer is answered as null, and remembered too", async () => {
    await serve(() => undefined);
    const ada = await server.connect("Ada");
    assert.equal(await send(ada, message("1")), null);
    assert.equal(await send(ada, message("1")), null);
    assert.equal(handled.length, 1);
  });

  test("without an acknowledgement the handler still runs once per id", async () => {
    await serve();
    const ada = await server.connect("Ada");
    for (const id of ["1", "1", "2"]) ada.emit("sendMessage", message(id));
    assert.deepEqual(await send(ada, message("2")), { ok: true, number: 2 });
    assert.deepEqual(handled, [["Ada", "1"], ["Ada", "2"]]);
  });
});

describe("refusals", () => {
  test("a thrown refusal is answered in its own words, and the same id may come again", async () => {
    let closed = true;
    await serve((payload) => {
      if (closed) throw new Refusal("The conversation is closed", { retryable: payload.id === "2" });
      return { ok: true };
    });
    const ada = await server.connect("Ada");
    const refused = { error: "The conversation is closed", code: "ERR_REFUSED" };
    assert.deepEqual(await send(ada, message("1")), { ...refused, retryable: false });
    assert.deepEqual(await send(ada, message("2")), { ...refused, retryable: true });
    closed = false;
    assert.deepEqual(await send(ada, message("1")), { ok: true });
    assert.deepEqual(await send(ada, message("1")), { ok: true });
    assert.equal(handled.length, 3);
    assert.deepEqual(errors, []);
  });

  test("a returned refusal is answered as it is, and not remembered either", async () => {
    const answers = [{ error: "too long", limit: 10 }, { ok: true }];
    await serve(() => answers.shift());
    const ada = await server.connect("Ada");
    assert.deepEqual(await send(ada, message("1")), { error: "too long", limit: 10 });
    assert.deepEqual(await send(ada, message("1")), { ok: true });
    assert.deepEqual(errors, []);
  });

  test("another exception is retryable, keeps its text on the server, and is reported with it once", async () => {
    const { opened, open } = gate();
    const failure = new Error("password of the database");
    let broken = true;
    await serve(async () => {
      await opened;
      if (broken) throw failure;
      return { ok: true };
    });
    const ada = await server.connect("Ada");
    const answers = Promise.all([send(ada, message("1")), send(ada, message("1"))]);
    await until(() => handled.length === 1);
    open();
    const internal = { error: "Internal error", code: "ERR_HANDLER", retryable: true };
    assert.deepEqual(await answers, [internal, internal]);
    assert.deepEqual(codes(), ["ERR_HANDLER"]);
    assert.equal(errors[0].cause, failure);
    broken = false;
    assert.deepEqual(await send(ada, message("1")), { ok: true });
    assert.deepEqual(await send(ada, message("1")), { ok: true });
    assert.equal(handled.length, 2);
  });

  test("an answer that is not JSON is the handler's failure", async () => {
    await serve(() => 1n);
    const ada = await server.connect("Ada");
    assert.equal((await send(ada, message("1"))).code, "ERR_HANDLER");
    assert.match(errors[0].cause.message, /BigInt/);
  });

  test("a store that fails is retryable, and reported", async () => {
    const failure = new Error("disk full");
    store = { run: () => Promise.reject(failure) };
    await serve();
    const ada = await server.connect("Ada");
    assert.deepEqual(await send(ada, message("1")), { error: "Internal error", code: "ERR_STORE", retryable: true });
    assert.equal(errors[0].cause, failure);
    store.run = () => {
      throw failure;
    };
    assert.equal((await send(ada, message("1"))).code, "ERR_STORE");
    store.run = async () => undefined;
    assert.equal((await send(ada, message("1"))).code, "ERR_STORE");
    assert.equal(errors.length, 3);
    assert.match(errors[2].cause.message, /store\.run must resolve/);
  });

  test("a refusal stays one when the store then fails to roll back, which is reported", async () => {
    store = { run: (_key, work) => work().catch(() => Promise.reject(new Error("rollback failed"))) };
    await serve(() => {
      throw new Refusal("no");
    });
    const ada = await server.connect("Ada");
    assert.equal((await send(ada, message("1"))).error, "no");
    assert.deepEqual(codes(), ["ERR_STORE"]);
  });

  test("what has no usable id is refused for good, and runs nothing", async () => {
    await serve();
    const ada = await server.connect("Ada");
    for (const payload of [undefined, null, 7, "text", [], {}, { id: "" }, { id: 7 }, { id: null }, { id: ["1"] }, { id: "x".repeat(257) }]) {
      const answer = await send(ada, payload);
      assert.deepEqual({ ...answer, error: typeof answer.error }, { error: "string", code: "ERR_INVALID_ID", retryable: false }, JSON.stringify(payload));
    }
    assert.equal((await ada.timeout(10_000).emitWithAck("sendMessage")).code, "ERR_INVALID_ID");
    ada.emit("sendMessage");
    assert.equal((await send(ada, { id: "x".repeat(256) })).ok, true);
    assert.equal(handled.length, 1);
    assert.deepEqual(errors, []);
  });

  test('with missingId "generate" a message without an id is handled each time, and a wrong id still refused', async () => {
    await serve(undefined, { missingId: "generate" });
    const ada = await server.connect("Ada");
    for (const payload of [{}, {}, null]) assert.equal((await send(ada, payload)).ok, true);
    assert.equal((await send(ada, { id: 7 })).code, "ERR_INVALID_ID");
    assert.equal(new Set(handled.map(([, id]) => id)).size, 3);
  });
});

describe("whose message it is", () => {
  test("a message of nobody is refused", async () => {
    await serve();
    for (const user of [undefined, null, "", {}, true, 1.5]) {
      const nobody = await server.connect(user);
      assert.deepEqual(await send(nobody, message("1")), { error: "Internal error", code: "ERR_NO_USER", retryable: true }, String(user));
    }
    assert.deepEqual(handled, []);
    assert.equal(errors.length, 6);
  });

  test("the option user is asked for every message, and takes the place of socket.data.userId", async () => {
    await serve(undefined, { user: (socket) => socket.data.account });
    server.io.use((socket, next) => {
      socket.data.account = "before";
      next();
    });
    const ada = await server.connect("Ada");
    await send(ada, message("1"));
    for (const socket of server.io.sockets.sockets.values()) socket.data.account = "after";
    await send(ada, message("1"));
    assert.deepEqual(handled, [["before", "1"], ["after", "1"]]);
  });

  test("a user that is given as text is everybody's", async () => {
    await serve(undefined, { user: "anonymous" });
    for (const user of [undefined, "Ada"]) await send(await server.connect(user), message("1"));
    assert.deepEqual(handled, [["anonymous", "1"]]);
  });

  test("an option that throws is reported, and the message may come again", async () => {
    for (const [name, broken] of Object.entries({ user: () => JSON.parse(""), id: () => JSON.parse(""), order: () => JSON.parse("") })) {
      await serve(undefined, { [name]: broken });
      assert.equal((await send(await server.connect("Ada"), message("1"))).code, "ERR_HANDLER", name);
      await server.close();
    }
    assert.deepEqual(codes(), ["ERR_HANDLER", "ERR_HANDLER", "ERR_HANDLER"]);
    assert.deepEqual(handled, []);
  });
});

describe("order", () => {
  test("messages of a conversation are handled in the order of arrival, one after the other, those of another side by side", async () => {
    const gates = { 1: gate(), 2: gate(), 3: gate() };
    const done = [];
    await serve(async ({ id }) => {
      await gates[id].opened;
      done.push(id);
    });
    const [desk, phone] = [await server.connect("Ada"), await server.connect("Ada")];
    const first = send(desk, message("1"));
    await until(() => handled.length === 1);
    const second = send(phone, message("2"));
    const elsewhere = send(phone, message("3", "", "other"));
    gates[2].open();
    gates[3].open();
    await elsewhere;
    assert.deepEqual(done, ["3"]);
    gates[1].open();
    await Promise.all([first, second]);
    assert.deepEqual(done, ["3", "1", "2"]);
    assert.deepEqual(handled.map(([, id]) => id), ["1", "3", "2"]);
  });

  test("a message waits for the one before it, whenever it arrives", async () => {
    const gates = { 1: gate(), 2: gate(), 3: gate() };
    await serve(({ id }) => gates[id].opened);
    const ada = await server.connect("Ada");
    const answers = [send(ada, message("1")), send(ada, message("2"))];
    gates[1].open();
    await answers[0];
    await until(() => handled.length === 2);
    answers.push(send(ada, message("3")));
    await until(() => arrived === 3);
    await send(ada, message("")); // an answer comes back after the third has had its chance
    assert.deepEqual(handled.map(([, id]) => id), ["1", "2"]);
    gates[2].open();
    gates[3].open();
    await Promise.all(answers);
    assert.deepEqual(handled.map(([, id]) => id), ["1", "2", "3"]);
  });

  test("a conversation goes on after a failure, and another user's does not wait", async () => {
    const { opened, open } = gate();
    await serve(async ({ id }, { user }) => {
      if (user === "Grace") return "free";
      await opened;
      if (id === "1") throw new Error("no");
      return "next";
    });
    const [ada, grace] = [await server.connect("Ada"), await server.connect("Grace")];
    const answers = [send(ada, message("1")), send(ada, message("2"))];
    await until(() => handled.length === 1);
    assert.equal(await send(grace, message("1")), "free");
    open();
    assert.equal((await answers[0]).code, "ERR_HANDLER");
    assert.equal(await answers[1], "next");
  });

  test("with order false nothing waits", async () => {
    const { opened, open } = gate();
    await serve(
      async ({ id }) => {
        if (id === "1") await opened;
        else open();
      },
      { order: false },
    );
    const ada = await server.connect("Ada");
    await Promise.all([send(ada, message("1")), send(ada, message("2"))]);
  });
});

describe("what the handler gets", () => {
  test("the message, and beside it who, where and what else; nothing of it from the sender", async () => {
    let seen;
    let self;
    server = await startServer((socket) => {
      const listener = once({ store }, function (payload, context) {
        self = this;
        seen = { payload, ...context };
      });
      socket.on("sendMessage", listener);
    });
    const ada = await server.connect("Ada");
    await ada.timeout(10_000).emitWithAck("sendMessage", message("1"), { user: "root" }, 3);
    const [socket] = server.io.sockets.sockets.values();
    const { payload, afterCommit, ...rest } = seen;
    assert.deepEqual(payload, message("1"));
    assert.equal(typeof afterCommit, "function");
    assert.equal(self, socket);
    assert.equal(rest.socket, socket);
    assert.deepEqual({ ...rest, socket: 0 }, { socket: 0, user: "Ada", event: "sendMessage", id: "1", transaction: undefined, args: [message("1"), { user: "root" }, 3] });
  });

  test("an id may be anywhere", async () => {
    await serve(undefined, { id: (_text, { key }) => key });
    const ada = await server.connect("Ada");
    for (const key of ["a", "a", "b"]) await ada.timeout(10_000).emitWithAck("sendMessage", "text", { key });
    assert.deepEqual(handled, [["Ada", "a"], ["Ada", "b"]]);
  });

  test("afterCommit waits for the store, comes before the answer, once, and not after a refusal", async () => {
    const events = [];
    const inner = memoryStore();
    store = {
      async run(key, work) {
        const answer = await inner.run(key, work);
        events.push("stored");
        return answer;
      },
    };
    await serve(({ id }, { afterCommit }) => {
      afterCommit(() => events.push(`told ${id}`));
      events.push("handled");
      if (id === "2") throw new Refusal("no");
    });
    const ada = await server.connect("Ada");
    await send(ada, message("1"));
    assert.deepEqual(events, ["handled", "stored", "told 1"]);
    await send(ada, message("1"));
    await send(ada, message("2"));
    assert.deepEqual(events, ["handled", "stored", "told 1", "stored", "handled"]);
  });

  test("a failing afterCommit is reported, and the message accepted all the same", async () => {
    await serve((_payload, { afterCommit }) => {
      afterCommit(() => JSON.parse(""));
      afterCommit(() => Promise.reject(new Error("push failed")));
      return { ok: true };
    });
    assert.deepEqual(await send(await server.connect("Ada"), message("1")), { ok: true });
    assert.deepEqual(codes(), ["ERR_HANDLER", "ERR_HANDLER"]);
  });

  test("a store may have the work done again: the last time counts", async () => {
    const told = [];
    store = {
      async run(_key, work) {
        await work("fails").catch(() => {});
        await work("is rolled back");
        return work("counts");
      },
    };
    await serve((_payload, { transaction, afterCommit }) => {
      afterCommit(() => told.push(transaction));
      if (transaction === "fails") throw new Error("serialization failure");
      return { transaction };
    });
    assert.deepEqual(await send(await server.connect("Ada"), message("1")), { transaction: "counts" });
    assert.deepEqual(told, ["counts"]);
    assert.deepEqual(errors, []);
  });
});

describe("set-up", () => {
  test("a listener that other code calls needs the option event", async () => {
    let event;
    server = await startServer((socket) => {
      const listener = once({ store, event, onError: (error) => errors.push(error) }, () => ({ ok: true }));
      socket.on("sendMessage", (...args) => listener.apply(socket, args));
    });
    assert.equal((await send(await server.connect("Ada"), message("1"))).code, "ERR_NO_EVENT");
    event = "sendMessage";
    assert.deepEqual(await send(await server.connect("Ada"), message("1")), { ok: true });
    assert.deepEqual(codes(), ["ERR_NO_EVENT"]);
  });

  test("one listener for two events needs it too", async () => {
    server = await startServer((socket) => {
      const listener = once({ store, onError: (error) => errors.push(error) }, () => ({ ok: true }));
      socket.on("sendMessage", listener).on("deleteMessage", listener);
    });
    assert.equal((await send(await server.connect("Ada"), message("1"))).code, "ERR_NO_EVENT");
  });

  test("options of the wrong kind are refused at once", () => {
    const wrong = [
      [],
      [null, () => {}],
      [{ store }],
      [{}, () => {}],
      [{ store: {} }, () => {}],
      [{ store, user: "" }, () => {}],
      [{ store, user: null }, () => {}],
      [{ store, id: "id" }, () => {}],
      [{ store, event: 7 }, () => {}],
      [{ store, order: true }, () => {}],
      [{ store, missingId: "run" }, () => {}],
      [{ store, onRepeat: 7 }, () => {}],
      [{ store, onError: null }, () => {}],
    ];
    for (const args of wrong) assert.throws(() => once(...args), { code: "ERR_INVALID_OPTION" }, JSON.stringify(args));
  });

  test("an onError that throws, and an answer that Socket.IO cannot send, do not end the process", async (t) => {
    const logged = t.mock.method(console, "error", () => {});
    await serve(() => ({ error: 1n }), {
      onError: (error) => {
        errors.push(error);
        throw new Error("logger is gone");
      },
    });
    const ada = await server.connect("Ada");
    ada.emit("sendMessage", message("1"), () => assert.fail("it was answered"));
    await until(() => logged.mock.callCount() === 1);
    assert.deepEqual(codes(), ["ERR_HANDLER"]);
  });
});
