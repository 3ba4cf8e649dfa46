import type { Cause } from "@ntd/proto/casework/v1/impact";
import type { RevokedHit } from "@ntd/proto/matching/v1/match";
import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { confirmWithdrawals } from "../src/bulk/rpc-confirm-withdrawals.ts";
import { listWithdrawals } from "../src/bulk/rpc-list-withdrawals.ts";
import { reopenCases } from "../src/bulk/rpc-reopen-cases.ts";
import { published } from "../src/cases/publish.ts";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { confirmWithdrawal } from "../src/doubts/rpc-confirm-withdrawal.ts";
import { reopenCase } from "../src/queue/rpc-reopen-case.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { dieAt, untilDone } from "./dying.ts";
import { later, noon, sha256 } from "./facts.ts";

type Step = (ntd: Handlers) => Promise<unknown>;

const [ann, ben] = ["assessor/ann", "assessor/ben"].map(calledBy) as [Ctx, Ctx];
type Ctx = ReturnType<typeof calledBy>;
const other = sha256({ setId: "other", entryId: "o1" });
const wrong = (setId: string, entryId: string, revokedBy: string): RevokedHit => {
  return { setId, entryId, cause: "REVOCATION_CAUSE_WRONG_FILE", revokedBy: [revokedBy] };
};
const first = wrong("national", "entry-1", "maintainer/mia");
const second = wrong("other", "o1", "maintainer/max");
const gone = targetEvent({ state: "TARGET_STATE_GONE", goneTime: later(100) });
const evidence: Step[] = [
  (ntd) => ntd.target(gone, 12),
  (ntd) => ntd.match(matchEvent([sha256(), other]), 1),
  (ntd) => ntd.match(matchEvent([other], { revokedHits: [first] }), 2),
  (ntd) => ntd.report(reportEvent("r1", noon)),
  (ntd) => ntd.report(reportEvent("r2", noon, { targetId: "target-2" })),
];
const loss: Step = (ntd) => ntd.match(matchEvent([], { revokedHits: [first, second] }), 3);

/** Two cases that a machine decided: "target-1" by two sets' hits, "target-2" by one. */
async function decided(): Promise<Handlers> {
  const ntd = await openHandlers();
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([sha256(), other]));
  await ntd.target(targetEvent({ targetId: "target-2" }));
  await ntd.match(matchEvent([sha256()], { targetId: "target-2" }));
  return ntd;
}

/** `steps` in that order, so many at a time, ended at these writes and begun again. */
async function run(ntd: Handlers, steps: readonly Step[], together: number, dyingWrites: readonly number[] = []) {
  dieAt(ntd, dyingWrites);
  for (let at = 0; at < steps.length; at += together) {
    await Promise.all(steps.slice(at, at + together).map((step) => untilDone(() => step(ntd))));
  }
}

const orders = <T extends Step>(steps: readonly T[]) =>
  fc.tuple(
    fc.shuffledSubarray([...steps], { minLength: steps.length }),
    fc.array(fc.constantFrom(...steps), { maxLength: 3 }),
    fc.integer({ min: 1, max: 4 }),
    fc.uniqueArray(fc.integer({ min: 1, max: 14 }), { maxLength: 4 }),
  );

test(
  "a decision that loses its hits is in doubt by the same words in whatever order its events come, and whatever ends",
  { timeout: longest(120_000) },
  async () => {
    await fc.assert(
      fc.asyncProperty(orders([...evidence, loss]), async ([order, repeats, together, deaths]) => {
        await using ntd = await decided();
        await run(ntd, [...order, ...repeats], together, deaths);
        const file = await ntd.caseOf(1);
        expect(file && published(file)).toMatchObject({
          state: "CASE_STATE_QUEUED",
          queueReason: "QUEUE_REASON_BASIS_REVOKED",
          reportIds: ["r1"],
          targetState: "TARGET_STATE_GONE",
          doubt: {
            cause: "DOUBT_CAUSE_BASIS_REVOKED",
            sinceTime: noon,
            raisedBy: ["maintainer/max", "maintainer/mia"],
          },
        });
        expect(file?.decisions).toHaveLength(1);
      }),
      { numRuns: runs(25) },
    );
  },
);

const cause: Cause = { what: { $case: "setId", value: "national" } };
const reopenAll: Step = async ({ deps }) =>
  reopenCases(deps)({ requestId: "3f0c1f0e-7a0b-4b52-9a53-000000000001", cause, reason: "wrong entry" }, ben);
