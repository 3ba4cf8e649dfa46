import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Refusal } from "../refusal.ts";
import {
  claimedReview,
  decidedReview,
  disputantOf,
  isOverdue,
  openAgainst,
  openReview,
  toldReview,
  waitsUntil,
  type Review,
} from "./review.ts";

const noon = new Date("2026-03-01T12:00:00Z");
const later = (ms: number) => new Date(noon.getTime() + ms);
const open = openReview({ kind: "REVIEW_KIND_DISPUTE", openedTime: noon, decisionId: "d1" }, 1000);
const reason = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
const byAnn = { decidedBy: "assessor/ann", confirmedBy: "" };
const upheld = { verdict: "REVIEW_VERDICT_UPHELD", reason } as const;
const refused = { verdict: "REVIEW_VERDICT_REFUSED", reason } as const;

function granted(result: Review | Refusal): Review {
  if ("refused" in result) throw new Error(result.detail);
  return result;
}

const claim = (review: Review, person: string, takeOver = false) =>
  claimedReview(review, person, [byAnn], noon, takeOver);

describe("given an open review of a decision by ann", () => {
  test("when ben claims it, it is his, again too, and another's by taking it over alone", () => {
    const his = granted(claim(open, "assessor/ben"));
    expect(his.progress).toEqual({ kind: "claimed", owner: "assessor/ben", claimedTime: noon });
    expect(claim(his, "assessor/ben")).toBe(his);
    expect(claim(his, "assessor/cy")).toMatchObject({ refused: "WRONG_STATE" });
    expect(granted(claim(his, "assessor/cy", true)).progress).toMatchObject({ owner: "assessor/cy" });
  });

  test.each(["assessor/ann", "police/ann"])("when %s claims it, it takes another person", (person) => {
    expect(claim(open, person, true)).toMatchObject({ refused: "SAME_PERSON" });
  });

  test("when who confirmed a withdrawal claims it, it takes another person", () => {
    const withdrawn = { decidedBy: "assessor/ann", confirmedBy: "assessor/ben" };
    expect(claimedReview(open, "assessor/ben", [undefined, withdrawn], noon, false)).toMatchObject({
      refused: "SAME_PERSON",
    });
  });

  test("when it is upheld, its case has to hear of it once; refused, nobody has", () => {
    const his = granted(claim(open, "assessor/ben"));
    const right = granted(decidedReview(his, "assessor/ben", [byAnn], upheld, later(5)));
    expect(right).toMatchObject({ progress: { kind: "decided", owner: "assessor/ben", decidedTime: later(5) } });
    expect(right.isUntold).toBe(true);
    const told = toldReview(right);
    expect(told.isUntold).toBeUndefined();
    expect(toldReview(told)).toBe(told);
    expect(granted(decidedReview(his, "assessor/ben", [byAnn], refused, noon)).isUntold).toBeUndefined();
  });

  test("when its owner made a decision on the case meanwhile, it takes another person", () => {
    const his = granted(claim(open, "assessor/ben"));
    const own = { decidedBy: "assessor/ben", confirmedBy: "" };
    expect(decidedReview(his, "assessor/ben", [byAnn, own], refused, noon)).toMatchObject({ refused: "SAME_PERSON" });
  });

  test("when it is due, it is overdue until it is decided", () => {
    expect([isOverdue(open, later(999)), isOverdue(open, later(1000))]).toEqual([false, true]);
    const his = granted(claim(open, "assessor/ben"));
    expect(waitsUntil(his)).toEqual(later(1000));
    const done = granted(decidedReview(his, "assessor/ben", [], refused, later(2000)));
    expect([waitsUntil(done), isOverdue(done, later(3000))]).toEqual([undefined, false]);
  });
});

test("whoever does what in whatever order: decided once, by its owner, never by who made the decision", () => {
  const people = ["assessor/ann", "assessor/ben", "assessor/cy"];
  const step = fc.record({
    person: fc.constantFrom(...people),
    does: fc.constantFrom("claim" as const, "take over" as const, "uphold" as const, "refuse" as const),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), fc.constantFrom(...people), (steps, maker) => {
      let review = open;
      const reviewed = [{ decidedBy: maker, confirmedBy: "" }];
      for (const { person, does } of steps) {
        const before = review;
        const after =
          does === "claim" || does === "take over"
            ? claimedReview(review, person, reviewed, noon, does === "take over")
            : decidedReview(review, person, reviewed, does === "uphold" ? upheld : refused, noon);
        if ("refused" in after) continue;
        review = after;
        expect(before.progress.kind).not.toBe("decided");
        expect(person).not.toBe(maker);
        if (review.progress.kind === "decided")
          expect(before.progress).toMatchObject({ kind: "claimed", owner: person });
        expect(review.dueTime).toEqual(open.dueTime);
      }
    }),
  );
});

test("a dispute counts against what it is about while it is open, and for its provider unless it was refused", () => {
  const set = { kind: "set", name: "national" } as const;
  const dispute: Review = { ...open, providerId: "alpha", against: [set] };
  const his = granted(claim(dispute, "assessor/ben"));
  const ended = (how: typeof upheld | typeof refused) =>
    granted(decidedReview(his, "assessor/ben", [byAnn], how, noon));
  expect([dispute, his, ended(upheld), ended(refused)].map((one) => openAgainst(one).by)).toEqual([
    "set national",
    "set national",
    undefined,
    undefined,
  ]);
  const disputants = [dispute, ended(upheld), ended(refused), { ...dispute, kind: "REVIEW_KIND_COMPLAINT" as const }];
  expect(disputants.map(disputantOf)).toEqual(["alpha", "alpha", undefined, undefined]);
});
