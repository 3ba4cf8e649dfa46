import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nouns, producers, streamOf } from "@ntd/bus";
import { HashListServiceService, type UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import {
  ReportServiceService,
  type SubmitReportRequest,
  type SubmittedTarget,
} from "@ntd/proto/intake/v1/report_service";
import { connect, type RpcClient } from "@ntd/rpc";
import type { Problem } from "@ntd/service";
import { openStore } from "@ntd/store";
import { createAuthority, issueIdentity } from "@ntd/embedded";
import { eventually, setMembers } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { uploadOf } from "./seed.ts";
import { startStage, type Stage } from "./stage.ts";

let stage: Stage;
let intake: RpcClient<typeof ReportServiceService>;
beforeAll(async () => {
  stage = await startStage();
  intake = await stage.client(ReportServiceService, "intake", "reporter", "public");
});
afterAll(() => stage[Symbol.asyncDispose]());

/** Every stream's last sequence: nothing that is refused may move one. */
async function sequences(): Promise<number[]> {
  const infos = await Promise.all(producers.map((p) => stage.bed.bus.manager.streams.info(streamOf(p))));
  return infos.map((info) => info.state.last_seq);
}

async function refused(call: () => Promise<unknown>): Promise<Problem> {
  const before = await sequences();
  const problem = await call().then(
    () => undefined,
    (error: unknown) => error as Problem,
  );
  if (problem === undefined) throw new Error("it was taken, not refused");
  expect(await sequences()).toEqual(before);
  return problem;
}

const target = (more: Partial<SubmittedTarget> = {}): SubmittedTarget => ({
  url: "https://pictures.alpha.example/x.jpg",
  observedTime: undefined,
  mediaType: "MEDIA_TYPE_IMAGE",
  fingerprints: [],
  ...more,
});
const report = (more: Partial<SubmitReportRequest> = {}): SubmitReportRequest => ({
  requestId: randomUUID(),
  channel: "CHANNEL_PUBLIC",
  targets: [target()],
  description: "",
  threat: undefined,
  language: "en",
  ...more,
});

describe("a report is refused with the field's name, and its address is not repeated", () => {
  const addresses = {
    "without host": "http:///x.jpg",
    "with credentials": "https://user:secret@pictures.alpha.example/x.jpg",
    "over 8 KiB": `https://pictures.alpha.example/${"a".repeat(8192)}`,
    "javascript:": "javascript:alert(1)",
    "file:": "file:///etc/passwd",
    "no address at all": "not an address",
  };
  test.each(Object.entries(addresses))("an address %s", async (_, url) => {
    const problem = await refused(() => intake.submitReport(report({ targets: [target(), target({ url })] })));
    expect(problem).toMatchObject({ reason: "FIELD_INVALID", fields: [{ field: "targets[1].url" }] });
    expect(problem.message).not.toContain("secret");
  });

  test.each([
    ["of the wrong length", "abcd"],
    ["that is no hex", "zz".repeat(32)],
  ])("a fingerprint %s", async (_, hex) => {
    const fingerprints = [{ algorithm: "ALGORITHM_PDQ" as const, hex }];
    const problem = await refused(() => intake.submitReport(report({ targets: [target({ fingerprints })] })));
    expect(problem.reason).toBe("FIELD_INVALID");
    expect(problem.fields[0]?.field).toContain("targets[0].fingerprints[0]");
  });

  test.each([0, 101])("%i targets", async (count) => {
    const problem = await refused(() =>
      intake.submitReport(report({ targets: Array.from({ length: count }, () => target()) })),
    );
    expect(problem).toMatchObject({ reason: "FIELD_INVALID", fields: [{ field: "targets" }] });
  });

  test("a request_id used before with another body", async () => {
    const requestId = randomUUID();
    const first = await intake.submitReport(report({ requestId }));
    expect(await intake.submitReport(report({ requestId }))).toEqual(first);
    const other = report({ requestId, targets: [target({ url: "https://pictures.alpha.example/y.jpg" })] });
    await eventually(
      "the first report has been handled",
      async () => (await stage.facts(first.name)).case !== undefined,
    );
    const error = await intake.submitReport(other).catch((e: unknown) => e);
    expect(error).toMatchObject({ reason: "REQUEST_ID_REUSED" });
  });
});

describe("a certificate is refused", () => {
  const submit = async (identityDir: string, more: Partial<SubmitReportRequest> = {}) => {
    await using client = connect(ReportServiceService, { address: stage.address("intake"), identityDir });
    return await client.submitReport(report(more));
  };

  test("of the wrong kind", async () => {
    expect((await refused(async () => submit(await stage.bed.identity("isp", "alpha")))).reason).toBe("NOT_ALLOWED");
  });

  test("of an unknown authority", async () => {
    const foreign = join(stage.bed.dir, "foreign");
    await createAuthority(foreign);
    const { dir } = await issueIdentity(foreign, { kind: "reporter", name: "public" });
    expect((await refused(() => submit(dir))).reason).toBe("PEER_UNAVAILABLE");
  });

  test("on the deny-list, from the moment it is written there", async () => {
    const identity = await stage.bed.identity("reporter", "bad");
    await writeFile(stage.denyListFile, "spiffe://ntd.test/reporter/bad\n");
    // Without a target: taken before the list is read, it would move the sequences later.
    await eventually(
      "refused",
      async () => (await submit(identity, { targets: [] }).catch((e: Problem) => e.reason)) === "IDENTITY_DENIED",
    );
    await refused(() => submit(identity));
  });
});

describe("a hash list", () => {
  const header = "algorithm,value,quality,scheme,code,votes,source_id";
  const line = (n: number) => `md5,${n.toString(16).padStart(32, "0")},,s,c,1,n${n}`;
  let maintainer: RpcClient<typeof HashListServiceService>;
  beforeAll(async () => {
    maintainer = await stage.client(HashListServiceService, "hashlists", "maintainer", "amina");
    const policy = {
      owner: "h",
      role: "SET_ROLE_POSITIVE" as const,
      autoIssue: false,
      minVotes: 1,
      thresholds: undefined,
    };
    await maintainer.createSet({
      requestId: randomUUID(),
      setId: "bad-input",
      policy,
      members: setMembers("amina", "budi"),
    });
  });
  const upload = (csv: string) => maintainer.uploadRelease(uploadOf("bad-input", csv));

  test("with BOM and CRLF is read", async () => {
    const { release, problems } = await upload(`\uFEFF${[header, line(1), line(2), ""].join("\r\n")}`);
    expect(problems).toEqual([]);
    expect(release).toMatchObject({ state: "RELEASE_STATE_VALIDATED", entryCount: 2n });
  });

  test("with bad lines names every one of them, the first 1,000 in the answer", async () => {
    const bad = Array.from({ length: 1500 }, (_, i) => `md5,short-${i},,s,c,1,n${i}`);
    const { release, problems } = await upload([header, line(1), ...bad, ""].join("\n"));
    expect(release).toMatchObject({ state: "RELEASE_STATE_VALIDATED", entryCount: 1n, problemCount: 1500n });
    expect(problems.length).toBe(1000);
    expect(problems[0]).toMatchObject({ line: 3n, field: "value" });
    expect(problems.map((p) => Number(p.line))).toEqual(Array.from({ length: 1000 }, (_, i) => i + 3));
  });

  const files = {
    "without header": [line(1), ""].join("\n"),
    "without lines": `${header}\n`,
    empty: "",
    "as a page that asks for a login": "<!DOCTYPE html><html><title>Log in</title></html>",
    "as a StopNCII list": '{"count":0,"hashRecords":[]}',
    "as an NSRL list": '"SHA-1","MD5","CRC32","FileName"\n',
  };
  test.each(Object.entries(files))("%s is refused by name", async (name, csv) => {
    const problem = await refused(() => upload(csv));
    expect(problem.reason).toBe("FIELD_INVALID");
    if (name.startsWith("as ")) expect(problem.message).toMatch(/the file is an? (HTML page|StopNCII list|NSRL list)/);
  });

  test("whose stream ends early stores nothing that counts", async () => {
    async function* cut(): AsyncIterable<UploadReleaseRequest> {
      yield { part: { $case: "header", value: { requestId: randomUUID(), setId: "bad-input" } } };
      yield { part: { $case: "chunk", value: Buffer.from(`${header}\n${line(9)}\n`) } };
    }
    const list = () => maintainer.listReleases({ setId: "bad-input", pageSize: 100, pageToken: "" });
    const usable = async () => (await list()).releases.filter((r) => r.state !== "RELEASE_STATE_UPLOADING").length;
    const before = await usable();
    expect((await refused(() => maintainer.uploadRelease(cut()))).reason).toBe("FIELD_INVALID");
    expect(await usable()).toBe(before);
  });
});

test("what was refused is in no store: intake holds the reports that it published and no other", async () => {
  const published = await stage.bed.published(nouns.report);
  await stage.stop("intake");
  const environment = await stage.bed.environment("intake");
  await using store = await openStore(environment["INTAKE_STORE_URL"] ?? "");
  const reports = await store.collection({ name: "reports", fields: {} });
  expect((await reports.count()).count).toBe(published.length);
  expect(published.length).toBeGreaterThan(0);
});
