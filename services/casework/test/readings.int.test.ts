import { randomUUID } from "node:crypto";
import { Problem, sealer } from "@ntd/service";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { searchCases } from "../src/assessment/rpc-search-cases.ts";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { listReadings, trimReadings } from "@ntd/host";
import { listImpact } from "../src/impact/rpc-list-impact.ts";
import { getReview } from "../src/reviews/rpc-get-review.ts";
import { caseIdOf } from "../src/store.ts";
import { openHandlers, reportEvent, targetEvent, matchEvent, testSealer, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { decide } from "./decide.ts";
import { noon } from "./facts.ts";

let handlers: Handlers;
const caseId = caseIdOf("target-1", 1);
const everything = { caseId: "", reader: "", resource: "", pageSize: 0, pageToken: "" };
const url = "http://host.test/aA.png";

beforeEach(async () => {
  handlers = await openHandlers();
  await handlers.report(reportEvent("report-1", noon));
  await handlers.target(targetEvent());
  await handlers.match(matchEvent([]));
});
afterEach(() => handlers[Symbol.asyncDispose]());

const open = (person: string, openAddress = true) =>
  getCase(handlers.deps)({ by: { $case: "caseId", value: caseId }, openAddress }, calledBy(person));
const claim = (person: string) =>
  claimCase(handlers.deps)({ requestId: randomUUID(), caseId }, calledBy(person)).then((answer) => answer.case);
const listed = async (change: Partial<typeof everything> = {}) =>
  (await listReadings(handlers.deps.readings)({ ...everything, ...change })).readings;

describe("who opens an address leaves that behind", () => {
  test("by reading a case and by claiming it, once each; newest first, of a case and of a reader", async () => {
    expect((await open("assessor/ann")).case?.url).toBe(url);
    handlers.clock.advance(1000);
    expect((await claim("assessor/ben"))?.url).toBe(url);
    const kind = { kind: "address", caseId, resource: `cases/${caseId}` };
    const ann = { ...kind, reader: "assessor/ann", readTime: noon };
    const ben = { ...kind, reader: "assessor/ben", readTime: new Date(noon.getTime() + 1000) };
    expect(await listed()).toMatchObject([ben, ann]);
    expect(await listed({ caseId, reader: "assessor/ann" })).toMatchObject([ann]);
    expect(await listed({ reader: "assessor/ben" })).toMatchObject([ben]);
    expect(await listed({ caseId: "another" })).toEqual([]);
    expect(await listed({ resource: `cases/${caseId}`, reader: "assessor/ben" })).toMatchObject([ben]);
    await expect(listed({ caseId, resource: `cases/${caseId}` })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  });

  test("who is shown neither it nor a decision leaves nothing", async () => {
    for (const person of ["operator/olga", "police/paul"]) expect((await open(person)).case?.url).toBe("");
    expect((await open("assessor/ann", false)).case?.url).toBe("");
    expect(await listed()).toEqual([]);
  });

  test("page by page", async () => {
    for (let i = 0; i < 5; i++) {
      await open("assessor/ann");
      handlers.clock.advance(1000);
    }
    const first = await listReadings(handlers.deps.readings)({ ...everything, caseId, pageSize: 3 });
    const { readings, nextPageToken } = await listReadings(handlers.deps.readings)({
      ...everything,
      caseId,
      pageSize: 3,
      pageToken: first.nextPageToken,
    });
    expect([first.readings.length, readings.length, nextPageToken]).toEqual([3, 2, ""]);
  });
});

describe("who is shown what was decided leaves that behind", () => {
  const everyone = ["operator/olga", "police/paul", "assessor/ben"];
  const decision = { kind: "decision", caseId, resource: `cases/${caseId}` };
  beforeEach(() => decide(handlers, "VERDICT_ILLEGAL"));
  const of = async (reader: string) => listed({ reader });

  test("by reading a case without its address, once each", async () => {
    for (const person of everyone) {
      expect((await open(person, false)).case?.case?.decision?.verdict).toBe("VERDICT_ILLEGAL");
      expect(await of(person)).toMatchObject([decision]);
    }
    expect(await of("assessor/ben")).toHaveLength(1);
  });

  test("by a page of a search or of what something caused, once a page and of no case", async () => {
    const by = { $case: "decidedBy", value: "ann" } as const;
    const cause = { what: { $case: "person", value: "ann" } } as const;
    const page = { pageSize: 0, pageToken: "" };
    const searched = await searchCases(handlers.deps)({ by, ...page }, calledBy("assessor/ben"));
    const caused = await listImpact(handlers.deps)({ cause, ...page }, calledBy("operator/olga"));
    expect([searched.cases, caused.cases].map((some) => some[0]?.verdict)).toEqual(Array(2).fill("VERDICT_ILLEGAL"));
    const ofPage = { kind: "decision", caseId: "", resource: "" };
    expect([await of("assessor/ben"), await of("operator/olga")]).toMatchObject([[ofPage], [ofPage]]);
  });
});

test("an address whose key was taken out is told apart from one that is not opened for who asks", async () => {
  const later = sealer(new Map([["2030-01", new Uint8Array(32).fill(3)]]));
  handlers.deps.sealer = later;
  const shown = async (person: string) => (await open(person)).case;
  expect(await shown("assessor/ann")).toMatchObject({ url: "", addressErased: true });
  expect(await shown("operator/olga")).not.toHaveProperty("addressErased");
  expect(await listed()).toEqual([]);
});

test("what was said against a decision is opened with a trace, too", async () => {
  const receivedTime = noon;
  const said = { capacity: "CAPACITY_UPLOADER", address: undefined, contact: undefined, language: "" } as const;
  const about = {
    targetId: "target-1",
    caseId,
    text: testSealer.seal("my own picture", "words", noon),
    answerTime: noon,
  };
  await handlers.complaint({ complaintId: "complaint-1", receivedTime, ...said, ...about });
  const [review] = await handlers.deps.reviews.find({ limit: 1 });
  const reviewId = review?.id ?? "";
  await getReview(handlers.deps)({ reviewId }, calledBy("operator/olga"));
  expect(await listed()).toEqual([]);
  const opened = await getReview(handlers.deps)({ reviewId }, calledBy("assessor/ann"));
  expect(opened.review?.text).toBe("my own picture");
  expect(await listed()).toMatchObject([
    { reader: "assessor/ann", kind: "words", caseId, resource: `reviews/${reviewId}`, readTime: noon },
  ]);
});

test("nothing is given while the trace cannot be written", async () => {
  handlers.deps.readings.insertMany = () => Promise.reject(new Problem("STORE_UNAVAILABLE"));
  await expect(open("assessor/ann")).rejects.toMatchObject({ reason: "STORE_UNAVAILABLE" });
  await expect(claim("assessor/ann")).rejects.toMatchObject({ reason: "STORE_UNAVAILABLE" });
  expect((await open("operator/olga")).case?.case?.caseId).toBe(caseId);
});

test("it is kept for as long as the setting says", async () => {
  await open("assessor/ann");
  handlers.clock.advance(7 * 24 * 3_600_000);
  await open("assessor/ben");
  await trimReadings({ ...handlers.deps, days: 7 });
  expect(await listed()).toHaveLength(2);
  handlers.clock.advance(1);
  await trimReadings({ ...handlers.deps, days: 7 });
  expect(await listed()).toMatchObject([{ reader: "assessor/ben" }]);
});
