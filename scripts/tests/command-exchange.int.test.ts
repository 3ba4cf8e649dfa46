import type { Feedback } from "@ntd/proto/exchange/v1/feedback_service";
import { ConnectorFault, type Connector } from "@ntd/proto/exchange/v1/exchange_service";
import { Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
beforeEach(() => void bed.arrived.splice(0));
afterAll(() => bed[Symbol.asyncDispose]());

const at = new Date("2026-01-02T03:04:05.000Z");
const connector: Connector = {
  name: "npo",
  kind: "CONNECTOR_KIND_NCMEC",
  setId: "ncmec",
  state: "CONNECTOR_STATE_BACKING_OFF",
  checkpointTime: at,
  range: { fromTime: at, toTime: at, pageCount: 2, expectedCount: 3000n, entryCount: 2000n },
  lastSuccessTime: at,
  failure: {
    fault: "CONNECTOR_FAULT_CREDENTIALS",
    sentence: "The exchange answers 401.",
    firstTime: at,
    lastTime: at,
    count: 3,
  },
  dueTime: at,
  totals: { pulls: 4n, pages: 5n, entries: 6n, tombstones: 7n, releases: 2n, taken: 4n },
  releaseId: "rel-1",
  unknownElements: ["images/image/series"],
  degraded: "CREDENTIALS",
  feedback: { waiting: 1, sent: 2, refused: 3, failed: 0 },
  leftOut: [
    { kind: "tmk-pdqf", reason: "LEFT_OUT_REASON_BEHIND_LINK", count: 5n },
    { kind: "pdq", reason: "LEFT_OUT_REASON_BY_CHOICE", count: 2n },
  ],
  algorithms: ["md5", "sha1"],
  readsAll: true,
  unnamedTime: undefined,
  forgetTime: undefined,
  keptCount: 10_000,
};
const still = { keptStillSinceBackupTime: undefined };

test("exchange status tells where each connector is; of one, all that is known", async () => {
  const fresh = { ...connector, name: "new", state: "CONNECTOR_STATE_WAITING", checkpointTime: undefined } as const;
  const { failure: _, range: _range, ...well } = fresh;
  bed.answers.set("listConnectors", { connectors: [connector, well], ...still });
  const { out } = await bed.ntd("exchange", "status");
  expect(out).toMatch(/\nnpo +ncmec +backing-off +2026-01-02T.* 6 +credentials, 3 in a row +2026-01-02T\S+\n/);
  expect(out).toMatch(/\nnew +ncmec +waiting +nothing yet /);
  const one = await bed.ntd("exchange", "status", "npo");
  expect(one.out).toMatch(/why +The exchange answers 401\.\n/);
  expect(one.out).toMatch(/\nwhat to do +bring new credentials .* ntd exchange pull npo\n/);
  expect(one.out).toMatch(/\ntried again +2026-01-02T/);
  expect(one.out).toMatch(/\ntakes +md5, sha1\n/);
  expect(one.out).toMatch(/\nentries +6, of which 2 without a hash that is taken\n/);
  expect(one.out).toMatch(
    /\nnot taken +5 tmk-pdqf \(behind a link; .*\), 2 pdq \(left out by algorithms of the file\)\n/,
  );
  expect(one.out).toMatch(/\nkept to know what is taken back +10000 entries or more\n/);
  expect(one.out).toMatch(/elements that nobody knows +images\/image\/series\n/);
  expect(one.out).toMatch(/feedback +2 sent, 1 waiting, 3 refused, 0 failed\n/);
  expect((await bed.ntd("exchange", "status", "other")).out).toContain("no connector is named other");
});

test("of a release that waits it is told what to do, also where it cannot come into force any more", async () => {
  const { failure: _, ...well } = connector;
  const waits = { ...well, state: "CONNECTOR_STATE_RELEASE_WAITS" as const };
  bed.answers.set("listConnectors", { connectors: [waits], ...still });
  const { out } = await bed.ntd("exchange", "status", "npo");
  expect(out).toMatch(/\nwhat to do +ntd set compare rel-1, .* set reject .* ntd exchange pull npo --all\n/);
});

test("each fault is told with what to do", async () => {
  const faults = Object.values(ConnectorFault).filter((fault) => !/UNSPECIFIED|UNRECOGNIZED/.test(fault));
  for (const fault of faults) {
    const failure = { fault, sentence: "Why.", firstTime: at, lastTime: at, count: 1 };
    bed.answers.set("listConnectors", { connectors: [{ ...connector, failure }], ...still });
    expect([fault, (await bed.ntd("exchange", "status", "npo")).out]).toEqual([
      fault,
      expect.stringMatching(/\nwhat to do +\w{3,}/),
    ]);
  }
});

test("exchange status tells that it keeps still, and what is kept of a connector that the file names no more", async () => {
  const left = {
    ...connector,
    state: "CONNECTOR_STATE_NOT_NAMED" as const,
    unnamedTime: at,
    forgetTime: new Date("2026-02-01T03:04:05Z"),
    dueTime: undefined,
  };
  bed.answers.set("listConnectors", { connectors: [left], keptStillSinceBackupTime: at });
  const { out } = await bed.ntd("exchange", "status");
  expect(out).toMatch(/^kept still: .*2026-01-02T.*ntd restore lift\n/);
  expect(out).toMatch(/\nnpo +ncmec +not-named .* never +/);
  const one = await bed.ntd("exchange", "status", "npo");
  expect(one.out).toMatch(/\nkept until +2026-02-01T/);
  expect(one.out).toMatch(/ntd exchange forget npo\. Its set stays as it is\n/);
});

test("exchange forget has it removed; what is not there is said", async () => {
  bed.answers.set("forgetConnector", { forgottenCount: 1 });
  expect((await bed.ntd("exchange", "forget", "npo")).out).toContain("is being removed");
  expect(bed.arrived[0]?.request).toMatchObject({ name: "npo", requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  bed.answers.set("forgetConnector", { forgottenCount: 0 });
  expect((await bed.ntd("exchange", "forget", "x")).out).toContain("nothing is kept of a connector named x");
});

test("exchange pull asks for one, and says where to look", async () => {
  bed.answers.set("pullConnector", { connector });
  const { code, out } = await bed.ntd("exchange", "pull", "npo");
  expect([code, out]).toEqual([0, expect.stringContaining("ntd exchange status npo")]);
  expect(bed.arrived[0]?.request).toMatchObject({
    name: "npo",
    all: false,
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  await bed.ntd("exchange", "pull", "npo", "--all");
  expect(bed.arrived[1]?.request).toMatchObject({ name: "npo", all: true });
  bed.answers.set("pullConnector", new Problem("NOT_FOUND", "No connector is named x."));
  expect((await bed.ntd("exchange", "pull", "x")).code).toBe(1);
});

const REASONS = { reasons: [{ reasonId: "g-1", name: "Not CSAM" }] };
const MD5 = "0cc175b9c0f1b6a831c399e269772661";
const value = Uint8Array.from(Buffer.from(MD5, "hex"));
const feedback: Feedback = {
  connector: "npo",
  fingerprint: { algorithm: "ALGORITHM_MD5", value, quality: 0 },
  opinion: "FEEDBACK_OPINION_DISAGREE",
  reasons: REASONS.reasons,
  givenBy: "maintainer/maria",
  givenTime: at,
  state: "FEEDBACK_STATE_WAITING",
  entries: [
    { memberId: "42", entryId: "i1", state: "FEEDBACK_STATE_WAITING", tryCount: 1, endTime: undefined, status: 0 },
  ],
  why: "The exchange does not answer.",
};

test("exchange feedback says it of a hash, a reason by its name or its id; without a hash it lists", async () => {
  bed.answers.set("listFeedbackReasons", REASONS);
  bed.answers.set("giveFeedback", { feedback });
  const said = await bed.ntd("exchange", "feedback", "npo", MD5, "--disagree", "not csam");
  expect([said.code, said.out]).toEqual([0, expect.stringMatching(/state +waiting\n/)]);
  const request = { connector: "npo", opinion: "FEEDBACK_OPINION_DISAGREE", reasonIds: ["g-1"] };
  expect(bed.arrived.at(-1)?.request).toMatchObject({ ...request, fingerprint: { algorithm: "ALGORITHM_MD5" } });
  await bed.ntd("exchange", "feedback", "npo", `md5:${MD5}`, "--agree");
  expect(bed.arrived.at(-1)?.request).toMatchObject({ opinion: "FEEDBACK_OPINION_AGREE", reasonIds: [] });
  bed.answers.set("listFeedback", { feedback: [feedback], nextPageToken: "" });
  const listed = await bed.ntd("exchange", "feedback", "npo", "--state", "waiting");
  expect(listed.out).toMatch(new RegExp(`\nmd5:${MD5} +disagree: Not CSAM +waiting +maria .*does not answer`));
  expect(bed.arrived.at(-1)?.request).toMatchObject({ state: "FEEDBACK_STATE_WAITING" });
});

test("exchange feedback refuses what cannot be meant, and names the reasons that there are", async () => {
  bed.answers.set("listFeedbackReasons", REASONS);
  const out = async (...more: string[]) => {
    const { code, err } = await bed.ntd("exchange", "feedback", "npo", ...more);
    return `${code} ${err}`;
  };
  expect(await out(MD5, "--disagree", "other")).toMatch(/^2 .*Not CSAM/s);
  expect(await out(MD5)).toMatch(/^2 .*--agree/s);
  expect(await out("--agree")).toMatch(/^2 .*hash/s);
  expect(await out("5c3b8f0a-7f0e-4c49-9d0c-0f4c8b6c9d11", "--agree")).toMatch(/^2 .*hash/s);
  expect((await bed.ntd("exchange", "reasons", "npo", "pdq")).out).toMatch(/g-1 +Not CSAM\n/);
});
