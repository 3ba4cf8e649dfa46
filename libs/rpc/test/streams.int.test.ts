import { rename, rm, writeFile } from "node:fs/promises";
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from "node:net";
import { join } from "node:path";
import { HashListServiceService, type UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { Problem } from "@ntd/service";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../src/client/client.ts";
import { openTestBed, until, type HashLists, type Notices, type TestBed } from "./bed.ts";

let bed: TestBed;
beforeEach(async () => {
  bed = await openTestBed();
});
afterEach(() => bed[Symbol.asyncDispose]());

/** One heartbeat, then silence until its signal aborts; notes how each stream's handler ended. */
function watching() {
  const ended: unknown[] = [];
  const watchNotices: Notices["watchNotices"] = async function* watchNotices(_request, { signal }) {
    try {
      yield { event: { $case: "heartbeatTime", value: new Date() } };
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    } finally {
      ended.push(signal.reason);
    }
  };
  return { ended, watchNotices };
}

/** Opens a stream, reads its first message; `end` settles with the reason that ends it. */
async function openStream(address: string, identityDir: string, keepaliveMs = 10_000) {
  const client = connect(NoticeServiceService, { address, identityDir, keepaliveMs });
  const iterator = client.watchNotices({ maxInFlight: 0, understands: [] })[Symbol.asyncIterator]();
  const first = await iterator.next();
  expect(first.done).toBe(false);
  const end = iterator.next().then(
    (next) => (next.done === true ? "ended" : "more"),
    (error: unknown) => Problem.from(error).reason,
  );
  return { client, end, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

test("an identity that is put on the deny-list loses its open streams at once and may not call again", async () => {
  const [a, b] = [await bed.identity({ kind: "isp", name: "a" }), await bed.identity({ kind: "isp", name: "b" })];
  const denyListFile = join(bed.dir, "deny");
  await writeFile(denyListFile, "# nobody yet\n");
  const { ended, watchNotices } = watching();
  const server = await bed.serve({ notices: { watchNotices } }, { denyListFile });
  await using denied = await openStream(server.address, a.dir);
  await using other = await openStream(server.address, b.dir);

  await writeFile(denyListFile, `${a.uri}\n`);
  expect(await denied.end).toBe("IDENTITY_DENIED");
  await expect(denied.client.getNotice({ noticeId: "1" })).rejects.toMatchObject({ reason: "IDENTITY_DENIED" });
  await until(() => ended.length === 1);
  expect(ended[0]).toMatchObject({ reason: "IDENTITY_DENIED" });
  expect(await Promise.race([other.end, Promise.resolve("open")])).toBe("open");

  await writeFile(denyListFile, "");
  await until(() => bed.lines.some((line) => line["identities"] === 0));
  await using again = await openStream(server.address, a.dir);
  expect(again.client).toBeDefined();
});

test("a deny-list that is swapped by rename is noticed; one that cannot be read leaves the last in force", async () => {
  const isp = await bed.identity({ kind: "isp", name: "a" });
  const denyListFile = join(bed.dir, "deny");
  await writeFile(denyListFile, "");
  const server = await bed.serve({ notices: watching() }, { denyListFile });
  await using stream = await openStream(server.address, isp.dir);
  await writeFile(`${denyListFile}.new`, `${isp.uri}\n`);
  await rename(`${denyListFile}.new`, denyListFile);
  expect(await stream.end).toBe("IDENTITY_DENIED");
  await rm(denyListFile);
  await until(() => bed.lines.some((line) => String(line["msg"]).includes("stays in force")));
  await expect(stream.client.getNotice({ noticeId: "1" })).rejects.toMatchObject({ reason: "IDENTITY_DENIED" });
});

test("a deny-list with a line that is no identity refuses to start and names the line", async () => {
  const denyListFile = join(bed.dir, "deny");
  await writeFile(denyListFile, "\nisp-a\n");
  await expect(bed.serve({}, { denyListFile })).rejects.toThrow(/line 2 is no SPIFFE id/);
});

test("a line that is no identity denies nobody, which health says for as long as it stands there", async () => {
  const denyListFile = join(bed.dir, "deny");
  await writeFile(denyListFile, "");
  const { health } = bed;
  await bed.serve({}, { denyListFile });
  await writeFile(denyListFile, "isp/a\n");
  await until(() => health.causes.some(({ cause }) => cause === "deny_list:LINES_IGNORED"));
  await writeFile(denyListFile, "spiffe://ntd.test/isp/a\n");
  await until(() => health.causes.length === 0);
});

test("an upload of a denied identity ends, and its handler reads no further line", async () => {
  const maintainer = await bed.identity({ kind: "maintainer", name: "a" });
  const denyListFile = join(bed.dir, "deny");
  await writeFile(denyListFile, "");
  const read: string[] = [];
  let thrown: unknown;
  const uploadRelease: HashLists["uploadRelease"] = async (parts) => {
    try {
      for await (const { part } of parts) read.push(part?.$case ?? "nothing");
    } catch (error) {
      thrown = error;
    }
    throw new Error("a half upload is no upload");
  };
  const server = await bed.serve({ hashLists: { uploadRelease } }, { denyListFile });
  await using client = connect(HashListServiceService, { address: server.address, identityDir: maintainer.dir });
  async function* endless(): AsyncGenerator<UploadReleaseRequest> {
    yield { part: { $case: "header", value: { requestId: "1", setId: "1" } } };
    await until(() => read.length === 1);
    await writeFile(denyListFile, maintainer.uri);
    await new Promise(() => undefined);
  }
  await expect(client.uploadRelease(endless())).rejects.toMatchObject({ reason: "IDENTITY_DENIED" });
  await until(() => thrown !== undefined);
  expect(thrown).toMatchObject({ reason: "IDENTITY_DENIED" });
  expect(read).toEqual(["header"]);
});

test("a client that cancels ends its stream on both sides", async () => {
  const isp = await bed.identity({ kind: "isp", name: "a" });
  const { ended, watchNotices } = watching();
  const server = await bed.serve({ notices: { watchNotices } });
  await using client = connect(NoticeServiceService, { address: server.address, identityDir: isp.dir });
  const stop = new AbortController();
  const reading = (async () => {
    for await (const _ of client.watchNotices({ maxInFlight: 0, understands: [] }, { signal: stop.signal }))
      stop.abort();
  })();
  await expect(reading).rejects.toMatchObject({ reason: "SHUTTING_DOWN" });
  await until(() => ended.length === 1);
});

test("a peer that falls silent without closing is noticed on both sides", async () => {
  const isp = await bed.identity({ kind: "isp", name: "a" });
  const { ended, watchNotices } = watching();
  const server = await bed.serve({ notices: { watchNotices } }, { keepaliveMs: 200 });
  await using line = await silenceableLine(server.address);
  await using stream = await openStream(line.address, isp.dir, 200);
  line.silence();
  expect(await stream.end).toBe("PEER_UNAVAILABLE");
  await until(() => ended.length === 1);
});

/** A relay to `address` that can stop passing bytes on while it keeps its sockets open, as a frozen machine does. */
async function silenceableLine(address: string) {
  const sockets: Socket[] = [];
  const relay = createServer((near) => {
    const far = connectSocket(Number(address.split(":")[1]), "127.0.0.1");
    sockets.push(near, far);
    for (const socket of [near, far]) socket.on("error", () => undefined);
    near.pipe(far);
    far.pipe(near);
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  return {
    address: `localhost:${(relay.address() as AddressInfo).port}`,
    silence: () => sockets.forEach((socket) => socket.unpipe().pause()),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      relay.close();
    },
  };
}

test("an answer waits for a slow reader as it was when it was told: as bytes", async () => {
  const times = Array.from({ length: 10 }, (_, n) => new Date(n * 1000));
  const watchNotices: Notices["watchNotices"] = async function* watchNotices() {
    const event = { $case: "heartbeatTime" as const, value: new Date() };
    for (event.value of times) yield { event };
  };
  const server = await bed.serve({ notices: { watchNotices } });
  const { dir: identityDir } = await bed.identity({ kind: "isp", name: "a" });
  await using client = connect(NoticeServiceService, { address: server.address, identityDir });
  const came: unknown[] = [];
  for await (const { event } of client.watchNotices({ maxInFlight: 0, understands: [] })) came.push(event?.value);
  expect(came).toEqual(times);
});
