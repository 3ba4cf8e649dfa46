import { randomUUID } from "node:crypto";
import { DecideCaseResponse } from "@ntd/proto/casework/v1/case_service";
import { sealAddress } from "@ntd/service";
import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { getDossier } from "../src/assessment/rpc-get-dossier.ts";
import { searchCases } from "../src/assessment/rpc-search-cases.ts";
import { confirmWithdrawals } from "../src/bulk/rpc-confirm-withdrawals.ts";
import { listWithdrawals } from "../src/bulk/rpc-list-withdrawals.ts";
import { reopenCases } from "../src/bulk/rpc-reopen-cases.ts";
import { published } from "../src/cases/publish.ts";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { writeClusters } from "../src/clusters/every-second-write-clusters.ts";
import { getCluster } from "../src/clusters/rpc-get-cluster.ts";
import { listImpact } from "../src/impact/rpc-list-impact.ts";
import { tellDecisions } from "../src/queue/every-second-tell-decisions.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { flagCase } from "../src/queue/rpc-flag-case.ts";
import { reopenCase } from "../src/queue/rpc-reopen-case.ts";
import { undoDecision } from "../src/queue/rpc-undo-decision.ts";
import { referCase } from "../src/referrals/rpc-refer-case.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, testSealer, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { dieAt, untilDone } from "./dying.ts";
import { hit, sha256 } from "./facts.ts";

const [ann, ben, sam] = ["assessor/ann", "assessor/ben", "assessor/sam"].map(calledBy) as [Ctx, Ctx, Ctx];
type Ctx = ReturnType<typeof calledBy>;
const star = caseIdOf("star", 1);
const m = (n: number) => caseIdOf(`m${n}`, 1);
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

/** One picture at so many other addresses: the first half the same, the rest likely so; none is listed. */
async function bedOf(count: number, settings: Parameters<typeof openHandlers>[0] = {}): Promise<Handlers> {
  const ntd = await openHandlers(settings);
  for (const targetId of ["star", ...numbers(count).map((n) => `m${n}`)]) await seen(ntd, targetId);
  const distance = (n: number) => (n < count / 2 ? n % 17 : 17 + (n % 15));
  ntd.resembles.similar = numbers(count).map((n) => ({
    targetId: `m${n}`,
    episode: 1,
    quality: 90,
    distance: distance(n),
  }));
  return ntd;
}

async function seen(ntd: Handlers, targetId: string, hits: Parameters<typeof matchEvent>[0] = [], version = 1) {
  if (version === 1) await ntd.target(targetEvent({ targetId }));
  await ntd.match(matchEvent(hits, { targetId }), version);
}

const request = (caseIds: string[], change = {}) => ({
  requestId: randomUUID(),
  caseId: star,
  expectedVersion: 1,
  decision: "VERDICT_ILLEGAL" as const,
  classifications: [{ scheme: "national", version: "2024", code: "s4" }],
  basis: "section 4",
  reason: "a child",
  despiteGone: false,
  inDoubt: false,
  cluster: { caseIds },
  ...change,
});
const ids = (caseId = star) => ({ requestId: randomUUID(), caseId });
async function confirm({ deps }: Handlers, caseIds: string[], change = {}, by = ann) {
  await claimCase(deps)(ids(), by);
  return decideCase(deps)(request(caseIds, change), by);
}
const fileOf = async ({ deps }: Handlers, caseId: string) => {
  const found = await deps.cases.load(caseId);
  if (found === undefined) throw new Error("no case");
  return found.state;
};
const told = async (ntd: Handlers, caseId: string) => {
  const { state, decision, doubt } = published(await fileOf(ntd, caseId));
  return doubt !== undefined
    ? "in doubt"
    : decision === undefined
      ? state
      : `${decision.verdict} ${decision.decidedBy}`;
};
const cluster = ({ deps }: Handlers, by = ann, caseId = star) => getCluster(deps)({ caseId }, by);
const cause = { what: { $case: "clusterCaseId" as const, value: star } };
const illegal = "VERDICT_ILLEGAL assessor/ann";
const plain = (answer: DecideCaseResponse) => DecideCaseResponse.decode(DecideCaseResponse.encode(answer).finish());

