import fc from "fast-check";
import { WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import { expect, test } from "vitest";
import { file, noon } from "../../test/facts.ts";
import { refusedLooker } from "./lookers.ts";

const by = (name: string): Decision => ({
  decisionId: name,
  verdict: "VERDICT_ILLEGAL",
  decidedBy: `assessor/${name}`,
  decidedTime: noon,
  classifications: [],
  basis: "",
  reason: undefined,
  despiteGone: false,
  ...WITHDRAWS_NOTHING,
});

function waiting(first: string, other?: string) {
  const reason = other === undefined ? "QUEUE_REASON_SECOND_LOOK" : "QUEUE_REASON_DISAGREEMENT";
  const times = { queuedTime: noon, sinceTime: noon, dueTime: noon };
  const look = { kind: "before", reason: "QUEUE_REASON_NO_HIT", evidenceRevision: 1, ...times } as const;
  return file({
    progress: { kind: "queued", reason, queuedTime: noon },
    second: { ...look, first: by(first), ...(other !== undefined && { other: by(other) }) },
  });
}

const may = (state: ReturnType<typeof waiting>, name: string, supervisors: string[]) =>
  refusedLooker(state, `assessor/${name}`, supervisors) === undefined;

test("anybody else looks second, but a supervisor only where another one is left", () => {
  expect(may(waiting("ann"), "ben", ["sam", "sue"])).toBe(true);
  expect(may(waiting("ann"), "sam", ["sam", "sue"])).toBe(true);
  expect(may(waiting("sue"), "sam", ["sam", "sue"])).toBe(false);
  expect(may(waiting("sue"), "ben", ["sam", "sue"])).toBe(true);
});

test("a supervisor who is neither of the two settles; a third person only where no supervisor is left", () => {
  expect(may(waiting("ann", "ben"), "sam", ["sam"])).toBe(true);
  expect(may(waiting("ann", "ben"), "cyd", ["sam"])).toBe(false);
  expect(may(waiting("ann", "sam"), "cyd", ["sam"])).toBe(true);
  expect(may(waiting("ann", "ben"), "cyd", [])).toBe(true);
});

test("of three persons, whoever are supervisors, somebody can look and somebody can settle", () => {
  const names = ["ann", "ben", "cyd", "dan"];
  fc.assert(
    fc.property(fc.subarray(names), fc.shuffledSubarray(names, { minLength: 3 }), (supervisors, staff) => {
      const [first = ""] = staff;
      const lookers = staff.filter((name) => may(waiting(first), name, supervisors));
      expect(lookers).not.toContain(first);
      expect(lookers).not.toEqual([]);
      const all = supervisors.filter((name) => staff.includes(name));
      for (const other of lookers.filter((name) => may(waiting(first), name, all))) {
        const settlers = staff.filter((name) => may(waiting(first, other), name, all));
        expect(settlers).not.toEqual([]);
        expect(settlers.filter((name) => name === first || name === other)).toEqual([]);
      }
    }),
  );
});
