import { randomUUID } from "node:crypto";
import { derivedId } from "@ntd/service";
import { plainAnswer } from "@ntd/testing";
import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tripBreakers } from "../src/breakers/every-second-trip-breakers.ts";
import { liftBreaker } from "../src/breakers/rpc-lift-breaker.ts";
import { listBreakers } from "../src/breakers/rpc-list-breakers.ts";
import { isPersonStopped } from "../src/breakers/stopped.ts";
import { breakerIdOf } from "../src/breakers/subject.ts";
import { writeCase } from "../src/cases/write-case.ts";
import { inDoubt } from "../src/doubts/doubt.ts";
import { decidedReview, claimedReview } from "../src/reviews/review.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, unsentNotice, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { decide as decideCase } from "./doubts.ts";
import { dieAt, untilDone } from "./dying.ts";
import { hit, noon, sha256 } from "./facts.ts";

let ntd: Handlers;
beforeEach(async () => {
  ntd = await openHandlers();
});
afterEach(() => ntd[Symbol.asyncDispose]());

/** A machine decides the target's case by these hits. */
async function byMachine(bed: Handlers, targetId: string, hits = [sha256()]): Promise<void> {
  await bed.target(targetEvent({ targetId }));
  await bed.match(matchEvent(hits, { targetId }));
}

/** What a provider says against the machine's decision about a target. */
function dispute(providerId: string, targetId: string) {
  const caseId = caseIdOf(targetId, 1);
  const notice = unsentNotice(derivedId("decision", caseId, 1), {
    noticeId: `${providerId} ${targetId}`,
    providerId,
    caseId,
    state: "NOTICE_STATE_ANSWERED",
    offeredTime: noon,
    closedTime: undefined,
  });
  const answer = {
    outcome: "OUTCOME_DISPUTED" as const,
    cannotComplyReason: "CANNOT_COMPLY_REASON_UNSPECIFIED" as const,
    receivedTime: noon,
    measureTime: undefined,
    revision: 1,
    reference: "",
    ...plainAnswer,
  };
  return { ...notice, targets: notice.targets.map((target) => ({ ...target, targetId, answers: [answer] })) };
}

/** Two persons take the target's decision back. */
async function reverse(bed: Handlers, targetId: string): Promise<void> {
  const word = { cause: "DOUBT_CAUSE_REOPENED", by: ["assessor/ben"], now: bed.clock.now() } as const;
  await writeCase(bed.deps, caseIdOf(targetId, 1), (file) => {
    return (
      file && decideCase(inDoubt(file, { ...word, by: [...word.by] }), "NOT_ILLEGAL", "assessor/ann", bed.clock.now())
    );
  });
}

const caseOf = async (bed: Handlers, targetId: string) => (await bed.deps.cases.load(caseIdOf(targetId, 1)))?.state;
const progressOf = async (targetId: string) => (await caseOf(ntd, targetId))?.progress;
const tripped = async (bed = ntd) => {
  const { breakers } = await listBreakers(bed.deps)({ pageSize: 0, pageToken: "" });
  return breakers.map(({ kind, name }) => `${kind.replace("BREAKER_KIND_", "").toLowerCase()} ${name}`).toSorted();
};
const national = breakerIdOf({ kind: "set", name: "national" });
const lift = (breakerId: string, who: string) =>
  liftBreaker(ntd.deps)({ requestId: randomUUID(), breakerId, reason: "the list was mended" }, calledBy(who));

