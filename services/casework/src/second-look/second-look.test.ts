import { isSamePerson, MACHINE, WITHDRAWS_NOTHING } from "@ntd/facts";
import fc from "fast-check";
import type { Decision } from "@ntd/proto/casework/v1/case";
import { runs } from "@ntd/testing/runs";
import { describe, expect, test } from "vitest";
import { toldDecisions, withMatch, withReports, type CaseFile } from "../cases/case.ts";
import { hitKey } from "../evidence/substance.ts";
import { confirmed } from "../doubts/confirm.ts";
import { inDoubt, toldIllegal } from "../doubts/doubt.ts";
import { judged } from "../policies/judged.ts";
import { published } from "../cases/publish.ts";
import { withPrecedent } from "../precedents/precedent.ts";
import { claimed, decided, holderOf, lapsed, released } from "../claims/claim.ts";
import type { Refusal } from "../refusal.ts";
import { heldUntil, toldWhenDue, undone } from "../queue/hold-back.ts";
import { reopened } from "../queue/reopen.ts";
import { laneOf } from "../queue/lane.ts";
import { queueOrder, queueReason } from "../queue/order.ts";
import { decisionMade } from "./decision-made.ts";
import { refusedLooker } from "./lookers.ts";
import type { Circumstances, LookRules } from "./rules.ts";
import { lookDueTime, openLook, withOverdue, withoutVoidLook } from "./second-look.ts";
import { file, hit, later, match, noon, reports, sha256, target } from "../../test/facts.ts";

const LEASE = 1_800_000;
const rules: LookRules = { kind: "after", samplePercent: 10, first: 200, dueMs: 8 * 3_600_000 };
const plain: Circumstances = { inDoubt: false, isWholeHost: false, earlierCount: 200, isStopped: false };
const doubtful = { ...plain, inDoubt: true };
const supervisors = ["sam", "sue"];
const open = file({
  target: target(),
  match: match([]),
  progress: { kind: "queued", reason: "QUEUE_REASON_NO_HIT", queuedTime: noon },
});
const wait = { kind: "wait" } as const;

const sealed = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };

type Outcome = CaseFile | Refusal;

function granted(outcome: Outcome): CaseFile {
  if ("refused" in outcome) throw new Error(outcome.detail);
  return outcome;
}

const claim = (state: CaseFile, name: string, now = noon): Outcome =>
  refusedLooker(state, `assessor/${name}`, supervisors) ?? claimed(state, `assessor/${name}`, now, LEASE);

interface Made {
  verdict?: Decision["verdict"];
  of?: Circumstances;
  now?: Date;
  holdBackMs?: number;
  id?: string;
}

function decide(state: CaseFile, name: string, made: Made = {}): Outcome {
  const { verdict = "VERDICT_ILLEGAL", of = plain, now = noon, holdBackMs = 0, id = name } = made;
  const person = `assessor/${name}`;
  const decision = { decisionId: id, verdict, decidedBy: person, decidedTime: now, basis: "", despiteGone: false };
  const whole: Decision = { ...decision, classifications: [], reason: undefined, ...WITHDRAWS_NOTHING };
  const after = decided(state, person, state.evidenceRevision, whole, now);
  return "refused" in after ? after : decisionMade(state, after, of, { rules, holdBackMs, now });
}

/** Claims and decides. */
function say(state: CaseFile, name: string, made: Made = {}): CaseFile {
  return granted(decide(granted(claim(state, name, made.now)), name, made));
}

function firstOf({ decisions: [first] }: CaseFile): Decision {
  if (first === undefined) throw new Error("not decided");
  return first;
}

const told = (state: CaseFile) => published(state).decision;
const NOT = { verdict: "VERDICT_NOT_ILLEGAL" } as const;

