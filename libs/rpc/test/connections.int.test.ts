import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { ReportServiceService, ReportStatus } from "@ntd/proto/intake/v1/report_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { Problem } from "@ntd/service";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../src/client/client.ts";
import { GET, openTestBed, until, type Notices, type Reports, type TestBed } from "./bed.ts";
import { answerTo, headerOnly, rawConnection } from "./raw-calls.ts";

let bed: TestBed;
beforeEach(async () => {
  bed = await openTestBed();
});
afterEach(() => bed[Symbol.asyncDispose]());

const DAY_MS = 24 * 3_600_000;
const report = { name: "reports/1", receivedTime: undefined, status: ReportStatus.RECEIVED, targetStatuses: [] };
const getReport = async () => report;

const watchNotices: Notices["watchNotices"] = async function* watchNotices(_request, { signal }) {
  yield { event: { $case: "heartbeatTime", value: new Date() } };
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
};

/** A certificate that ends so many milliseconds from now, to the second. */
function lasting(kind: "reporter" | "isp", name: string, ms: number) {
  return issueIdentity(bed.dir, { kind, name }, new Date(Date.now() - 90 * DAY_MS + ms));
}

function reasonOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "OK",
    (error: unknown) => Problem.from(error).reason,
  );
}

test("connections say goodbye at their age: thousands of calls go on over many of them, and none is lost", async () => {
  const reporter = await bed.identity({ kind: "reporter", name: "a" });
  const peers = new Set<string>();
  const noting: Reports["getReport"] = async (_request, { peer }) => (peers.add(peer), report);
  const server = await bed.serve({ reports: { getReport: noting } }, { connectionAge: { ageMs: 300, graceMs: 5000 } });
  await using client = connect(ReportServiceService, { address: server.address, identityDir: reporter.dir });
  const outcomes = new Map<string, number>();
  const end = performance.now() + 4000;
  const callers = Array.from({ length: 8 }, async () => {
    while (performance.now() < end) {
      const outcome = await reasonOf(client.getReport({ name: "" }));
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  });
  await Promise.all(callers);
  expect([...outcomes.keys()]).toEqual(["OK"]);
  expect(outcomes.get("OK")).toBeGreaterThan(100);
  expect(peers.size).toBeGreaterThan(2);
});

test("a stream that outlasts its connection's grace ends with a name, and opens again on the next", async () => {
  const isp = await bed.identity({ kind: "isp", name: "a" });
  const server = await bed.serve({ notices: { watchNotices } }, { connectionAge: { ageMs: 200, graceMs: 300 } });
  await using client = connect(NoticeServiceService, { address: server.address, identityDir: isp.dir });
  for (let n = 0; n < 3; n += 1) {
    const stream = client.watchNotices({ maxInFlight: 0, understands: [] })[Symbol.asyncIterator]();
    expect((await stream.next()).done).toBe(false);
    expect(await reasonOf(stream.next())).toBe("SHUTTING_DOWN");
  }
});

test("an open connection ends with its certificate, streams and calls by name, and no new call passes on it", async () => {
  const isp = await lasting("isp", "a", 4000);
  const ends = Math.floor((Date.now() + 4000) / 1000) * 1000;
  const server = await bed.serve({ notices: { watchNotices } });
  await using client = connect(NoticeServiceService, { address: server.address, identityDir: isp.dir });
  const stream = client.watchNotices({ maxInFlight: 0, understands: [] })[Symbol.asyncIterator]();
  expect((await stream.next()).done).toBe(false);
  expect(await reasonOf(stream.next())).toBe("IDENTITY_EXPIRED");
  expect(Math.abs(Date.now() - ends)).toBeLessThan(1000);
  expect(await reasonOf(client.getNotice({ noticeId: "1" }))).not.toBe("OK");
});

test("a client that never heeds a goodbye is cut off within a second of its certificate's end", async () => {
  const reporter = await lasting("reporter", "a", 3000);
  const ends = Math.floor((Date.now() + 3000) / 1000) * 1000;
  const server = await bed.serve({ reports: { getReport: () => new Promise<never>(() => undefined) } });
  const session = await rawConnection(server.address, reporter.dir);
  const waiting = answerTo(headerOnly(session, GET));
  const gone = new Promise<number>((resolve) => session.once("close", () => resolve(Date.now())));
  expect((await waiting).details).toContain("IDENTITY_EXPIRED");
  expect((await gone) - ends).toBeLessThan(1000);
});

test("a connection of a denied identity is gone within a second, idle or not", async () => {
  const reporter = await bed.identity({ kind: "reporter", name: "a" });
  const denyListFile = join(bed.dir, "deny");
  await writeFile(denyListFile, "");
  const server = await bed.serve({ reports: { getReport } }, { denyListFile });
  const idle = await rawConnection(server.address, reporter.dir);
  const gone = new Promise<number>((resolve) => idle.once("close", () => resolve(performance.now())));
  const denied = performance.now();
  await writeFile(denyListFile, reporter.uri);
  expect((await gone) - denied).toBeLessThan(2000);
  // A new one is told why before it is gone.
  const again = await rawConnection(server.address, reporter.dir);
  const left = new Promise((resolve) => again.once("close", resolve));
  expect((await answerTo(headerOnly(again, GET))).details).toContain("IDENTITY_DENIED");
  await left;
});

test("one identity's connections have an end, and so have everybody's", async () => {
  const [a, b] = [
    await bed.identity({ kind: "reporter", name: "a" }),
    await bed.identity({ kind: "reporter", name: "b" }),
  ];
  const quotasFile = join(bed.dir, "quotas.yaml");
  await writeFile(quotasFile, "{ connections: 4, kinds: { reporter: { connections: 2 } } }");
  const server = await bed.serve({ reports: { getReport } }, { quotasFile });
  const held = [await rawConnection(server.address, a.dir), await rawConnection(server.address, a.dir)];
  const third = await rawConnection(server.address, a.dir);
  const gone = new Promise((resolve) => third.once("close", resolve));
  const answer = await answerTo(headerOnly(third, GET));
  expect(answer.details).toMatch(/RATE_LIMITED[^]*connections/);
  await gone;
  held.push(await rawConnection(server.address, b.dir), await rawConnection(server.address, b.dir));
  await expect(rawConnection(server.address, b.dir)).rejects.toThrow();
  held[3]?.destroy();
  let opened = false;
  await until(() => {
    if (!opened)
      void rawConnection(server.address, b.dir).then(
        (one) => (held.push(one), (opened = true)),
        () => undefined,
      );
    return opened;
  });
  for (const session of held) session.destroy();
});

test("a connection whose authority is trusted no more ends within two seconds, and one of the new authority's goes on", async () => {
  const own = await bed.identity({ kind: "service", name: "under-test" });
  const next = join(bed.dir, "next");
  await createAuthority(next);
  const [a, b] = [
    await bed.identity({ kind: "isp", name: "a" }),
    await issueIdentity(next, { kind: "isp", name: "b" }),
  ];
  const [old, renewed] = [await readFile(join(own.dir, "ca.pem")), await readFile(join(next, "ca.pem"))];
  await writeFile(join(own.dir, "ca.pem"), Buffer.concat([old, renewed]));
  await writeFile(join(b.dir, "ca.pem"), old);
  const server = await bed.serve({ notices: { watchNotices } }, { identityDir: own.dir });
  const streams: AsyncIterator<unknown>[] = [];
  await using first = connect(NoticeServiceService, { address: server.address, identityDir: a.dir });
  await using second = connect(NoticeServiceService, { address: server.address, identityDir: b.dir });
  for (const client of [first, second]) {
    const stream = client.watchNotices({ maxInFlight: 0, understands: [] })[Symbol.asyncIterator]();
    expect((await stream.next()).done).toBe(false);
    streams.push(stream);
  }
  const [ended, open] = streams.map((stream) => reasonOf(stream.next()));
  const begun = performance.now();
  await writeFile(join(own.dir, "ca.pem"), renewed);
  expect(await ended).toBe("IDENTITY_EXPIRED");
  expect(performance.now() - begun).toBeLessThan(2000);
  expect(await Promise.race([open, Promise.resolve("open")])).toBe("open");
});
