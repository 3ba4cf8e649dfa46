import { MACHINE, WITHDRAWS_NOTHING } from "@ntd/facts";
import fc from "fast-check";
import type { Decision } from "@ntd/proto/casework/v1/case";
import { describe, expect, test } from "vitest";
import { toldDecisions, withMatch, withReports, type CaseFile } from "../cases/case.ts";
import { groundsOf } from "../policies/grounds.ts";
import { judged } from "../policies/judged.ts";
import { published } from "../cases/publish.ts";
import { claimed, decided, lapsed, released } from "../claims/claim.ts";
import { heldBack, heldUntil, toldWhenDue, undone } from "./hold-back.ts";
import { reopened } from "./reopen.ts";
import { file, hit, later, match, noon, reports, sha256, takenBack, target } from "../../test/facts.ts";

const MINUTE = 60_000;
const LEASE = 1_800_000;
const claim = { kind: "claimed", reason: "QUEUE_REASON_NO_HIT", queuedTime: noon } as const;
const mine = file({
  target: target(),
  match: match([]),
  progress: { ...claim, holder: "assessor/ann", claimExpireTime: later(1800) },
});
const made = (verdict: Decision["verdict"], decisionId = "d"): Decision => ({
  decisionId,
  verdict,
  decidedBy: "assessor/ann",
  decidedTime: noon,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
});

function granted(outcome: ReturnType<typeof undone>): CaseFile {
  if ("refused" in outcome) throw new Error(outcome.detail);
  return outcome;
}

function decide(start: CaseFile, verdict: Decision["verdict"] = "VERDICT_ILLEGAL", holdBackMs = MINUTE): CaseFile {
  const after = granted(decided(start, "assessor/ann", start.evidenceRevision, made(verdict), noon));
  return heldBack(start, after, noon, holdBackMs);
}

const held = decide(mine);
const newHit = match([hit({ autoIssue: false })], { version: 2 });
const noJudgement = { kind: "wait" } as const;
const none = { decision: undefined, now: later(9) };

describe("given a person's decision that no hit decides by itself", () => {
  test("when it is made, others see a claimed case, and nothing of it", () => {
    expect(held.decisions).toEqual([made("VERDICT_ILLEGAL")]);
    expect(published(held)).toEqual(published(mine));
    expect(heldUntil(held)).toEqual(later(60));
  });

  test("who releases or reopens it is sent the right way: to undo it", () => {
    const doubt = { by: "assessor/ben", reason: undefined, reopenedTime: later(1) } as never;
    for (const refused of [released(held, "assessor/ann", later(1)), reopened(held, doubt)]) {
      expect(refused).toMatchObject({ refused: "WRONG_STATE", detail: expect.stringContaining("Undo it") as string });
    }
  });

  test("when the time has come, it is told, once, and not before", () => {
    expect(toldWhenDue(held, later(59.999))).toBe(held);
    const told = toldWhenDue(held, later(60));
    expect(told.progress).toEqual({ kind: "decided" });
    expect(published(told).decision).toEqual(made("VERDICT_ILLEGAL"));
    expect(toldWhenDue(told, later(61))).toBe(told);
  });

  test("when it is held, nobody claims, releases, decides it, and no lease ends", () => {
    for (const person of ["assessor/ann", "assessor/ben"]) {
      expect(claimed(held, person, later(9), LEASE)).toMatchObject({ refused: "WRONG_STATE" });
      expect(released(held, person, later(9))).toMatchObject({ refused: "WRONG_STATE" });
      expect(decided(held, person, 1, made("VERDICT_ILLEGAL"), later(9))).toMatchObject({ refused: "WRONG_STATE" });
    }
    expect(lapsed(held, later(9999))).toBe(held);
  });

  test("when it is undone, who undid it has the case as it was", () => {
    for (const person of ["assessor/ann", "assessor/ben"]) {
      const back = granted(undone(held, person, later(5), LEASE));
      const claimExpireTime = later(1805);
      expect(back).toEqual({
        ...mine,
        progress: { ...claim, holder: person, claimExpireTime },
        decidedOn: [{ decisionId: made("VERDICT_ILLEGAL").decisionId }],
        undoneCount: 1,
        undone: [{ decision: made("VERDICT_ILLEGAL"), undoneBy: person, undoneTime: later(5) }],
      });
    }
  });

  test("when it is due and not yet told, an undo wins; once it is told, there is nothing to undo", () => {
    expect(undone(held, "assessor/ann", later(99), LEASE)).toMatchObject({ decisions: [] });
    const told = toldWhenDue(held, later(60));
    expect(undone(told, "assessor/ann", later(61), LEASE)).toMatchObject({
      refused: "WRONG_STATE",
      detail: expect.stringContaining("already published") as string,
    });
    expect(undone(mine, "assessor/ann", noon, LEASE)).toMatchObject({ refused: "WRONG_STATE" });
  });

  test("when a hit comes meanwhile, no machine decides, and the case comes back once it is told", () => {
    const seen = withMatch(held, match([sha256()], { version: 2 }));
    const after = judged(held, seen, { kind: "automatic", hit: sha256() }, none);
    expect(after).toMatchObject({ progress: { kind: "held" }, decisions: held.decisions });
    const told = toldWhenDue(after, later(60));
    expect(told).toMatchObject({ progress: { kind: "queued", reason: "QUEUE_REASON_NEW_EVIDENCE" } });
    expect(published(told).decision).toEqual(made("VERDICT_ILLEGAL"));
    expect(granted(undone(after, "assessor/ann", later(9), LEASE)).progress).toMatchObject({ reason: claim.reason });
  });

  test("when a report comes meanwhile, a NOT_ILLEGAL comes back once it is told", () => {
    const innocent = withReports(decide(mine, "VERDICT_NOT_ILLEGAL"), reports({ newestTime: later(3) }), later(3));
    expect(innocent.progress).toMatchObject({ kind: "held" });
    expect(toldWhenDue(innocent, later(60)).progress).toMatchObject({ reason: "QUEUE_REASON_REPORTED_AGAIN" });
  });

  test("when police reports it meanwhile, it is told at once", () => {
    const urgent = withReports(held, reports({ raised: true, police: true }), later(3));
    expect(toldWhenDue(urgent, later(3)).progress).toEqual({ kind: "decided" });
  });
});

