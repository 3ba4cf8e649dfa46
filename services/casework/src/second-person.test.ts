import { PERSONS, type Step } from "@ntd/facts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { effectOf } from "./second-person.ts";

const noon = new Date("2026-03-01T12:00:00Z");
const week = 7 * 24 * 3_600_000;
const kinds = fc.constantFrom("assessor", "operator", "police");
const names = fc.constantFrom("ann", "ben", "cy");
const person = fc.tuple(kinds, names);

test("each step of the table, by every person, in every order: nobody is their own second person", () => {
  const steps = fc.constantFrom(...(Object.keys(PERSONS) as Step[]));
  fc.assert(
    fc.property(
      steps,
      person,
      person,
      fc.integer({ min: 0, max: 2 * week }),
      (step, [kind, name], [other, second], ms) => {
        const first = { by: `${kind}/${name}`, time: noon };
        const effect = effectOf(step, first, `${other}/${second}`, new Date(noon.getTime() + ms));
        const inTime = name === second ? "same person" : "done";
        expect(effect).toBe(PERSONS[step] === 1 ? "done" : ms >= week ? "waits" : inTime);
        expect(effectOf(step, undefined, first.by, noon)).toBe(PERSONS[step] === 1 ? "done" : "waits");
      },
    ),
  );
});
