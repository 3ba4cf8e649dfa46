import { randomUUID } from "node:crypto";
import type { Lane } from "@ntd/proto/casework/v1/case";
import type { DecideCaseRequest } from "@ntd/proto/casework/v1/case_service";
import { Schemes } from "@ntd/schemes";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { claimNext } from "../src/claims/rpc-claim-next.ts";
import { flagCase } from "../src/queue/rpc-flag-case.ts";
import { reassignCase } from "../src/claims/rpc-reassign-case.ts";
import { releaseClaim } from "../src/claims/rpc-release-claim.ts";
import { caseIdOf } from "../src/store.ts";
import { getViews } from "../src/views/rpc-get-views.ts";
import { trimViews } from "../src/views/every-minute-trim-views.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { noon, scheme } from "./facts.ts";

let ntd: Handlers;
const [ann, ben, sam] = [calledBy("assessor/ann"), calledBy("assessor/ben"), calledBy("assessor/sam")];
const requestId = () => randomUUID();
const id = (target: number) => caseIdOf(`target-${target}`, 1);
const url = "http://host.test/aA.png";

beforeEach(async () => {
  ntd = await openHandlers({ secondLook: { kind: "after", first: 0 }, supervisors: ["sam", "sue"] });
});
afterEach(() => ntd[Symbol.asyncDispose]());

/** A case of the picture, whose bytes all are that number. */
async function waits(target: number, picture = target): Promise<void> {
  const targetId = `target-${target}`;
  const seen = targetEvent({ targetId });
  const value = new Uint8Array(32).fill(picture);
  const content = seen.content && {
    ...seen.content,
    fingerprints: [{ algorithm: "ALGORITHM_PDQ" as const, value, quality: 90 }],
  };
  await ntd.report(reportEvent(`report-${target}`, noon, { targetId }));
  await ntd.target({ ...seen, content });
  await ntd.match(matchEvent([], { targetId }));
  ntd.clock.advance(1000);
}

const claim = async (target: number, who = ann, again = false) =>
  (await claimCase(ntd.deps)({ requestId: requestId(), caseId: id(target), again }, who)).case;
const next = async (who = ann, lane: Lane = "LANE_UNSPECIFIED", request = requestId()) =>
  (await claimNext(ntd.deps)({ requestId: request, lane }, who)).case?.case?.caseId;
async function decidedByAnn(): Promise<void> {
  await waits(1);
  await claim(1);
  const said = { decision: "VERDICT_NOT_ILLEGAL", basis: "", reason: "" } as const;
  const made = { expectedVersion: 1, despiteGone: false, inDoubt: false, classifications: [], ...said };
  await decideCase(ntd.deps)({ requestId: requestId(), caseId: id(1), ...made }, ann);
}
const views = (who = ann) => getViews(ntd.deps)({}, who);
const flag = (target: number) =>
  flagCase(ntd.deps)({ requestId: requestId(), caseId: id(target), lifeAtRisk: true, reason: "in danger" }, ann);

describe("the next case", () => {
  test("is the first that is nobody's, lane by lane; a repeated call claims no other", async () => {
    for (const target of [1, 2, 3, 4]) await waits(target);
    await flag(3);
    const request = requestId();
    expect(await next(ann, "LANE_UNSPECIFIED", request)).toBe(id(3));
    expect(await next(ann, "LANE_UNSPECIFIED", request)).toBe(id(3));
    expect(await next(ben)).toBe(id(1));
    expect(await next(ann, "LANE_LIFE_AT_RISK")).toBeUndefined();
    expect([await next(ann), await next(ben), await next(ann)]).toEqual([id(2), id(4), undefined]);
  });

  test("is no second look at one's own decision", async () => {
    await decidedByAnn();
    expect(await next(ann)).toBeUndefined();
    expect(await next(ben)).toBe(id(1));
  });

  test("may be of a picture that one has seen elsewhere: it is not opened again, and names that case", async () => {
    await decidedByAnn();
    await waits(2, 1);
    const { case: found } = await claimNext(ntd.deps)({ requestId: requestId(), lane: "LANE_UNSPECIFIED" }, ann);
    expect(found).toMatchObject({ case: { caseId: id(2) }, url: "", viewedInCaseId: id(1) });
    expect(await views(ann)).toMatchObject({ viewedToday: 1 });
  });

  test("of several who ask at once each gets another one", async () => {
    for (const target of [1, 2, 3]) await waits(target);
    const got = await Promise.all([next(ann), next(ben), next(sam)]);
    expect(new Set(got)).toEqual(new Set([id(1), id(2), id(3)]));
  });
});

