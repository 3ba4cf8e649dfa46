import { MACHINE, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { RevokedHit } from "@ntd/proto/matching/v1/match";
import { describe, expect, test } from "vitest";
import { withMatch, type CaseFile, type Progress } from "./case.ts";
import { groundsOf } from "./grounds.ts";
import { judged } from "./judged.ts";
import type { Judgement } from "./policy.ts";
import { file, hit, match, noon, target } from "../../test/facts.ts";

const automatic: Judgement = { kind: "automatic", hit: hit() };
const queue = (reason: string) => ({ kind: "queue", reason: `QUEUE_REASON_${reason}` }) as Judgement;
const queuedFor = (reason: string) =>
  ({ kind: "queued", reason: `QUEUE_REASON_${reason}`, queuedTime: noon }) as Progress;
const none = { decision: undefined, now: noon };
const decision: Decision = {
  decisionId: "d",
  verdict: "VERDICT_ILLEGAL",
  decidedBy: MACHINE,
  decidedTime: noon,
  classifications: [],
  basis: "PDQ distance 12 of 31; set national, release release-1, entry entry-1, votes 2",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
};
const old = file({
  progress: { kind: "auto_decided" },
  decisions: [decision],
  match: match([hit()]),
  target: target(),
});
const byMachine = { ...old, grounds: groundsOf([hit()]) };

describe("given an automatic decision", () => {
  test("one of release 0.2 rests on the hit that its basis names; where none can be read it stands", () => {
    const lost = (from: CaseFile) => judged(from, withMatch(from, match([], { version: 2 })), queue("NO_HIT"), none);
    expect(lost(old).progress).toEqual(queuedFor("BASIS_REVOKED"));
    const unread = { ...old, decisions: [{ ...decision, basis: "" }] };
    expect(lost(unread).progress).toEqual({ kind: "auto_decided" });
  });

  test("one that another hit decides too outlives the loss of the first", () => {
    const other = hit({ setId: "other", entryId: "e2" });
    const both = judged(byMachine, withMatch(byMachine, match([hit(), other], { version: 2 })), automatic, none);
    const needsPerson = match([{ ...other, autoIssue: false }], { version: 3 });
    const after = judged(both, withMatch(both, needsPerson), queue("SET_NEEDS_PERSON"), none);
    expect(after.progress).toEqual({ kind: "auto_decided" });
    const none3 = withMatch(after, match([], { version: 4 }));
    expect(judged(after, none3, queue("NO_HIT"), none).progress).toEqual(queuedFor("BASIS_REVOKED"));
  });

  test("one whose entry was withdrawn, not called wrong, stands; once its content is another, a person sees", () => {
    const decided = { ...byMachine, decidedContent: 1 };
    const lost = (cause: RevokedHit["cause"], contentRevision = 1) => {
      const revoked = [{ setId: "national", entryId: "entry-1", cause, revokedBy: [] }];
      const seen = withMatch(decided, match([], { version: 2, revoked, contentRevision }));
      return judged(decided, seen, queue("NO_HIT"), none);
    };
    const stands = lost("REVOCATION_CAUSE_WITHDRAWN_BY_CONTRIBUTOR");
    expect(stands.progress).toEqual({ kind: "auto_decided" });
    expect(judged(stands, withMatch(stands, match([], { version: 3 })), queue("NO_HIT"), none).progress).toEqual({
      kind: "auto_decided",
    });
    expect(lost("REVOCATION_CAUSE_NOT_ILLEGAL").progress).toEqual(queuedFor("BASIS_REVOKED"));
    expect(lost("REVOCATION_CAUSE_UNSPECIFIED").progress).toEqual(queuedFor("BASIS_REVOKED"));
    expect(lost("REVOCATION_CAUSE_EXPIRED", 2).progress).toEqual(queuedFor("SOMETHING_ELSE"));
  });
});
