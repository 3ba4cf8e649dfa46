import { createServer, type AddressInfo, type Socket } from "node:net";
import { deserialize, serialize } from "bson";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStore, type Collection, type Store } from "../src/index.ts";

// A server of a replica set that answers everything but an insert: what the driver makes of that must not read as done.
type Fault = "cut" | "stepdown" | "disk";
let fault: Fault = "cut";
let store: Store;
let things: Collection<object, never>;
let port = 0;
const server = createServer((socket) => listen(socket)).unref();

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ({ port } = server.address() as AddressInfo);
  store = await openStore(`mongodb://127.0.0.1:${port}/t?replicaSet=rs`);
  things = await store.collection<object>({ name: "things", fields: {} });
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  server.close();
});

test.each([
  ["cut", "STORE_UNAVAILABLE"],
  ["stepdown", "STORE_UNAVAILABLE"],
  ["disk", "STORE_FULL"],
] as const)("insertMany: %s rejects, as insert does", async (name, reason) => {
  fault = name;
  const documents = ["a", "b"].map((id) => ({ id, state: {} }));
  await expect(things.insertMany(documents)).rejects.toMatchObject({ reason });
  await expect(things.insert("a", {})).rejects.toMatchObject({ reason });
});

function listen(socket: Socket): void {
  let waiting = Buffer.alloc(0);
  socket.on("error", () => undefined);
  socket.on("data", (data) => {
    waiting = Buffer.concat([waiting, data]);
    while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
      const message = waiting.subarray(0, waiting.readInt32LE(0));
      waiting = waiting.subarray(message.length);
      reply(socket, message);
    }
  });
}

// OP_QUERY (2004) is only used for the first hello, OP_MSG (2013) for the rest.
const OP_QUERY = 2004;
const OP_REPLY = 1;
const OP_MSG = 2013;

function reply(socket: Socket, message: Buffer): void {
  const isQuery = message.readInt32LE(12) === OP_QUERY;
  const at = isQuery ? message.indexOf(0, 20) + 9 : 21;
  const answer = answerTo(Object.keys(deserialize(message.subarray(at, at + message.readInt32LE(at))))[0] ?? "");
  if (answer === undefined) return void socket.destroy();
  const body = serialize(answer);
  const between = Buffer.alloc(isQuery ? 20 : 5);
  if (isQuery) between.writeInt32LE(1, 16);
  const head = Buffer.alloc(16);
  head.writeInt32LE(16 + between.length + body.length, 0);
  head.writeInt32LE(message.readInt32LE(4), 8);
  head.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  socket.write(Buffer.concat([head, between, body]));
}

function answerTo(command: string): object | undefined {
  const here = `127.0.0.1:${port}`;
  if (/^(hello|ismaster)$/i.test(command)) {
    const set = { setName: "rs", hosts: [here], me: here, primary: here, logicalSessionTimeoutMinutes: 30 };
    const limits = { maxBsonObjectSize: 16_777_216, maxMessageSizeBytes: 48_000_000, maxWriteBatchSize: 100_000 };
    return { isWritablePrimary: true, helloOk: true, minWireVersion: 0, maxWireVersion: 21, ...set, ...limits, ok: 1 };
  }
  if (command === "find" || command === "listIndexes")
    return { cursor: { firstBatch: [], id: 0n, ns: "t.things" }, ok: 1 };
  if (command !== "insert") return { n: 1, nModified: 1, ok: 1 };
  if (fault === "cut") return undefined;
  if (fault === "disk") return { ok: 0, code: 14_031, codeName: "OutOfDiskSpace", errmsg: "no space" };
  const errorLabels = ["RetryableWriteError"];
  return { ok: 0, code: 10_107, codeName: "NotWritablePrimary", errmsg: "not primary", errorLabels };
}