const confirmAll: Step = async (ntd) => {
  const { pictures } = await listWithdrawals(ntd.deps)({ cause, pageSize: 0, pageToken: "" }, ann);
  const named = pictures.map(({ picture }) => picture);
  const requestId = "3f0c1f0e-7a0b-4b52-9a53-000000000002";
  // Frozen at the first call: what is listed after a crash is what is left.
  frozen.pictures ??= named;
  return confirmWithdrawals(ntd.deps)({ requestId, cause, pictures: frozen.pictures, reason: "seen" }, ann);
};
const frozen: { pictures?: string[] | undefined } = {};

test(
  "what one puts in doubt and another withdraws in bulk ends the same, whatever comes in between, and whatever ends",
  { timeout: longest(120_000) },
  async () => {
    const harmless = evidence.filter((_, n) => n !== 2);
    const places = fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 }));
    await fc.assert(
      fc.asyncProperty(orders(harmless), places, async ([order, repeats, together, deaths], [one, another]) => {
        await using ntd = await decided();
        frozen.pictures = undefined;
        const [from, to] = [Math.min(one, another), Math.max(one, another)];
        const events = [...order, ...repeats];
        dieAt(ntd, deaths);
        await run(ntd, events.slice(0, from), together);
        await Promise.all([untilDone(() => reopenAll(ntd)), run(ntd, events.slice(from, to), together)]);
        await Promise.all([untilDone(() => confirmAll(ntd)), run(ntd, events.slice(to), together)]);
        const [kept, withdrawn] = await Promise.all([
          ntd.caseOf(1),
          ntd.deps.cases.load(caseIdOf("target-2", 1)).then((found) => found?.state),
        ]);
        expect(kept && published(kept)).toMatchObject({ state: "CASE_STATE_AUTO_DECIDED", doubt: undefined });
        expect(withdrawn && published(withdrawn)).toMatchObject({
          state: "CASE_STATE_DECIDED",
          reportIds: ["r2"],
          decision: { decidedBy: "assessor/ann", confirmedBy: "assessor/ben", verdict: "VERDICT_NOT_ILLEGAL" },
          doubt: undefined,
        });
        expect(withdrawn?.decisions).toHaveLength(2);
      }),
      { numRuns: runs(20) },
    );
  },
);

test(
  "one who reopens, one who confirms and a list that takes its hits back withdraw it once, by two of them, in whatever order",
  { timeout: longest(120_000) },
  async () => {
    const caseId = caseIdOf("target-1", 1);
    const read = async ({ deps }: Handlers) =>
      (await getCase(deps)({ by: { $case: "caseId", value: caseId } }, ann)).case?.case;
    const reopen: Step = ({ deps }) =>
      reopenCase(deps)(
        { requestId: crypto.randomUUID(), caseId, reason: "another", claim: false, keepInForce: false },
        ben,
      );
    const confirm: Step = async (ntd) => {
      const { doubt, decision, evidenceRevision: expectedVersion = 0 } = (await read(ntd)) ?? {};
      const { decisionId = "" } = doubt ?? decision ?? {};
      const request = { requestId: crypto.randomUUID(), caseId, decisionId, expectedVersion };
      return confirmWithdrawal(ntd.deps)({ ...request, reason: "seen" }, ann);
    };
    // Whoever comes too early or too late is told so, and looks again at the end.
    const orRefused =
      (step: Step): Step =>
      (ntd) =>
        step(ntd).catch((error: unknown) => {
          if (!/WRONG_STATE|EVIDENCE_CHANGED/.test(String((error as { reason?: string }).reason))) throw error;
        });
    const all = [...evidence, loss, orRefused(reopen), orRefused(confirm)];
    await fc.assert(
      fc.asyncProperty(orders(all), async ([order, , together]) => {
        await using ntd = await decided();
        await run(ntd, order, together);
        await orRefused(confirm)(ntd);
        const file = await ntd.caseOf(1);
        const said = file && published(file);
        expect(said).toMatchObject({
          decision: { decidedBy: "assessor/ann", withdrawsDecisionId: file?.decisions[0]?.decisionId },
          doubt: undefined,
        });
        expect(["assessor/ben", "maintainer/max", "maintainer/mia"]).toContain(said?.decision?.confirmedBy);
        expect(file?.confirmations).toHaveLength(1);
      }),
      { numRuns: runs(25) },
    );
  },
);