test("both groups are told with where they stand; what was confirmed is decided once the decision is told, the rest is not", async () => {
  await using ntd = await bedOf(6, { holdBackMs: 60_000 });
  const { same, likely } = await cluster(ntd);
  expect([same, likely].map((some) => some.map(({ caseId }) => caseId))).toEqual([
    [m(0), m(1), m(2)],
    [m(3), m(4), m(5)],
  ]);
  expect(same[0]).toEqual({
    caseId: m(0),
    distance: 0,
    state: "CASE_STATE_QUEUED",
    verdict: "VERDICT_UNSPECIFIED",
    isDecidedWith: false,
  });
  await confirm(ntd, [m(0), m(1), m(4)]);
  await writeClusters(ntd.deps);
  expect(await told(ntd, m(0))).toBe("CASE_STATE_QUEUED");
  expect(await cluster(ntd)).toMatchObject({ isOpen: true });
  ntd.clock.advance(60_000);
  await tellDecisions(ntd.deps);
  await writeClusters(ntd.deps);
  expect(await Promise.all([0, 1, 4].map((n) => told(ntd, m(n))))).toEqual([illegal, illegal, illegal]);
  expect(await Promise.all([2, 3, 5].map((n) => told(ntd, m(n))))).toEqual(Array(3).fill("CASE_STATE_QUEUED"));
  const { decisions } = await fileOf(ntd, m(4));
  expect(decisions).toMatchObject([{ basis: "section 4", classifications: [{ code: "s4" }], clusterCaseId: star }]);
  await seen(ntd, "m6");
  ntd.resembles.similar?.push({ targetId: "m6", episode: 1, quality: 90, distance: 3 });
  await writeClusters(ntd.deps);
  const after = await cluster(ntd);
  const isDecided = Object.fromEntries(after.same.map(({ caseId, isDecidedWith }) => [caseId, isDecidedWith]));
  expect(isDecided).toEqual({ [m(0)]: true, [m(1)]: true, [m(2)]: false, [m(6)]: false });
  expect(after).toMatchObject({ decidedCount: 3, leftOut: [] });
});

test("undone before it is told, nothing is decided; decided again without a list, neither", async () => {
  await using ntd = await bedOf(2, { holdBackMs: 60_000 });
  await confirm(ntd, [m(0), m(1)]);
  await undoDecision(ntd.deps)(ids(), ann);
  await decideCase(ntd.deps)(request([], { cluster: undefined }), ann);
  ntd.clock.advance(60_000);
  await tellDecisions(ntd.deps);
  await writeClusters(ntd.deps);
  expect(await told(ntd, star)).toBe(illegal);
  expect(await Promise.all([0, 1].map((n) => told(ntd, m(n))))).toEqual(Array(2).fill("CASE_STATE_QUEUED"));
});

test("what is none of the cluster now, or is not to be decided so, is named before anything is saved", async () => {
  await using ntd = await bedOf(4);
  await seen(ntd, "else");
  await claimCase(ntd.deps)(ids(m(1)), ben);
  await claimCase(ntd.deps)(ids(m(2)), ben);
  await decideCase(ntd.deps)({ ...request([]), caseId: m(2), cluster: undefined }, ben);
  const wrong = [m(0), m(1), m(2), caseIdOf("else", 1), "nothing", m(0)];
  const refused = await confirm(ntd, wrong).catch((error: unknown) => error);
  expect(refused).toMatchObject({ reason: "FIELD_INVALID" });
  const fields = (refused as { fields: { field: string }[] }).fields.map(({ field }) => field);
  expect(fields).toEqual([1, 2, 3, 4, 5].map((n) => `cluster.case_ids[${n}]`));
  await expect(confirm(ntd, [])).rejects.toMatchObject({ fields: [{ field: "cluster.case_ids" }] });
  await expect(confirm(ntd, [star])).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  ntd.resembles.similar = undefined;
  await expect(confirm(ntd, [m(0)])).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  expect((await fileOf(ntd, star)).decisions).toEqual([]);
});

