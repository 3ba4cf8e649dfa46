import type { Decision } from "@ntd/proto/casework/v1/case";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { made, word } from "../../test/doubts.ts";
import { file, hit, later, match, noon, reports, target } from "../../test/facts.ts";
import { withMatch, type CaseFile } from "../cases/case.ts";
import { toldIllegal } from "../doubts/doubt.ts";
import { decidedWith, memberOf, refusedMember, wasDecidedWith, withWordsOf } from "./cluster.ts";

const decision: Decision = { ...made("VERDICT_ILLEGAL", "assessor/ann", "D1"), despiteGone: true, basis: "section 4" };
const said = { starId: "star", decision };
const queued = { kind: "queued", reason: "QUEUE_REASON_NO_HIT", queuedTime: noon } as const;
const member = (change: Partial<CaseFile> = {}) => file({ target: target(), progress: queued, ...change });
const by = (holder: string) => ({ ...queued, kind: "claimed", holder, claimExpireTime: later(60) }) as const;
const decide = (one: CaseFile, frozen = memberOf(one), now = later(9)) => decidedWith(one, said, frozen, now);
const done = (one: CaseFile) => {
  const after = decide(one);
  if (typeof after === "string") throw new Error(after);
  return after;
};

describe("given a case of a confirmed list", () => {
  test("it is decided as the one that was looked at, by the same person at the same time, and says with which", () => {
    const { progress, decisions } = done(member());
    expect(progress).toEqual({ kind: "decided" });
    const { decisionId, ...rest } = decisions[0] as Decision;
    expect(decisionId).not.toBe("D1");
    const { decisionId: _, ...own } = decision;
    expect(rest).toEqual({ ...own, despiteGone: false, clusterCaseId: "star" });
  });

  test("decided once it is not decided again, also when it was brought back since", () => {
    const once = done(member());
    expect(decide(once)).toBe(once);
    const doubted = withWordsOf(once, "D1", [word("REOPENED", "assessor/ben")], later(10));
    expect(doubted.progress.kind).toBe("queued");
    expect(decide(doubted)).toBe(doubted);
  });

  test("other evidence, or another picture, than was confirmed leaves it out", () => {
    const frozen = memberOf(member());
    expect(decide(withMatch(member(), match([hit()])), frozen)).toBe("LEFT_OUT_REASON_CHANGED");
    const value = new Uint8Array(32).fill(9);
    const fingerprints = [{ algorithm: "ALGORITHM_PDQ" as const, value, quality: 90 }];
    expect(decide(member({ target: target({ fingerprints }) }), frozen)).toBe("LEFT_OUT_REASON_CHANGED");
  });

  test.each([
    ["another's", member({ progress: by("assessor/ben") }), "LEFT_OUT_REASON_CLAIMED"],
    ["the same person's", member({ progress: by("assessor/ann") }), undefined],
    ["open", member({ progress: { kind: "open" } }), undefined],
    ["decided", member({ progress: { kind: "decided" } }), "LEFT_OUT_REASON_DECIDED"],
    ["decided by a machine", member({ progress: { kind: "auto_decided" } }), "LEFT_OUT_REASON_DECIDED"],
    ["held back", member({ progress: { ...by("x"), kind: "held", dueTime: noon } }), "LEFT_OUT_REASON_DECIDED"],
    ["in disagreement", disagreed(), "LEFT_OUT_REASON_DECIDED"],
    ["a person's otherwise", told("VERDICT_NOT_ILLEGAL", "assessor/ben"), "LEFT_OUT_REASON_DECIDED"],
    ["a person's alike, and waiting again", told("VERDICT_ILLEGAL", "assessor/ben"), undefined],
    ["a machine's, and waiting", told("VERDICT_ILLEGAL", "machine"), undefined],
  ])("one that is %s is left out for that reason, or is not", (_, one, reason) => {
    expect(refusedMember(one, decision, later(9))).toBe(reason);
    expect(typeof decide(one) === "string" ? decide(one) : undefined).toBe(reason);
  });

  test("a machine's otherwise does not leave it out", () => {
    expect(refusedMember(told("VERDICT_NOT_ILLEGAL", "machine"), decision, later(9))).toBeUndefined();
  });

  test("a report that came after the decision brings it back, as if it had been told then", () => {
    const not: Decision = { ...decision, verdict: "VERDICT_NOT_ILLEGAL" };
    const one = member({ reports: reports({ newestTime: later(5) }) });
    const after = decidedWith(one, { starId: "star", decision: not }, memberOf(one), later(9)) as CaseFile;
    expect(after.progress).toMatchObject({ kind: "queued", reason: "QUEUE_REASON_REPORTED_AGAIN" });
  });

  test("words against the other's decision are words against this one's, unless it is decided anew", () => {
    const once = done(member());
    const doubted = withWordsOf(once, "D1", [word("SECOND_LOOK", "assessor/ben")], later(10));
    expect(doubted.doubt?.words).toEqual([{ cause: "DOUBT_CAUSE_SECOND_LOOK", by: ["assessor/ben"] }]);
    const anew = { ...once, decisions: [...once.decisions, made("VERDICT_ILLEGAL", "assessor/sue", "D9")] };
    expect(withWordsOf(anew, "D1", [word("REOPENED", "assessor/ben")], later(10))).toBe(anew);
    expect(withWordsOf(once, "D2", [word("REOPENED", "assessor/ben")], later(10))).toBe(once);
  });
});