describe("given an illegal that a rule sends before", () => {
  const waiting = say(open, "ann", { of: doubtful, holdBackMs: 60_000 });

  test("when it is made, nobody hears of it, and the case waits for another person", () => {
    expect(published(waiting)).toMatchObject({
      state: "CASE_STATE_QUEUED",
      queueReason: "QUEUE_REASON_SECOND_LOOK",
      decision: undefined,
    });
    expect(waiting.decisions).toEqual([]);
    expect(queueReason(waiting)).toBe("QUEUE_REASON_SECOND_LOOK");
    expect(heldUntil(waiting)).toBeUndefined();
  });

  test("when who decided comes again, under whatever identity, they may not look", () => {
    expect(claim(waiting, "ann")).toMatchObject({ refused: "SAME_PERSON" });
    expect(refusedLooker(waiting, "operator/ann", supervisors)).toMatchObject({ refused: "SAME_PERSON" });
  });

  test("when another one says the same, the first one's decision is told, with the other's name beside", () => {
    const after = say(waiting, "ben", { now: later(60) });
    expect(told(after)).toMatchObject({ decisionId: "ann", decidedBy: "assessor/ann", decidedTime: noon });
    expect(after.progress).toEqual({ kind: "decided" });
    expect(after.looks).toMatchObject([{ outcome: "agreed", kind: "before", lookedBy: "assessor/ben" }]);
    expect(after.undoneCount).toBe(0);
    expect(openLook(after)).toBeUndefined();
  });

  test("when another one says otherwise, nothing is told, and a supervisor decides, who is neither", () => {
    const apart = say(waiting, "ben", NOT);
    expect(published(apart)).toMatchObject({ queueReason: "QUEUE_REASON_DISAGREEMENT", decision: undefined });
    for (const name of ["ann", "ben"]) {
      const detail = expect.stringMatching(/^You are one of the two who disagree\. /);
      expect(claim(apart, name)).toMatchObject({ refused: "SAME_PERSON", detail });
    }
    const detail = expect.stringMatching(/^Another person has decided otherwise/);
    expect(undone(apart, "assessor/ann", noon, LEASE)).toMatchObject({ refused: "WRONG_STATE", detail });
    expect(claim(apart, "cyd")).toMatchObject({ refused: "WRONG_STATE" });
    const settled = say(apart, "sam");
    expect(told(settled)).toMatchObject({ decidedBy: "assessor/sam" });
    expect(settled.decisions).toHaveLength(1);
    expect(settled.looks).toMatchObject([{ outcome: "disagreed", other: { decidedBy: "assessor/ben" } }]);
    expect(settled.second).toBeUndefined();
  });

  test("when a supervisor's decision is held back and undone, the disagreement is there again", () => {
    const held = say(say(waiting, "ben", NOT), "sam", { holdBackMs: 60_000 });
    expect(held.progress.kind).toBe("held");
    const back = granted(undone(held, "assessor/sam", noon, LEASE));
    expect(back).toMatchObject({ progress: { kind: "claimed", reason: "QUEUE_REASON_DISAGREEMENT" }, decisions: [] });
    expect(openLook(back)?.other).toMatchObject({ decidedBy: "assessor/ben" });
    expect(toldWhenDue(held, later(60)).second).toBeUndefined();
  });

  test("when who decided undoes it, they have the case as it was; others may not", () => {
    expect(undone(waiting, "assessor/ben", noon, LEASE)).toMatchObject({ refused: "WRONG_STATE" });
    const back = granted(undone(waiting, "assessor/ann", noon, LEASE));
    expect(back.progress).toMatchObject({ kind: "claimed", reason: "QUEUE_REASON_NO_HIT", holder: "assessor/ann" });
    expect(back).toMatchObject({ undoneCount: 1, undone: [{ undoneBy: "assessor/ann" }] });
    expect(back.second).toBeUndefined();
    expect(undone(say(waiting, "ben", NOT), "assessor/ann", noon, LEASE)).toMatchObject({ refused: "WRONG_STATE" });
  });

  test.each(["queued", "claimed"])(
    "when the evidence changes while it is %s, it is void: a person decides anew",
    (kind) => {
      const before = kind === "queued" ? waiting : granted(claim(waiting, "ben"));
      const changed = withoutVoidLook(withMatch(before, match([hit({ autoIssue: false })], { version: 2 })), later(9));
      const queue = { kind: "queue", reason: "QUEUE_REASON_SET_NEEDS_PERSON" } as const;
      const after = judged(before, changed, queue, { decision: undefined, now: later(9) });
      expect(published(after)).toMatchObject({ queueReason: "QUEUE_REASON_NEW_EVIDENCE", decision: undefined });
      expect(after.looks).toMatchObject([{ outcome: "void" }]);
      expect(openLook(after)).toBeUndefined();
      const again = say(kind === "queued" ? after : lapsed(after, later(9999)), "ann", {
        of: doubtful,
        now: later(9999),
      });
      expect(queueReason(again)).toBe("QUEUE_REASON_SECOND_LOOK");
    },
  );

  test("when police reports it, it is told at once and looked at afterwards; who looks goes on", () => {
    const urgent = withReports(granted(claim(waiting, "ben")), reports({ police: true, raised: true }), later(3));
    expect(heldUntil(urgent)).toEqual(new Date(0));
    const after = toldWhenDue(urgent, later(3));
    expect(told(after)).toMatchObject({ decidedBy: "assessor/ann" });
    expect([queueReason(after), holderOf(after, later(3))]).toEqual(["QUEUE_REASON_SECOND_LOOK", "assessor/ben"]);
    expect(granted(decide(after, "ben")).looks).toMatchObject([{ outcome: "agreed", kind: "after" }]);
  });

  test("when police reports what two disagree on, it is not told: a supervisor sees it first", () => {
    const apart = withReports(say(waiting, "ben", NOT), reports({ police: true, raised: true }), later(3));
    expect(heldUntil(apart)).toBeUndefined();
    expect(laneOf(apart)).toBe("LANE_POLICE");
  });

  test("when a lease is over or given back, it waits as before", () => {
    const held = granted(claim(waiting, "ben"));
    for (const free of [granted(released(held, "assessor/ben", noon)), lapsed(held, later(9999))]) {
      expect(free).toEqual(waiting);
    }
  });
});

