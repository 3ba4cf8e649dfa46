import { MACHINE, WITHDRAWS_NOTHING } from "@ntd/facts";
import fc from "fast-check";
import type { Decision } from "@ntd/proto/casework/v1/case";
import { describe, expect, test } from "vitest";
import { withMatch, type CaseFile } from "../cases/case.ts";
import { groundsOf } from "../policies/grounds.ts";
import { judged } from "../policies/judged.ts";
import { published } from "../cases/publish.ts";
import { reopened } from "./reopen.ts";
import { file, hit, later, match, noon, target } from "../../test/facts.ts";

const reason = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const doubt = { reopenedBy: "assessor/ben", reopenedTime: later(9), reason };
const made: Decision = {
  decisionId: "d",
  verdict: "VERDICT_ILLEGAL",
  decidedBy: MACHINE,
  decidedTime: noon,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
};
const byMachine = file({
  progress: { kind: "auto_decided" },
  decisions: [made],
  match: match([hit()]),
  target: target(),
  grounds: groundsOf([hit()]),
});
const byPerson = file({ progress: { kind: "decided" }, decisions: [{ ...made, decidedBy: "assessor/ann" }] });
const progress = { kind: "queued", reason: "QUEUE_REASON_REOPENED", queuedTime: later(9) } as const;

function after(start: CaseFile): CaseFile {
  const outcome = reopened(start, doubt);
  if ("refused" in outcome) throw new Error(outcome.detail);
  return outcome;
}

describe("given a decided case", () => {
  test.each([byMachine, byPerson])("when it is reopened, it waits for a person with all its decisions", (start) => {
    const reopenings = [{ ...doubt, decisionId: "d" }];
    const words = [{ cause: "DOUBT_CAUSE_REOPENED", by: ["assessor/ben"] }];
    const inDoubt = { decisionId: "d", sinceTime: later(9), words };
    expect(after(start)).toEqual({ ...start, progress, reopenings, doubt: inDoubt, doubtedTime: later(9) });
    expect(reopened(start, doubt, { keepInForce: true })).toEqual({ ...start, progress, reopenings });
  });

  test("when it waits with its illegal in force, a person's doubt joins, and keeps the claim", () => {
    const claim = { kind: "claimed", queuedTime: noon, holder: "assessor/ann", claimExpireTime: later(1800) } as const;
    const waits: CaseFile = { ...byPerson, progress: { ...claim, reason: "QUEUE_REASON_NEW_EVIDENCE" } };
    const again = after(waits);
    expect(again.progress).toEqual({ ...claim, reason: "QUEUE_REASON_REOPENED" });
    expect(published(again).doubt).toMatchObject({ decisionId: "d", raisedBy: ["assessor/ben"] });
    expect(reopened(waits, doubt, { keepInForce: true })).toMatchObject({ refused: "WRONG_STATE" });
    expect(reopened(again, doubt)).toMatchObject({ refused: "WRONG_STATE", detail: expect.stringMatching(/in doubt/) });
  });

  test("when the machine's is reopened, what comes with its hit leaves it to the person", () => {
    const waits = after(byMachine);
    const again = withMatch(waits, match([hit({ autoIssue: false })], { version: 2 }));
    const judgement = { kind: "queue", reason: "QUEUE_REASON_SET_NEEDS_PERSON" } as const;
    expect(judged(waits, again, judgement, { decision: undefined, now: noon }).progress).toEqual(progress);
  });

  test("when it is reopened and decided again and again, each doubt names its decision, and there is an end", () => {
    let state: CaseFile = byPerson;
    for (let n = 0; n < 20; n++) {
      const again = { ...made, decidedBy: "assessor/ann", decisionId: `d${n}` };
      state = { ...after(state), progress: { kind: "decided" }, decisions: [...state.decisions, again] };
    }
    expect(state.reopenings?.map(({ decisionId }) => decisionId).slice(0, 3)).toEqual(["d", "d0", "d1"]);
    expect(reopened(state, doubt)).toMatchObject({ refused: "WRONG_STATE" });
  });
});

test("given a case that waits, or was never decided, it is refused: what has fallen does not come back so", () => {
  const queuedTime = noon;
  const waits = fc.constantFrom(
    "QUEUE_REASON_BASIS_REVOKED",
    "QUEUE_REASON_NEGATIVE_SET",
    "QUEUE_REASON_SOMETHING_ELSE",
  );
  const decisions = fc.constantFrom<Decision[]>([], [made]);
  fc.assert(
    fc.property(waits, decisions, fc.boolean(), (why, before, isClaimed) => {
      const claim = { kind: "claimed", holder: "assessor/ann", claimExpireTime: later(1800) } as const;
      const start = { reason: why, queuedTime, ...(isClaimed ? claim : { kind: "queued" as const }) };
      expect(reopened(file({ decisions: before, progress: start }), doubt)).toMatchObject({ refused: "WRONG_STATE" });
    }),
  );
  expect(reopened(file(), doubt)).toMatchObject({ refused: "WRONG_STATE" });
});