test("whatever becomes of a case meanwhile: it is decided once, or left out and untouched, and never against a person", () => {
  const kinds = ["open", "queued", "claimed", "held", "decided", "auto_decided"] as const;
  const one = fc.record({
    kind: fc.constantFrom(...kinds),
    holder: fc.constantFrom("assessor/ann", "assessor/ben"),
    decisions: fc.array(fc.tuple(fc.constantFrom(...VERDICTS), fc.constantFrom("machine", "assessor/ben")), {
      maxLength: 2,
    }),
    moved: fc.boolean(),
  });
  fc.assert(
    fc.property(one, ({ kind, holder, decisions, moved }) => {
      const progress = { ...by(holder), dueTime: noon, kind } as CaseFile["progress"];
      const before = member({ progress, decisions: decisions.map(([verdict, who], n) => made(verdict, who, `E${n}`)) });
      const frozen = memberOf(before);
      const now = moved ? withMatch(before, match([hit()])) : before;
      const after = decide(now, frozen);
      if (typeof after === "string") return;
      expect(moved).toBe(false);
      expect(["open", "queued", "claimed"]).toContain(kind);
      const last = before.decisions.at(-1);
      expect(last?.decidedBy === "assessor/ben" && last.verdict !== "VERDICT_ILLEGAL").toBe(false);
      expect(after.decisions).toHaveLength(before.decisions.length + 1);
      expect(wasDecidedWith(after, "D1")).toBe(true);
      expect(toldIllegal(after)?.clusterCaseId).toBe("star");
      expect(decide(after, frozen)).toBe(after);
    }),
  );
});

const VERDICTS = ["VERDICT_ILLEGAL", "VERDICT_NOT_ILLEGAL"] as const;

function told(verdict: Decision["verdict"], decidedBy: string): CaseFile {
  return member({ decisions: [made(verdict, decidedBy, "E1")] });
}

function disagreed(): CaseFile {
  const first = made("VERDICT_ILLEGAL", "assessor/ben", "E1");
  const times = { queuedTime: noon, sinceTime: noon, dueTime: later(99) };
  const second = { kind: "before", first, reason: "QUEUE_REASON_NO_HIT", evidenceRevision: 1, ...times } as const;
  return member({ progress: { ...queued, reason: "QUEUE_REASON_SECOND_LOOK" }, second });
}