describe("given a decision that is looked at afterwards", () => {
  const decidedByAnn = say(open, "ann");

  test("when it is made, others hear of it, and it waits in a lane of its own", () => {
    expect(published(decidedByAnn)).toMatchObject({ state: "CASE_STATE_DECIDED", decision: { decisionId: "ann" } });
    expect(queueReason(decidedByAnn)).toBe("QUEUE_REASON_SECOND_LOOK");
    expect(lookDueTime(decidedByAnn)).toEqual(later(8 * 3600));
    expect(claim(decidedByAnn, "ann")).toMatchObject({ refused: "SAME_PERSON" });
  });

  test("when it is held back, nobody looks until it is told", () => {
    const held = say(open, "ann", { holdBackMs: 60_000 });
    expect([openLook(held), claim(held, "ben")]).toMatchObject([undefined, { refused: "WRONG_STATE" }]);
    expect(queueReason(toldWhenDue(held, later(60)))).toBe("QUEUE_REASON_SECOND_LOOK");
    expect(granted(undone(held, "assessor/ben", noon, LEASE)).second).toBeUndefined();
  });

  test("when somebody has it in hand, others hear nothing of that; it can be given back, and lapses", () => {
    const held = granted(claim(decidedByAnn, "ben"));
    expect(published(held)).toEqual(published(decidedByAnn));
    expect(holderOf(held, noon)).toBe("assessor/ben");
    expect(claim(held, "cyd")).toMatchObject({ refused: "WRONG_STATE" });
    expect(lapsed(held, later(1799))).toBe(held);
    for (const free of [granted(released(held, "assessor/ben", noon)), lapsed(held, later(9999))]) {
      expect(free).toEqual(decidedByAnn);
    }
  });

  test("when another one says the same, it is over", () => {
    const after = say(decidedByAnn, "ben");
    expect(published(after)).toEqual(published(decidedByAnn));
    expect([queueReason(after), after.looks?.[0]?.lookedBy]).toEqual([undefined, "assessor/ben"]);
  });

  test("when another one says otherwise, what is told stays told until a supervisor decides", () => {
    const apart = say(decidedByAnn, "ben", NOT);
    expect(published(apart)).toMatchObject({
      queueReason: "QUEUE_REASON_DISAGREEMENT",
      decision: { decisionId: "ann" },
    });
    const doubt = { cause: "DOUBT_CAUSE_SECOND_LOOK", decisionId: "ann", raisedBy: ["assessor/ben"] };
    expect(published(apart).doubt).toMatchObject(doubt);
    const settled = say(apart, "sue", NOT);
    expect(settled.decisions).toMatchObject([{ decidedBy: "assessor/ann" }, { decidedBy: "assessor/sue" }]);
    expect([settled.second, queueReason(settled)]).toEqual([undefined, undefined]);
    expect(told(settled)).toMatchObject({ withdrawsDecisionId: "ann", confirmedBy: "assessor/ben" });
    const upheld = say(apart, "sam");
    expect([published(upheld).doubt, told(upheld)?.decidedBy]).toEqual([undefined, "assessor/sam"]);
  });

  test("when two disagree on what is not illegal, nothing is in doubt, and a supervisor decides", () => {
    const apart = say(say(open, "ann", NOT), "ben");
    expect(published(apart)).toMatchObject({ queueReason: "QUEUE_REASON_DISAGREEMENT", doubt: undefined });
    expect(told(say(apart, "sam"))).toMatchObject({ verdict: "VERDICT_ILLEGAL", decidedBy: "assessor/sam" });
  });

  test("when the case comes back for another reason, nobody looks at it until it is closed as it was", () => {
    const innocent = say(open, "ann", NOT);
    const again = withReports(innocent, reports({ newestTime: later(9) }), later(9));
    expect([openLook(again), queueReason(again)]).toEqual([undefined, "QUEUE_REASON_REPORTED_AGAIN"]);
    expect(queueReason(withReports(again, reports(), later(10)))).toBe("QUEUE_REASON_SECOND_LOOK");
    const doubt = { reopenedBy: "assessor/ben", reopenedTime: later(9), reason: {} as never };
    expect(openLook(granted(reopened(innocent, doubt)))).toBeUndefined();
  });

  test("when the evidence changes, the look is void and the case waits, also if no hit is new", () => {
    const seen = { ...decidedByAnn, evidenceRevision: 2 };
    const after = withoutVoidLook(seen, later(9));
    expect(published(after)).toMatchObject({
      queueReason: "QUEUE_REASON_NEW_EVIDENCE",
      decision: { decisionId: "ann" },
    });
    const held = { ...say(open, "ann", { holdBackMs: 60_000 }), evidenceRevision: 2 };
    expect(queueReason(toldWhenDue(held, later(60)))).toBe("QUEUE_REASON_NEW_EVIDENCE");
  });

  test("when nobody looks in time, it stays, overdue, and comes first", () => {
    const due = later(8 * 3600);
    expect(withOverdue(decidedByAnn, later(8 * 3600 - 1))).toBe(decidedByAnn);
    const overdue = withOverdue(decidedByAnn, due);
    expect([queueReason(overdue), lookDueTime(overdue)]).toEqual(["QUEUE_REASON_SECOND_LOOK", undefined]);
    expect((queueOrder(overdue) ?? "") < (queueOrder(open) ?? "")).toBe(true);
    expect(withOverdue(overdue, later(99_999))).toBe(overdue);
  });
});