describe("disputes", () => {
  test("by three providers trip the breakers of the set and of the rule; fifty by one provider do not", async () => {
    for (let i = 0; i < 50; i++) {
      await byMachine(ntd, `target-${i}`);
      await ntd.notice(dispute("alpha", `target-${i}`));
    }
    await tripBreakers(ntd.deps);
    expect(await tripped()).toEqual([]);
    await ntd.notice(dispute("beta", "target-1"));
    await tripBreakers(ntd.deps);
    expect(await tripped()).toEqual([]);
    await ntd.notice(dispute("gamma", "target-2"));
    await tripBreakers(ntd.deps);
    expect(await tripped()).toEqual(["rule sha256", "set national"]);
  });

  test("that were decided, or that are older than the window, do not count", async () => {
    for (const provider of ["alpha", "beta", "gamma"]) {
      await byMachine(ntd, provider);
      await ntd.notice(dispute(provider, provider));
    }
    const [first] = await ntd.deps.reviews.find({ limit: 1 });
    if (first === undefined) throw new Error("no review");
    const reason = ntd.deps.sealer.seal("no", "words", noon);
    const mine = claimedReview(first.state, "assessor/ben", [], noon, false);
    if ("refused" in mine) throw new Error(mine.detail);
    const done = decidedReview(mine, "assessor/ben", [], { verdict: "REVIEW_VERDICT_REFUSED", reason }, noon);
    if ("refused" in done) throw new Error(done.detail);
    await ntd.deps.reviews.save(first, done);
    await tripBreakers(ntd.deps);
    expect(await tripped()).toEqual([]);
    ntd.clock.advance(31 * 24 * 3_600_000);
    await byMachine(ntd, "delta");
    await ntd.notice(dispute("delta", "delta"));
    await tripBreakers(ntd.deps);
    expect(await tripped()).toEqual([]);
  });

  test("end the same in whatever order and however often they come", { timeout: longest(60_000) }, async () => {
    const pairs = ["alpha", "beta", "gamma"].flatMap((provider) => [
      [provider, `${provider}-1`] as const,
      [provider, `${provider}-2`] as const,
    ]);
    const order = fc.tuple(
      fc.shuffledSubarray(pairs, { minLength: 2 }),
      fc.array(fc.constantFrom(...pairs), { maxLength: 4 }),
      fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(order, async ([shuffled, repeats, counts]) => {
        await using bed = await openHandlers();
        const all = [...shuffled, ...repeats.filter((pair) => shuffled.includes(pair))];
        for (const [, target] of shuffled) await byMachine(bed, target);
        for (const [at, [provider, target]] of all.entries()) {
          await bed.notice(dispute(provider, target));
          if (counts.includes(at)) await tripBreakers(bed.deps);
        }
        await tripBreakers(bed.deps);
        const isTripped = new Set(shuffled.map(([provider]) => provider)).size >= 3;
        expect(await tripped(bed)).toEqual(isTripped ? ["rule sha256", "set national"] : []);
      }),
      { numRuns: runs(12) },
    );
  });
});

describe("decisions that were taken back", () => {
  test("trip at three where they are a share of all; what was counted is told", async () => {
    for (let i = 0; i < 5; i++) await byMachine(ntd, `target-${i}`);
    for (const i of [0, 1]) await reverse(ntd, `target-${i}`);
    await tripBreakers(ntd.deps);
    expect(await tripped()).toEqual([]);
    await reverse(ntd, "target-2");
    for (let again = 0; again < 2; again++) await tripBreakers(ntd.deps);
    expect(await tripped()).toEqual(["rule sha256", "set national"]);
    const { breakers } = await listBreakers(ntd.deps)({ pageSize: 0, pageToken: "" });
    expect(breakers.find(({ name }) => name === "national")).toMatchObject({
      reversals: 3,
      decisions: 5,
      providers: 0,
    });
    expect(await ntd.deps.reversals.count()).toMatchObject({ count: 6 });
  });

  test("of a person send that person's decisions to another one first", async () => {
    for (const i of [0, 1, 2]) {
      const targetId = `target-${i}`;
      await ntd.target(targetEvent({ targetId }));
      await ntd.match(matchEvent([], { targetId }));
      await writeCase(
        ntd.deps,
        caseIdOf(targetId, 1),
        (file) => file && decideCase(file, "ILLEGAL", "assessor/cy", noon, { decisionId: targetId }),
      );
      await reverse(ntd, targetId);
    }
    expect(await isPersonStopped(ntd.deps, "assessor/cy")).toBe(false);
    await tripBreakers(ntd.deps);
    expect(await tripped()).toEqual(["person cy"]);
    expect(await isPersonStopped(ntd.deps, "police/cy")).toBe(true);
    await expect(lift(breakerIdOf({ kind: "person", name: "cy" }), "operator/cy")).rejects.toMatchObject({
      reason: "SAME_PERSON",
    });
  });

  test("are forgotten when they are older than the window, and the case is not counted again", async () => {
    await byMachine(ntd, "target-1");
    await reverse(ntd, "target-1");
    await tripBreakers(ntd.deps);
    ntd.clock.advance(31 * 24 * 3_600_000);
    for (let again = 0; again < 2; again++) await tripBreakers(ntd.deps);
    expect((await ntd.deps.reversals.count()).count).toBe(0);
  });

  test.each([1, 2, 3, 4, 5])("ended at write %d of counting, and again, are counted once", async (write) => {
    for (const i of [0, 1, 2]) {
      await byMachine(ntd, `target-${i}`);
      await reverse(ntd, `target-${i}`);
    }
    const verbs = await ntd.verbs(1);
    const died = dieAt(ntd, [write]);
    await untilDone(() => tripBreakers(ntd.deps));
    expect(died.count).toBe(1);
    expect(await tripped()).toEqual(["rule sha256", "set national"]);
    expect((await ntd.deps.reversals.count()).count).toBe(6);
    expect((await ntd.deps.cases.count({ isUncounted: true })).count).toBe(0);
    expect(await ntd.verbs(1)).toEqual(verbs);
  });
});

