// The ordeal's database: a file of JSON lines, only ever appended to. What `append` has resolved for is on the disk.
import { closeSync, fdatasync, ftruncateSync, openSync, readFileSync, write } from "node:fs";
import { promisify } from "node:util";

const writeAll = promisify(write);
const synchronize = promisify(fdatasync);
const NEWLINE = "\n".charCodeAt(0);

/** The records of a file, oldest first. A process that is killed while it writes leaves half a line, which nobody was promised. */
export function readRecords(file) {
  const { bytes, whole } = read(file);
  return parse(bytes.subarray(0, whole));
}

function read(file) {
  const bytes = readFileSync(file);
  return { bytes, whole: bytes.lastIndexOf(NEWLINE) + 1 };
}

const parse = (bytes) => bytes.toString("utf8").split("\n").slice(0, -1).map((line) => JSON.parse(line));

export class Database {
  #descriptor;

  /** Opens a file, which need not exist. `records` is what was in it. */
  constructor(file) {
    this.#descriptor = openSync(file, "a");
    const { bytes, whole } = read(file);
    ftruncateSync(this.#descriptor, whole);
    this.records = parse(bytes.subarray(0, whole));
  }

  /** Writes records in one piece. One call at a time. */
  async append(records) {
    const bytes = Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(""));
    const { bytesWritten } = await writeAll(this.#descriptor, bytes);
    if (bytesWritten !== bytes.length) throw new Error("the database's disk is full");
    await synchronize(this.#descriptor);
  }

  close() {
    closeSync(this.#descriptor);
  }
}
