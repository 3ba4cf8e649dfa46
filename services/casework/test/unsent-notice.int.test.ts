import { decisionInForce } from "@ntd/facts";
import { derivedId } from "@ntd/service";
import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, unsentNotice, type Handlers } from "./bed.ts";
import { decide } from "./decide.ts";
import { hit, later, noon } from "./facts.ts";

let ntd: Handlers;
beforeEach(async () => {
  ntd = await openHandlers();
});
afterEach(() => ntd[Symbol.asyncDispose]());

const gone = (seconds: number) => targetEvent({ state: "TARGET_STATE_GONE", goneTime: later(seconds) });

describe("a machine's decision whose notice never left, since something else was at the address", () => {
  const decisionId = derivedId("decision", caseIdOf("target-1", 1), 1);
  const progress = async () => (await ntd.caseOf(1))?.progress;

  test("goes back to a person once, and its decision is not in force", async () => {
    await ntd.target(targetEvent());
    await ntd.match(matchEvent([hit()]));
    await ntd.target({ ...gone(100), goneStrength: "GONE_STRENGTH_REPLACED" }, 2);
    expect(await progress()).toEqual({ kind: "auto_decided" });
    await ntd.notice(unsentNotice(decisionId));
    await ntd.notice(unsentNotice(decisionId));
    const told = await ntd.told(1);
    expect(told).toMatchObject({ state: "CASE_STATE_QUEUED", queueReason: "QUEUE_REASON_SOMETHING_ELSE" });
    expect(told && decisionInForce(told)).toBeUndefined();
    expect(await ntd.verbs(1)).toEqual(["opened", "auto_decided", "updated", "queued"]);
    await decide(ntd, "VERDICT_NOT_ILLEGAL");
    await ntd.notice(unsentNotice(decisionId));
    // Nobody called it wrong before: it waits for a second person, and not as fallen once more.
    expect(await progress()).toMatchObject({ kind: "queued", reason: "QUEUE_REASON_WITHDRAWAL" });
  });

  test("is told from a notice that left, is still open, found nothing there, or is a person's", async () => {
    await ntd.target(targetEvent());
    await ntd.match(matchEvent([hit()]));
    const [target] = unsentNotice(decisionId).targets;
    if (target === undefined) throw new Error("no target");
    for (const other of [
      unsentNotice(decisionId, { offeredTime: noon }),
      unsentNotice(decisionId, { state: "NOTICE_STATE_ISSUED", closedTime: undefined }),
      unsentNotice(decisionId, {
        targets: [{ ...target, goneStrength: "GONE_STRENGTH_ABSENT", goneBeforeOffer: true }],
      }),
      unsentNotice("of another decision"),
    ]) {
      await ntd.notice(other);
      expect(await progress()).toEqual({ kind: "auto_decided" });
    }
  });

  test("ends the same in whatever order and however often its events come", { timeout: longest(60_000) }, async () => {
    type Step = (bed: Handlers) => Promise<void>;
    const steps: Step[] = [
      (bed) => bed.target(targetEvent(), 1),
      (bed) => bed.target({ ...gone(100), goneStrength: "GONE_STRENGTH_REPLACED" }, 2),
      (bed) => bed.match(matchEvent([hit()])),
      (bed) => bed.report(reportEvent("r1", noon)),
      (bed) => bed.notice(unsentNotice(decisionId)),
    ];
    const order = fc.tuple(
      fc.shuffledSubarray(steps, { minLength: steps.length }),
      fc.array(fc.constantFrom(...steps), { maxLength: 3 }),
      fc.integer({ min: 1, max: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(order, async ([shuffled, repeats, together]) => {
        await using bed = await openHandlers();
        const all = [...shuffled, ...repeats];
        for (let at = 0; at < all.length; at += together) {
          await Promise.all(all.slice(at, at + together).map((step) => step(bed)));
        }
        expect(await bed.caseOf(1)).toMatchObject({
          progress: { kind: "queued", reason: "QUEUE_REASON_SOMETHING_ELSE" },
          decisions: [{ decisionId, decidedBy: "machine" }],
          reports: { ids: ["r1"] },
        });
      }),
      { numRuns: runs(15) },
    );
  });
});