describe("while a breaker of a set has tripped", () => {
  beforeEach(async () => {
    for (const provider of ["alpha", "beta", "gamma"]) {
      await byMachine(ntd, provider, [hit()]);
      await ntd.notice(dispute(provider, provider));
    }
    await tripBreakers(ntd.deps);
  });

  test("machines decide nothing from it: a person does, also when it is lifted", async () => {
    await byMachine(ntd, "target-1", [hit()]);
    const stopped = { kind: "queued", reason: "QUEUE_REASON_BREAKER" };
    expect(await progressOf("target-1")).toMatchObject(stopped);
    await lift(national, "assessor/ann");
    await expect(lift(national, "operator/ann")).rejects.toMatchObject({ reason: "SAME_PERSON" });
    expect(await lift(national, "assessor/ben")).toMatchObject({ waitsForSecondPerson: false });
    for (const who of ["assessor/ann", "assessor/ben"]) {
      await lift(breakerIdOf({ kind: "rule", name: "pdq" }), who);
    }
    expect(await tripped()).toEqual([]);
    await ntd.match(matchEvent([hit({ votes: 9 })], { targetId: "target-1" }), 2);
    expect(await progressOf("target-1")).toMatchObject(stopped);
    await byMachine(ntd, "target-2", [hit()]);
    expect(await progressOf("target-2")).toEqual({ kind: "auto_decided" });
  });

  test("what was disputed before it was lifted does not trip it again", async () => {
    ntd.clock.advance(1000);
    for (const who of ["assessor/ann", "assessor/ben"]) await lift(national, who);
    for (const provider of ["alpha", "beta", "gamma"]) await ntd.notice(dispute(provider, provider));
    await tripBreakers(ntd.deps);
    expect(await tripped()).toEqual(["rule pdq"]);
  });

  test("another set's hit by another rule decides still, and its decision says so", async () => {
    await byMachine(ntd, "target-1", [hit(), sha256({ setId: "other", distance: 0 })]);
    expect((await caseOf(ntd, "target-1"))?.decisions[0]?.basis).toMatch(/^SHA256 .* set other,/);
    await byMachine(ntd, "target-2", [hit({ setId: "third" })]);
    expect(await progressOf("target-2")).toMatchObject({ reason: "QUEUE_REASON_BREAKER" });
  });

  test("what it decided before stands", async () => {
    expect(await progressOf("alpha")).toEqual({ kind: "auto_decided" });
  });
});

test("lifting is refused by name for what there is not, and without a reason", async () => {
  await expect(lift("", "assessor/ann")).rejects.toMatchObject({ fields: [{ field: "breaker_id" }] });
  await expect(lift("unknown", "assessor/ann")).rejects.toMatchObject({ reason: "NOT_FOUND" });
  const request = { requestId: randomUUID(), breakerId: national, reason: "" };
  await expect(liftBreaker(ntd.deps)(request, calledBy("assessor/ann"))).rejects.toMatchObject({
    fields: [{ field: "reason" }],
  });
});
