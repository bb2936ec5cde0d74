// Headers as we write them beside those of socket.io-parser, and as we read them again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Encoder } from "socket.io-parser";
import { Packets } from "../../src/io/packets.js";
import { head } from "../../src/io/wire.js";
import { NAMESPACES } from "./packets.mjs";

test("a header is written as the reference writes it, and read as it was", () => {
  for (const type of [0, 1, 2, 3, 4, 5, 6]) {
    for (const nsp of NAMESPACES) {
      for (const id of [undefined, 0, 7, 10, 2 ** 32, 2 ** 53 - 1]) {
        for (const attachments of type > 4 ? [1, 10] : [0]) {
          const [reference] = new Encoder().encode({ type, nsp, id, attachments, options: {} });
          const text = head(type, attachments, nsp === "/" ? undefined : nsp, id ?? -1);
          assert.equal(text, `4${reference}`);
          const packets = new Packets();
          let read = packets.read(`${text}[]`);
          for (let number = 0; number < attachments; number += 1) read = packets.read(new ArrayBuffer(1));
          assert.deepEqual([read.type, read.nsp, read.id], [type > 4 ? type - 3 : type, nsp, id]);
        }
      }
    }
  }
});