test("given an illegal that waits for another person, two words that withdraw an earlier one leave it waiting", () => {
  const first = { ...firstOf(say(open, "sam")), decisionId: "D1" };
  const told = { ...open, progress: { kind: "decided" }, decisions: [first] } as CaseFile;
  const doubted = inDoubt(told, { cause: "DOUBT_CAUSE_REOPENED", by: ["assessor/ben"], now: noon });
  const waiting = say(say(doubted, "ben", { ...NOT, id: "D2" }), "ann", { of: doubtful });
  expect(queueReason(waiting)).toBe("QUEUE_REASON_SECOND_LOOK");
  const confirming = { person: "assessor/cyd", decisionId: "D1", reason: sealed };
  expect(confirmed(waiting, confirming, noon)).toMatchObject({ refused: "WRONG_STATE" });
  const upheld = inDoubt(waiting, { cause: "DOUBT_CAUSE_REVIEW_UPHELD", by: ["assessor/cyd"], now: noon });
  expect(published(upheld)).toMatchObject({
    queueReason: "QUEUE_REASON_SECOND_LOOK",
    decision: { decisionId: "D2", confirmedBy: "assessor/cyd" },
  });
  expect(published(say(upheld, "sue")).decision).toMatchObject({ decidedBy: "assessor/ann" });
});

