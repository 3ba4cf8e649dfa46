import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ReportServiceService, ReportStatus } from "@ntd/proto/intake/v1/report_service";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { Problem } from "@ntd/service";
import { afterEach, beforeEach, expect, test } from "vitest";
import { connect } from "../src/client/client.ts";
import { openTestBed, until, type HashLists, type Notices, type TestBed } from "./bed.ts";
import { answerTo, headerOnly, rawConnection } from "./raw-calls.ts";

let bed: TestBed;
beforeEach(async () => {
  bed = await openTestBed();
});
afterEach(() => bed[Symbol.asyncDispose]());

async function quotasFile(text: string): Promise<string> {
  const file = join(bed.dir, "quotas.yaml");
  await writeFile(file, text);
  return file;
}

function problemOf(call: Promise<unknown>): Promise<Problem | undefined> {
  return call.then(
    () => undefined,
    (error: unknown) => Problem.from(error),
  );
}

test("of 10,000 streams of one identity those beyond its quota are refused with the reason, and another's opens", async () => {
  const [a, b] = [await bed.identity({ kind: "isp", name: "a" }), await bed.identity({ kind: "isp", name: "b" })];
  const watchNotices: Notices["watchNotices"] = async function* watchNotices(_request, { signal }) {
    yield { event: { $case: "heartbeatTime", value: new Date() } };
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  };
  const file = await quotasFile("kinds: { isp: { calls_per_second: 100000, burst: 100000, open_streams: 100 } }");
  const server = await bed.serve({ notices: { watchNotices } }, { quotasFile: file });
  await using greedy = connect(NoticeServiceService, { address: server.address, identityDir: a.dir });
  // Connected before: so many at once take this process longer than a connection may take.
  await problemOf(greedy.getNotice({ noticeId: "1" }));
  const opened = await Promise.all(
    Array.from({ length: 10_000 }, () => {
      const stream = greedy.watchNotices({ maxInFlight: 0, understands: [] })[Symbol.asyncIterator]();
      return problemOf(stream.next());
    }),
  );
  expect(opened.filter((problem) => problem === undefined)).toHaveLength(100);
  const refusals = opened.filter((problem) => problem !== undefined);
  expect(refusals).toHaveLength(9900);
  for (const { reason, metadata, message } of refusals) {
    expect([reason, metadata["quota"], metadata["limit"]]).toEqual(["RATE_LIMITED", "open_streams", "100"]);
    expect(message).toContain("open_streams (100)");
  }
  // Seldom enough that the flood is no flood of lines.
  const lines = bed.lines.filter(({ msg, reason }) => msg === "a call was refused" && reason === "RATE_LIMITED");
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.length).toBeLessThan(100);
  await using patient = connect(NoticeServiceService, { address: server.address, identityDir: b.dir });
  const first = await patient.watchNotices({ maxInFlight: 0, understands: [] })[Symbol.asyncIterator]().next();
  expect(first.done).toBe(false);
});

test("bytes in hand of one identity have an end, and come back when its calls are answered", async () => {
  const reporter = await bed.identity({ kind: "reporter", name: "a" });
  const answers: (() => void)[] = [];
  const getReport = async () => {
    await new Promise<void>((resolve) => answers.push(resolve));
    return { name: "reports/1", receivedTime: undefined, status: ReportStatus.RECEIVED, targetStatuses: [] };
  };
  const file = await quotasFile("identities: { reporter/a: { bytes_in_hand: 100000 } }");
  const server = await bed.serve({ reports: { getReport } }, { quotasFile: file });
  await using client = connect(ReportServiceService, { address: server.address, identityDir: reporter.dir });
  const name = "n".repeat(60_000);
  const held = client.getReport({ name });
  await until(() => answers.length === 1);
  await expect(client.getReport({ name })).rejects.toMatchObject({
    reason: "RATE_LIMITED",
    metadata: { quota: "bytes_in_hand", limit: "100000" },
  });
  answers[0]?.();
  await held;
  const again = client.getReport({ name });
  await until(() => answers.length === 2);
  answers[1]?.();
  await again;
});

test("what a client goes on sending once its upload is refused takes nothing from its next one", async () => {
  const maintainer = await bed.identity({ kind: "maintainer", name: "a" });
  const uploadRelease: HashLists["uploadRelease"] = async (parts) => {
    for await (const _ of parts) break;
    throw new Problem("NOT_FOUND");
  };
  const file = await quotasFile("identities: { maintainer/a: { bytes_in_hand: 100000 } }");
  const server = await bed.serve({ hashLists: { uploadRelease } }, { quotasFile: file });
  const connection = await rawConnection(server.address, maintainer.dir);
  const path = HashListServiceService.uploadRelease.path;
  for (let n = 0; n < 4; n += 1) {
    const upload = headerOnly(connection, path);
    const answer = answerTo(upload);
    // An empty message.
    upload.write(Buffer.alloc(5));
    expect((await answer).details).toContain("NOT_FOUND");
    await new Promise((resolve) => upload.write(Buffer.alloc(40_000, 1), resolve));
    // It was taken in: what was sent before it is answered, is.
    await new Promise((resolve) => connection.ping(resolve));
  }
  connection.destroy();
});

test("a file of quotas that changes holds within a second, and one that is none leaves the last in force", async () => {
  const reporter = await bed.identity({ kind: "reporter", name: "a" });
  let begun = 0;
  const getReport = () => {
    begun += 1;
    return new Promise<never>(() => undefined);
  };
  const file = await quotasFile("kinds: { reporter: { open_streams: 1 } }");
  const server = await bed.serve({ reports: { getReport } }, { quotasFile: file });
  await using client = connect(ReportServiceService, { address: server.address, identityDir: reporter.dir });
  const held = problemOf(client.getReport({ name: "" }, { deadline: 60_000 }));
  await until(() => begun === 1);
  const refused = () => problemOf(client.getReport({ name: "" }, { deadline: 300 }));
  expect((await refused())?.metadata["limit"]).toBe("1");
  await writeFile(file, "kinds: nobody");
  await until(() => bed.lines.some(({ msg }) => String(msg).includes("stays in force")));
  expect((await refused())?.metadata["limit"]).toBe("1");
  await writeFile(file, "kinds: { reporter: { open_streams: 2 } }");
  await until(() => bed.lines.some(({ msg }) => String(msg).endsWith("changed")));
  expect((await refused())?.reason).toBe("TIMED_OUT");
  await server[Symbol.asyncDispose]();
  expect((await held)?.reason).toBe("SHUTTING_DOWN");
});