describe("nothing is held back", () => {
  test("where police reported it; a reporter's listed fingerprint alone holds nothing up and hurries nothing", () => {
    const of = (facts: object) => decide({ ...mine, reports: reports(facts) }).progress.kind;
    expect(of({ raised: true, police: true })).toBe("decided");
    expect(of({ raised: true })).toBe("held");
  });

  test("where a hit decides the same by itself; against one, and on one that only nominates, it is", () => {
    const on = (hits: Parameters<typeof match>[0], verdict: Decision["verdict"]) =>
      decide({ ...mine, match: match(hits) }, verdict).progress.kind;
    expect(on([sha256()], "VERDICT_ILLEGAL")).toBe("decided");
    expect(on([sha256()], "VERDICT_NOT_ILLEGAL")).toBe("held");
    expect(on([hit({ autoIssue: false })], "VERDICT_ILLEGAL")).toBe("held");
  });

  test("but not where a breaker has stopped that hit: it is held back", () => {
    const { progress } = mine;
    if (progress.kind !== "claimed") throw new Error("not claimed");
    const stopped: CaseFile = { ...mine, progress: { ...progress, reason: "QUEUE_REASON_BREAKER" } };
    expect(decide({ ...stopped, match: match([sha256()]) }, "VERDICT_ILLEGAL").progress.kind).toBe("held");
  });

  test("where the setting is 0", () => {
    expect(decide(mine, "VERDICT_ILLEGAL", 0).progress).toEqual({ kind: "decided" });
  });
});

describe("given a reopened case whose machine's decision is in force", () => {
  const first = { ...made("VERDICT_ILLEGAL", "by machine"), decidedBy: MACHINE };
  const reopened: CaseFile = { ...mine, match: match([hit()]), decisions: [first], grounds: groundsOf([hit()]) };
  const second = decide(reopened, "VERDICT_NOT_ILLEGAL");

  test("when another one is held back, the first is told still; when its hit is lost meanwhile, it falls at once", () => {
    expect(published(second).decision).toEqual(first);
    const lost = judged(second, withMatch(second, takenBack(2)), noJudgement, none);
    expect(published(lost)).toMatchObject({ state: "CASE_STATE_CLAIMED", queueReason: "QUEUE_REASON_BASIS_REVOKED" });
    expect(granted(undone(lost, "assessor/ann", later(9), LEASE)).progress).toMatchObject({
      reason: "QUEUE_REASON_BASIS_REVOKED",
    });
    expect(published(toldWhenDue(lost, later(60)))).toMatchObject({
      state: "CASE_STATE_DECIDED",
      decision: { verdict: "VERDICT_NOT_ILLEGAL" },
    });
  });

  test("when a person's was in force, new hits are the reason after an undo", () => {
    const byPerson = decide({ ...mine, decisions: [made("VERDICT_NOT_ILLEGAL", "first")] });
    const seen = judged(byPerson, withMatch(byPerson, newHit), noJudgement, none);
    expect(granted(undone(seen, "assessor/ben", later(9), LEASE)).progress).toMatchObject({
      reason: "QUEUE_REASON_NEW_EVIDENCE",
    });
  });
});

test("whatever comes in whatever order, what was told is never taken back, and an undone decision is never told", () => {
  const step = fc.constantFrom("decide", "undo", "tick", "hit", "report");
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      let state: CaseFile = mine;
      let version = 1;
      const told: string[] = [];
      for (const [n, one] of steps.entries()) {
        const [before, now] = [state, later(n * 40)];
        const outcome = {
          decide: () => {
            const again = claimed(state, "assessor/ann", now, LEASE);
            const start = "refused" in again ? state : again;
            const said = made("VERDICT_NOT_ILLEGAL", `d${n}`);
            const after = decided(start, "assessor/ann", start.evidenceRevision, said, now);
            return "refused" in after ? after : heldBack(start, after, now, MINUTE);
          },
          undo: () => undone(state, "assessor/ann", now, LEASE),
          tick: () => toldWhenDue(state, now),
          hit: () => {
            const hits = [hit({ setId: `set-${n}`, autoIssue: false })];
            return judged(before, withMatch(state, match(hits, { version: ++version })), noJudgement, none);
          },
          report: () => withReports(state, reports({ newestTime: now }), now),
        }[one]();
        state = "refused" in outcome ? state : outcome;
        const ids = toldDecisions(state).map(({ decisionId }) => decisionId);
        expect(ids.slice(0, told.length)).toEqual(told);
        told.push(...ids.slice(told.length));
        const undoneIds = (state.undone ?? []).map(({ decision }) => decision.decisionId);
        expect(told.filter((id) => undoneIds.includes(id))).toEqual([]);
        expect(new Set(told).size).toBe(told.length);
      }
    }),
  );
});