test("where a hit decides the same by itself nobody looks", () => {
  const sure = say({ ...open, match: match([sha256()]) }, "ann", { of: doubtful });
  expect([sure.progress.kind, queueReason(sure)]).toEqual(["decided", undefined]);
});

const NAMES = ["ann", "ben", "cyd", "sam", "sue"];
const others = [
  "claim",
  "undo",
  "release",
  "tick",
  "hit",
  "report",
  "police",
  "reopen",
  "confirm",
  "upheld",
  "precedent",
] as const;
const step = fc.record({
  what: fc.constantFrom("say", "say", "say", ...others),
  name: fc.constantFrom(...NAMES),
  not: fc.boolean(),
  isRisky: fc.boolean(),
});

function stepped(state: CaseFile, { what, name, not, isRisky }: StepOf<typeof step>, now: Date): Outcome {
  const person = `assessor/${name}`;
  const id = String(now.getTime());
  const made = { now, id, of: isRisky ? doubtful : plain, holdBackMs: 60_000, ...(not && NOT) };
  return {
    claim: () => claim(state, name, now),
    say: () => {
      const mine = claim(state, name, now);
      return "refused" in mine ? mine : decide(mine, name, made);
    },
    undo: () => undone(state, person, now, LEASE),
    release: () => released(state, person, now),
    tick: () => withOverdue(lapsed(toldWhenDue(state, now), now), now),
    hit: () => {
      const version = (state.match?.version ?? 0) + 1;
      const seen = withMatch(state, match([hit({ setId: id, autoIssue: false })], { version }));
      return judged(state, withoutVoidLook(seen, now), wait, { decision: undefined, now });
    },
    report: () => withReports(state, { ...state.reports, newestTime: now }, now),
    reopen: () => reopened(state, { reopenedBy: person, reopenedTime: now, reason: sealed }),
    confirm: () => {
      const decisionId = toldIllegal(state)?.decisionId ?? "none";
      return confirmed(state, { person, decisionId, reason: sealed }, now);
    },
    precedent: () => {
      const decision = { ...firstOf(say(open, "ann", NOT)), decidedBy: "assessor/eve" };
      const hits = (state.match?.hits ?? []).map(hitKey);
      return withPrecedent(state, { caseId: "earlier", decision, hits, isSettled: true }, `P${id}`, now);
    },
    upheld: () => inDoubt(state, { cause: "DOUBT_CAUSE_REVIEW_UPHELD", by: [person], now }),
    police: () => withReports(state, { ...state.reports, police: true, raised: true }, now),
  }[what]();
}

type StepOf<T> = T extends fc.Arbitrary<infer S> ? S : never;

test("whatever comes in whatever order, no illegal that is sent before is told by one person's word, and all is reachable", () => {
  const first = { ...firstOf(say(open, "ann")), decisionId: "D1", decidedBy: MACHINE };
  const byMachine: CaseFile = { ...open, progress: { kind: "auto_decided" }, decisions: [first] };
  fc.assert(
    fc.property(fc.constantFrom(open, byMachine), fc.array(step, { maxLength: 30 }), (start, steps) => {
      let state = start;
      const sentBefore = new Set<string>();
      const isAlone = ({ decisionId, decidedBy }: Decision) => {
        const look = state.looks?.find((one) => one.first.decisionId === decisionId);
        return (
          sentBefore.has(decisionId) && (look?.outcome !== "agreed" || isSamePerson(look.lookedBy ?? "", decidedBy))
        );
      };
      for (const [n, one] of steps.entries()) {
        const now = later(n * 40);
        const outcome = stepped(state, one, now);
        state = "refused" in outcome ? state : outcome;
        if (state.second?.kind === "before") sentBefore.add(state.second.first.decisionId);
        if (state.reports.police !== true) expect(toldDecisions(state).filter(isAlone)).toEqual([]);
        const reason = queueReason(state);
        const isFree = reason !== undefined && state.progress.kind !== "held" && holderOf(state, now) === "";
        if (isFree) expect(NAMES.filter((who) => !("refused" in claim(state, who, now)))).not.toEqual([]);
        if (state.second?.kind === "before" && state.progress.kind !== "held") {
          expect(reason).toMatch(/SECOND_LOOK|DISAGREEMENT/);
        }
      }
    }),
    { numRuns: runs(2000) },
  );
});
