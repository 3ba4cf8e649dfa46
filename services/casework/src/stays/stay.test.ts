import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CaseFile } from "../cases/case.ts";
import { published } from "../cases/publish.ts";
import { inDoubt } from "../doubts/doubt.ts";
import { byMachine, decide, granted, word } from "../../test/doubts.ts";
import { file, later } from "../../test/facts.ts";
import { isStayed, liftedStay, stayed } from "./stay.ts";

const [ann, ben, cy] = ["assessor/ann", "assessor/ben", "assessor/cy"] as const;
const sealed = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const order = { court: "High Court", reference: "HC 1/26", reason: sealed };
const say = (by: string, seconds = 0) => ({ by, time: later(seconds) });
const week = 7 * 24 * 3600;

const proposed = granted(stayed(byMachine, order, say(ann)));
const inForce = granted(stayed(proposed, order, say(ben, 60)));

describe("given an illegal that others know of", () => {
  test("when one person types a stay, others hear nothing; a second person's word puts it in lasting doubt", () => {
    expect(published(proposed)).toEqual(published(byMachine));
    expect(published(inForce)).toMatchObject({
      state: "CASE_STATE_AUTO_DECIDED",
      doubt: { cause: "DOUBT_CAUSE_STAY", sinceTime: later(60), raisedBy: [ann, ben], lasting: true },
    });
    expect(inForce.stay).toMatchObject({ ...order, proposed: say(ann), set: say(ben, 60) });
  });

  test.each([ann, "police/ann"])("when %s types it again, it takes another person", (person) => {
    expect(stayed(proposed, order, say(person, 60))).toMatchObject({ refused: "SAME_PERSON" });
  });

  test("when the second one types another court or reference, or comes after seven days, that is a first word", () => {
    for (const next of [
      stayed(proposed, { ...order, reference: "HC 2/26" }, say(ben, 60)),
      stayed(proposed, { ...order, court: "Court of Appeal" }, say(ben, 60)),
      stayed(proposed, order, say(ben, week)),
    ]) {
      expect(isStayed(granted(next))).toBe(false);
      expect(granted(next).stay?.proposed.by).toBe(ben);
    }
  });

  test("when it is stayed, no second stay is set, and only two persons lift it", () => {
    expect(stayed(inForce, order, say(cy, 90))).toMatchObject({ refused: "WRONG_STATE" });
    const asked = granted(liftedStay(inForce, sealed, say(ann, 90)));
    expect(published(asked)).toEqual(published(inForce));
    expect(liftedStay(asked, sealed, say("operator/ann", 95))).toMatchObject({ refused: "SAME_PERSON" });
    const free = granted(liftedStay(asked, sealed, say(ben, 99)));
    expect(published(free)).toEqual(published(byMachine));
    expect(free.stay).toMatchObject({ liftProposed: say(ann, 90), lifted: say(ben, 99) });
    expect(liftedStay(free, sealed, say(cy, 100))).toMatchObject({ refused: "WRONG_STATE" });
    expect(granted(stayed(free, order, say(cy, 101))).stay).toEqual({ ...order, proposed: say(cy, 101) });
  });

  test("when it is lifted, what else is said against the decision stays", () => {
    const both = inDoubt(inForce, word("REOPENED", cy, 70));
    const asked = granted(liftedStay(both, sealed, say(ann, 90)));
    expect(published(granted(liftedStay(asked, sealed, say(ben, 99)))).doubt).toMatchObject({
      cause: "DOUBT_CAUSE_REOPENED",
      lasting: false,
    });
  });

  test("when a person decides illegal again, it is stayed still; when it is withdrawn, the stay is over", () => {
    const reopened = inDoubt(inForce, word("REOPENED", cy, 70));
    expect(isStayed(decide(reopened, "ILLEGAL", ann))).toBe(true);
    const withdrawn = decide(reopened, "NOT_ILLEGAL", ann);
    expect(published(withdrawn)).toMatchObject({ decision: { confirmedBy: cy }, doubt: undefined });
    expect(liftedStay(withdrawn, sealed, say(ben, 99))).toMatchObject({ refused: "WRONG_STATE" });
  });
});

test("given nothing that others know of as illegal, there is nothing to stay", () => {
  expect(stayed(file(), order, say(ann))).toMatchObject({ refused: "WRONG_STATE" });
});

test("whoever says what and when: neither set nor lifted without two persons", () => {
  const people = fc.constantFrom(ann, "police/ann", ben, "operator/ben", cy);
  const step = fc.record({
    by: people,
    lift: fc.boolean(),
    reference: fc.constantFrom("1", "2"),
    wait: fc.integer({ min: 0, max: week }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let state: CaseFile = byMachine;
      let seconds = 0;
      const names = (...all: (string | undefined)[]) => new Set(all.map((by) => by?.split("/")[1])).size;
      for (const { by, lift, reference, wait } of steps) {
        const at = say(by, (seconds += wait));
        const after = lift ? liftedStay(state, sealed, at) : stayed(state, { ...order, reference }, at);
        if ("refused" in after) continue;
        const [was, is] = [isStayed(state), isStayed(after)];
        const { stay } = after;
        if (!was && is) expect(names(stay?.proposed.by, stay?.set?.by)).toBe(2);
        if (was && !is) expect(names(stay?.liftProposed?.by, stay?.lifted?.by)).toBe(2);
        expect(lift ? !is || was : is || !was).toBe(true);
        state = after;
      }
    }),
  );
});
