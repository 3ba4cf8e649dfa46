import { randomUUID } from "node:crypto";
import { isSamePerson } from "@ntd/facts";
import { Case } from "@ntd/proto/casework/v1/case";
import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import { releaseClaims } from "../src/claims/every-second-release-claims.ts";
import { tellDecisions } from "../src/queue/every-second-tell-decisions.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { listQueue } from "../src/queue/rpc-list-queue.ts";
import { undoDecision } from "../src/queue/rpc-undo-decision.ts";
import { markOverdue } from "../src/second-look/every-minute-mark-overdue.ts";
import { openLook } from "../src/second-look/second-look.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { dieAt, untilDone } from "./dying.ts";
import { hit, later } from "./facts.ts";

const caseId = caseIdOf("target-1", 1);
const what = [
  "decide",
  "decide",
  "decide",
  "decide",
  "decide",
  "decide",
  "claim",
  "undo",
  "time",
  "hit",
  "report",
] as const;
const step = fc.record({
  what: fc.constantFrom(...what),
  who: fc.constantFrom("assessor/ann", "assessor/ben", "assessor/sam"),
  illegal: fc.constantFrom(true, true, false),
  inDoubt: fc.boolean(),
});
type StepOf<T> = T extends fc.Arbitrary<infer S> ? S : never;

/** A call with ids of its own, which are the same when it comes again. */
function stepOf({ what: kind, who, illegal, inDoubt }: StepOf<typeof step>, n: number) {
  const caller = calledBy(who);
  const [claiming, deciding, undoing] = [randomUUID(), randomUUID(), randomUUID()];
  const said = { classifications: [], basis: "section 4", reason: "", despiteGone: false, inDoubt } as const;
  const decision = illegal ? "VERDICT_ILLEGAL" : "VERDICT_NOT_ILLEGAL";
  return async (ntd: Handlers): Promise<unknown> => {
    const { deps, clock } = ntd;
    const claim = () => claimCase(deps)({ requestId: claiming, caseId }, caller);
    const steps = {
      claim,
      async decide() {
        await claim();
        const expectedVersion = (await ntd.caseOf(1))?.evidenceRevision ?? 0;
        const request = { requestId: deciding, caseId, expectedVersion, decision, ...said } as const;
        return decideCase(deps)({ ...request, classifications: [] }, caller);
      },
      undo: () => undoDecision(deps)({ requestId: undoing, caseId }, caller),
      async time() {
        clock.advance(1_200_000);
        await tellDecisions(deps);
        await releaseClaims(deps);
        await markOverdue(deps);
      },
      hit: () => ntd.match(matchEvent([hit({ setId: `set-${n}`, autoIssue: false })]), n + 2),
      report: () => ntd.report(reportEvent(`r-${n}`, later(n))),
    };
    return steps[kind]();
  };
}

// Who comes too early or too late is told so. A repeat reads another revision than the call that was ended.
const REFUSALS = /WRONG_STATE|SAME_PERSON|EVIDENCE_CHANGED|REQUEST_ID_REUSED/;
const refused = (error: unknown) => {
  if (!REFUSALS.test(String((error as { reason?: string }).reason))) throw error;
};

test(
  "several persons at a time, ended at any write: what is in doubt is told by two persons' word alone, and nothing is lost",
  { timeout: longest(120_000) },
  async () => {
    const course = fc.tuple(
      fc.array(step, { minLength: 6, maxLength: 14 }),
      fc.integer({ min: 1, max: 3 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(course, async ([steps, together, deaths]) => {
        const secondLook = { kind: "after", first: 0 } as const;
        await using ntd = await openHandlers({ holdBackMs: 60_000, secondLook, supervisors: ["sam", "sue"] });
        await ntd.target(targetEvent());
        await ntd.match(matchEvent([]));
        dieAt(ntd, deaths);
        const all = steps.map(stepOf);
        for (let at = 0; at < all.length; at += together) {
          const some = all.slice(at, at + together).map((one) => untilDone(() => one(ntd)).catch(refused));
          await Promise.all(some);
        }
        await heardOf(ntd);
        await isListed(ntd);
      }),
      { numRuns: runs(20) },
    );
  },
);

async function heardOf(ntd: Handlers): Promise<void> {
  const { looks = [], second } = (await ntd.caseOf(1)) ?? {};
  const sentBefore = [...looks, ...(second ? [second] : [])].filter(({ kind }) => kind === "before");
  const events = await ntd.deps.cases.outbox.read(caseId);
  const told = new Set(events.map(({ data }) => Case.decode(data).decision?.decisionId));
  for (const { first } of sentBefore.filter((look) => told.has(look.first.decisionId))) {
    const agreed = looks.find((look) => look.first.decisionId === first.decisionId && look.outcome === "agreed");
    expect(agreed?.lookedBy).toBeDefined();
    expect(isSamePerson(agreed?.lookedBy ?? "", first.decidedBy)).toBe(false);
  }
}

async function isListed(ntd: Handlers): Promise<void> {
  const file = await ntd.caseOf(1);
  const waits = file?.second?.kind === "before" || (file && openLook(file) !== undefined);
  const { cases } = await listQueue(ntd.deps)({
    pageSize: 10,
    pageToken: "",
    queueReason: "QUEUE_REASON_UNSPECIFIED",
  });
  if (waits) expect(cases).toHaveLength(1);
}