test("what changes meanwhile is left out, and named with its reason; a repeat of the call gets its first answer", async () => {
  await using ntd = await bedOf(4, { holdBackMs: 60_000 });
  await claimCase(ntd.deps)(ids(), ann);
  const asked = request(numbers(4).map(m));
  const answer = await decideCase(ntd.deps)(asked, ann);
  await claimCase(ntd.deps)(ids(m(0)), ben);
  await claimCase(ntd.deps)(ids(m(1)), ben);
  await decideCase(ntd.deps)(
    { ...request([]), caseId: m(1), cluster: undefined, decision: "VERDICT_NOT_ILLEGAL" },
    ben,
  );
  await seen(ntd, "m2", [hit({ autoIssue: false })], 2);
  ntd.clock.advance(60_000);
  await tellDecisions(ntd.deps);
  await writeClusters(ntd.deps);
  expect(await cluster(ntd)).toMatchObject({
    decidedCount: 1,
    leftOut: [
      { caseId: m(0), reason: "LEFT_OUT_REASON_CLAIMED" },
      { caseId: m(1), reason: "LEFT_OUT_REASON_DECIDED" },
      { caseId: m(2), reason: "LEFT_OUT_REASON_CHANGED" },
    ],
  });
  expect(await told(ntd, m(1))).toBe("VERDICT_NOT_ILLEGAL assessor/ben");
  const again = await decideCase(ntd.deps)(asked, ann);
  expect(plain(again).case?.case).toEqual(plain(answer).case?.case);
});

/** All else that tells of a case that was decided with another. */
async function elsewhere({ deps }: Handlers, by: Ctx): Promise<string> {
  const dossiers = await Promise.all([m(0), m(2)].map((caseId) => getDossier(deps)({ caseId }, by)));
  const finds = ["host" as const, "decidedBy" as const].map(($case) => {
    const value = $case === "host" ? "host.test" : "ann";
    return searchCases(deps)({ by: { $case, value }, pageSize: 10, pageToken: "" }, by);
  });
  const flagged = await flagCase(deps)({ ...ids(m(0)), lifeAtRisk: undefined, youngChild: true, reason: "small" }, by);
  const referred = await referCase(deps)({ ...ids(m(0)), reason: "for police" }, by).catch(() => undefined);
  const shown = [...dossiers, ...(await Promise.all(finds)), flagged, referred];
  return JSON.stringify(shown, (name, value: unknown) => (name === "reason" ? undefined : value));
}

test("who looks second at it sees of no case what was decided with it; what they say otherwise is said of all", async () => {
  const secondLook = { kind: "after", first: 0 } as const;
  await using ntd = await bedOf(3, { secondLook, supervisors: ["sam", "sue"] });
  await confirm(ntd, [m(0), m(1)]);
  await writeClusters(ntd.deps);
  expect(await told(ntd, m(0))).toBe(illegal);
  await claimCase(ntd.deps)(ids(), ben);
  const shown = await cluster(ntd, ben);
  expect(shown).toEqual({ ...shown, leftOut: [] });
  const view = (await getCase(ntd.deps)({ by: { $case: "caseId", value: m(0) } }, ben)).case;
  const impact = await listImpact(ntd.deps)({ cause, pageSize: 10, pageToken: "" }, ben);
  expect(JSON.stringify([shown, view?.case?.decision ?? null, impact])).not.toMatch(/ILLEGAL|ann|true/);
  expect(await elsewhere(ntd, ben)).not.toMatch(/ILLEGAL|UNKNOWN_MATERIAL|assessor.ann/);
  expect(await elsewhere(ntd, ann)).toMatch(/ILLEGAL/);
  expect((await getCase(ntd.deps)({ by: { $case: "caseId", value: m(0) } }, ann)).case?.case?.decision).toBeDefined();
  await decideCase(ntd.deps)(request([], { cluster: undefined, decision: "VERDICT_NOT_ILLEGAL" }), ben);
  await writeClusters(ntd.deps);
  expect(await Promise.all([0, 1].map((n) => told(ntd, m(n))))).toEqual(["in doubt", "in doubt"]);
  expect(await told(ntd, m(2))).toBe("CASE_STATE_QUEUED");
  // The supervisor, who settles it, confirms the same list again.
  await confirm(ntd, [m(0), m(1)], {}, sam);
  await writeClusters(ntd.deps);
  const bySam = "VERDICT_ILLEGAL assessor/sam";
  expect(await Promise.all([star, m(0), m(1)].map((id) => told(ntd, id)))).toEqual([bySam, bySam, bySam]);
});