describe("a supervisor", () => {
  const give = async (caller = sam, assessor = "ben") =>
    (await reassignCase(ntd.deps)({ requestId: requestId(), caseId: id(1), assessor }, caller)).case;

  test("gives a case to another assessor, claimed or free", async () => {
    await waits(1);
    expect(await give()).toMatchObject({ claimedBy: "assessor/ben" });
    await claim(1, ben);
    expect(await give(sam, "ann")).toMatchObject({ claimedBy: "assessor/ann" });
    await expect(claim(1, ben)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  });

  test("gives nobody the second look at what they decided", async () => {
    await decidedByAnn();
    await expect(give(sam, "ann")).rejects.toMatchObject({ reason: "SAME_PERSON" });
    expect(await give(sam, "ben")).toMatchObject({ claimedBy: "assessor/ben" });
  });

  test("alone does so, and to somebody with a name", async () => {
    await waits(1);
    await expect(give(ann)).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
    await expect(give(sam, "assessor/ben")).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  });
});

describe("a picture that somebody viewed", () => {
  test("is not opened to them at another address, unless they ask again; to others it is", async () => {
    await waits(1);
    await waits(2, 1);
    expect(await claim(1)).toMatchObject({ url });
    expect(await claim(1)).toMatchObject({ url });
    expect(await views()).toEqual({ viewedToday: 1, leftToday: 249 });
    expect(await claim(2)).toMatchObject({ url: "", viewedInCaseId: id(1) });
    const shown = async () => (await getCase(ntd.deps)({ by: { $case: "caseId", value: id(2) } }, ann)).case?.url;
    expect([await shown(), (await views()).viewedToday]).toEqual(["", 1]);
    expect(await claim(2, ann, true)).toMatchObject({ url });
    expect([await shown(), (await views()).viewedToday]).toEqual([url, 2]);
    await releaseClaim(ntd.deps)({ requestId: requestId(), caseId: id(2) }, ann);
    expect(await claim(2, ben)).toMatchObject({ url });
    expect(await views(ben)).toMatchObject({ viewedToday: 1 });
  });

  test("is viewed by who asks to open a case that is not theirs: it counts, and takes of the budget", async () => {
    await waits(1);
    await waits(2, 2);
    const show = async (n: number, openAddress?: boolean) =>
      (await getCase(ntd.deps)({ by: { $case: "caseId", value: id(n) }, ...(openAddress && { openAddress }) }, ann))
        .case?.url;
    expect([await show(1), (await views()).viewedToday]).toEqual(["", 0]);
    for (let i = 0; i < 2; i++) expect([await show(1, true), (await views()).viewedToday]).toEqual([url, 1]);
    expect(await show(1)).toBe("");
    ntd.deps.viewBudget = { ...ntd.deps.viewBudget, perDay: 1 };
    await expect(show(2, true)).rejects.toMatchObject({ reason: "VIEW_BUDGET_SPENT" });
    expect([await show(1, true), (await views()).viewedToday]).toEqual([url, 1]);
  });

  test("also where a name comes with another kind of identity, or the case was given to them", async () => {
    await waits(1);
    await reassignCase(ntd.deps)({ requestId: requestId(), caseId: id(1), assessor: "ann" }, sam);
    expect(await views()).toMatchObject({ viewedToday: 0 });
    await getCase(ntd.deps)({ by: { $case: "caseId", value: id(1) } }, ann);
    expect(await views()).toMatchObject({ viewedToday: 1 });
  });
});

describe("where a national scheme is configured", () => {
  const decide = (said: Partial<DecideCaseRequest>) => {
    const base = { expectedVersion: 1, despiteGone: false, inDoubt: false, basis: "act 1", reason: "plain" };
    const plain = { decision: "VERDICT_ILLEGAL", classifications: [] } as const;
    const whole = { ...base, ...plain, classifications: [], ...said };
    return decideCase(ntd.deps)({ requestId: requestId(), caseId: id(1), ...whole }, ann);
  };

  test('"illegal" names one of its codes, and why; out of scope needs neither; every code is checked', async () => {
    const codes = [{ code: "A1", title: "an act", isIllegal: true }];
    ntd.deps.schemes = new Schemes([scheme({ scheme: "national", codes })], "national", []);
    await waits(1);
    await claim(1);
    const field = (name: string) => ({ reason: "FIELD_INVALID", fields: [{ field: name }] });
    await expect(decide({})).rejects.toMatchObject(field("classifications"));
    const listed = [{ scheme: "national", version: "1", code: "A1" }];
    await expect(decide({ classifications: listed, reason: "" })).rejects.toMatchObject(field("reason"));
    const unknown = [{ scheme: "national", version: "1", code: "A9" }];
    const outOfScope = { decision: "VERDICT_OUT_OF_SCOPE", reason: "", basis: "" } as const;
    await expect(decide({ ...outOfScope, classifications: unknown })).rejects.toMatchObject(
      field("classifications[0]"),
    );
    expect((await decide({ classifications: listed })).case?.case).toMatchObject({ state: "CASE_STATE_DECIDED" });
  });
});

describe("a day's budget of views", () => {
  beforeEach(async () => {
    ntd.deps.viewBudget = { perDay: 2, timeZone: "Asia/Kuala_Lumpur" };
    for (const target of [1, 2, 3]) await waits(target);
    await claim(1);
    await claim(2);
  });

  test("stops claims until the next day begins there, and says when; not those of a child in danger", async () => {
    const begins = "2026-03-01T16:00:00.000Z";
    await expect(claim(3)).rejects.toMatchObject({ reason: "VIEW_BUDGET_SPENT", metadata: { begins } });
    await expect(next()).rejects.toMatchObject({ reason: "VIEW_BUDGET_SPENT" });
    // Words open no picture, though they wait behind one.
    const words = { wordsTargetId: "words-9", targets: [] };
    await ntd.report({ ...reportEvent("report-9", noon), ...words });
    expect(await next()).toBe(caseIdOf("words-9", 1));
    expect(await claim(1)).toMatchObject({ url });
    expect(await views()).toEqual({ viewedToday: 2, leftToday: 0 });
    expect(await claim(3, ben)).toMatchObject({ url });
    await releaseClaim(ntd.deps)({ requestId: requestId(), caseId: id(3) }, ben);
    await flag(3);
    expect(await next()).toBe(id(3));
    await waits(4);
    ntd.clock.advance(4 * 3_600_000);
    expect(await views()).toEqual({ viewedToday: 0, leftToday: 2 });
    expect(await claim(4)).toMatchObject({ url });
  });

  test("counts no more once nobody remembers the day; the picture is known for longer", async () => {
    ntd.clock.advance(3 * 24 * 3_600_000);
    await trimViews(ntd.deps);
    expect(await ntd.deps.viewDays.find({ limit: 9 })).toEqual([]);
    expect(await ntd.deps.views.find({ limit: 9 })).toHaveLength(2);
    ntd.clock.advance(ntd.deps.readingsKeptMs);
    await trimViews(ntd.deps);
    expect(await ntd.deps.views.find({ limit: 9 })).toEqual([]);
  });
});