test("who looks second hears neither of what was decided by itself of the picture, nor of the look by another case", async () => {
  const secondLook = { kind: "after", first: 0 } as const;
  await using ntd = await bedOf(3, { secondLook, supervisors: ["sam", "sue"] });
  const alone = { caseId: m(2), cluster: undefined };
  await claimCase(ntd.deps)(ids(m(2)), ben);
  await decideCase(ntd.deps)(request([], alone), ben);
  await confirm(ntd, [m(0)]);
  await writeClusters(ntd.deps);
  await claimCase(ntd.deps)(ids(), ben);
  const own = await cluster(ntd, ben);
  expect([own.decidedCount, own.isOpen, own.leftOut]).toEqual([undefined, undefined, []]);
  expect(JSON.stringify(own)).not.toMatch(/ILLEGAL/);
  // The other way round: a case that is not looked at names the one that is.
  ntd.resembles.similar = [{ targetId: "star", episode: 1, quality: 90, distance: 3 }];
  const other = await getCluster(ntd.deps)({ caseId: m(1) }, ben);
  expect(other.same).toMatchObject([{ caseId: star, state: "CASE_STATE_CLAIMED", verdict: "VERDICT_UNSPECIFIED" }]);
  expect((await getCluster(ntd.deps)({ caseId: m(1) }, ann)).same).toMatchObject([{ verdict: "VERDICT_ILLEGAL" }]);
});

test("it waits for a second look before with the case's own decision, and is told with it", async () => {
  await using ntd = await bedOf(2, { secondLook: { kind: "after", first: 0 }, supervisors: ["sam", "sue"] });
  await confirm(ntd, [m(0)], { inDoubt: true });
  await writeClusters(ntd.deps);
  expect(await told(ntd, m(0))).toBe("CASE_STATE_QUEUED");
  await expect(confirm(ntd, [m(1)], {}, ben)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  await decideCase(ntd.deps)(request([], { cluster: undefined }), ben);
  await writeClusters(ntd.deps);
  expect(await Promise.all([star, m(0), m(1)].map((id) => told(ntd, id)))).toEqual([
    illegal,
    illegal,
    "CASE_STATE_QUEUED",
  ]);
});

test("where one of the list is a whole host, two persons decide before any of it is told", async () => {
  await using ntd = await bedOf(1, { secondLook: { kind: "after", first: 0 }, supervisors: ["sam", "sue"] });
  const url = "http://host.test/";
  const address = sealAddress(testSealer, { original: url, fetch: url, key: "host.test/" }, ntd.clock.now());
  await ntd.target(targetEvent({ targetId: "m0", address }), 2);
  await confirm(ntd, [m(0)]);
  await writeClusters(ntd.deps);
  expect(await Promise.all([star, m(0)].map((id) => told(ntd, id)))).toEqual(Array(2).fill("CASE_STATE_QUEUED"));
});

test("what a hit decides by itself at one address is held back like all else where others are decided with it", async () => {
  await using ntd = await bedOf(1, { holdBackMs: 60_000, autoPerMinute: 0 });
  await seen(ntd, "star", [sha256()], 2);
  await confirm(ntd, [m(0)], { expectedVersion: 2 });
  expect((await fileOf(ntd, star)).progress.kind).toBe("held");
});

async function takeBack(ntd: Handlers) {
  const reopening = { requestId: randomUUID(), cause, reason: "it is a cartoon" };
  const reopened = await untilDone(() => reopenCases(ntd.deps)(reopening, ben));
  const { pictures } = await listWithdrawals(ntd.deps)({ cause, pageSize: 100, pageToken: "" }, sam);
  const confirming = {
    requestId: randomUUID(),
    cause,
    reason: "so it is",
    pictures: pictures.map((one) => one.picture),
  };
  const withdrawn = await untilDone(() => confirmWithdrawals(ntd.deps)(confirming, sam));
  return { reopened, withdrawn };
}

test(
  "sixty are confirmed once and taken back as one, by two persons; the breaker of who erred counts one",
  { timeout: longest(60_000) },
  async () => {
    await using ntd = await bedOf(60);
    await confirm(ntd, numbers(60).map(m));
    await writeClusters(ntd.deps);
    expect(new Set(await Promise.all([star, ...numbers(60).map(m)].map((id) => told(ntd, id))))).toEqual(
      new Set([illegal]),
    );
    expect(await takeBack(ntd)).toMatchObject({ reopened: { reopenedCount: 61 }, withdrawn: { withdrawnCount: 61 } });
    const ends = await Promise.all(
      [star, ...numbers(60).map(m)].map(async (id) => (await fileOf(ntd, id)).decisions.at(-1)),
    );
    expect(ends.every((one) => one?.confirmedBy === "assessor/ben" && one.decidedBy === "assessor/sam")).toBe(true);
    expect(await ntd.deps.cases.count({ isUncounted: true })).toEqual({ count: 1, isMore: false });
  },
);

test("in doubt while its list is written, no more of that is decided", async () => {
  await using ntd = await bedOf(60);
  await confirm(ntd, numbers(60).map(m));
  const save = ntd.deps.cases.save.bind(ntd.deps.cases);
  let writes = 0;
  ntd.deps.cases.save = async (...args) => {
    if (++writes === 25) await reopenCase(ntd.deps)({ ...ids(), reason: "?", claim: false, keepInForce: false }, ben);
    return save(...args);
  };
  for (let n = 0; n < 3; n++) await writeClusters(ntd.deps);
  const all = await Promise.all(numbers(60).map((n) => told(ntd, m(n))));
  expect(all.filter((one) => one !== "CASE_STATE_QUEUED").length).toBeLessThanOrEqual(40);
  expect((await fileOf(ntd, star)).cluster?.leftOut?.length).toBeGreaterThanOrEqual(20);
});

test("reopened alone, the case leaves the others as they are", async () => {
  await using ntd = await bedOf(2);
  await confirm(ntd, [m(0), m(1)]);
  await writeClusters(ntd.deps);
  await reopenCase(ntd.deps)({ ...ids(), reason: "?", claim: false, keepInForce: false }, ben);
  await writeClusters(ntd.deps);
  expect(await Promise.all([star, m(0), m(1)].map((id) => told(ntd, id)))).toEqual(["in doubt", illegal, illegal]);
});

test("ended at any of its writes, and called again, it ends the same", { timeout: longest(120_000) }, async () => {
  const deaths = fc.uniqueArray(fc.integer({ min: 1, max: 24 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(deaths, fc.nat({ max: 12 }), async (dyingWrites, reopenedAt) => {
      await using ntd = await bedOf(8);
      await claimCase(ntd.deps)(ids(), ann);
      dieAt(ntd, dyingWrites);
      const asked = request(numbers(8).map(m));
      await untilDone(() => decideCase(ntd.deps)(asked, ann));
      const write = async () => {
        await writeClusters(ntd.deps).catch(() => undefined);
      };
      for (let n = 0; n < reopenedAt; n++) await write();
      const doubted = reopenedAt % 2 === 1 && ids();
      if (doubted) {
        const request = { ...doubted, reason: "?", claim: false, keepInForce: false };
        await untilDone(() => reopenCase(ntd.deps)(request, ben));
      }
      for (let n = 0; n < 30; n++) await write();
      const files = await Promise.all(numbers(8).map((n) => fileOf(ntd, m(n))));
      const { leftOut } = (await fileOf(ntd, star)).cluster ?? {};
      expect(files.every(({ decisions }) => decisions.length <= 1)).toBe(true);
      expect(files.filter(({ decisions }) => decisions.length === 0)).toHaveLength(leftOut?.length ?? -1);
      if (!doubted) expect(leftOut).toEqual([]);
    }),
    { numRuns: runs(15) },
  );
});
