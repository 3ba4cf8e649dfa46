import fc from "fast-check";
import { expect, test } from "vitest";
import { ID_BYTES } from "../entries/entry-id.ts";
import { StepPacker, stepsOf, type PackedStepsState, type Taken } from "./packed-steps.ts";

const why = fc.record({
  cause: fc.constantFrom("REVOCATION_CAUSE_EXPIRED", "REVOCATION_CAUSE_WRONG_FILE"),
  revokedBy: fc.constantFrom(["maintainer/anna"], ["maintainer/anna", "maintainer/ben"]),
  restores: fc.boolean(),
}) as fc.Arbitrary<Pick<Taken, "cause" | "revokedBy" | "restores">>;
/** How many ids come at a time, and how far its counter lies behind the one before. */
const step = fc.record({
  why,
  pieces: fc.array(fc.constantFrom(1, 2, 700), { minLength: 1, maxLength: 3 }),
  further: fc.constantFrom(1, 2, 2 ** 40),
});

const idsOf = (counter: number, count: number) => new Uint8Array(count * ID_BYTES).fill(counter % 251);

const textOf = ({ counter, cause, revokedBy, restores, ...where }: object & Partial<Taken & { part: string }>) =>
  [counter, cause, revokedBy, restores, where.part, Buffer.from(where.ids ?? []).toString("latin1")].join(" ");

/** All documents that come of some steps behind a counter, and of these steps those that are in none. */
function packed(steps: readonly { counter: number; taken: Taken[] }[], after: number): PackedStepsState[] {
  const packer = new StepPacker("set", after);
  const documents: PackedStepsState[] = [];
  for (const { counter, taken } of steps) {
    for (const one of taken) packer.add(one, { revocationId: `revocation ${counter}`, part: `part ${counter}` });
    documents.push(...packer.full());
  }
  return documents;
}

test("what is packed is what came, in documents that follow each other, and the same ones from any of them on", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), fc.integer({ min: 0, max: 5 }), (some, after) => {
      let counter = after;
      // Each so often that at least two documents are full.
      const steps = Array.from({ length: 2100 }, (_, nth) => some[nth % some.length] ?? []).flat();
      const all = steps.map(({ why: told, pieces, further }) => {
        counter += Math.min(further, 2 ** 47 - counter > further ? further : 1);
        return { counter, taken: pieces.map((count) => ({ counter, ...told, ids: idsOf(counter, count) })) };
      });
      const documents = packed(all, after);
      let at = after;
      for (const document of documents) {
        expect([document.after, document.last]).toEqual([at, `revocation ${document.through}`]);
        at = document.through;
      }
      const came = all.filter((one) => one.counter <= at);
      expect(documents.flatMap((document) => Array.from(stepsOf(document), textOf))).toEqual(
        came.map(({ counter: of, taken: [first, ...others] }) => {
          const { ids, ...told } = first ?? { ids: new Uint8Array() };
          const whole = Buffer.concat([ids, ...others.map((one) => one.ids)]);
          const isLarge = whole.length > 1000 * ID_BYTES;
          return textOf(isLarge ? { ...told, part: `part ${of}` } : { ...told, ids: whole });
        }),
      );
      const [first] = documents;
      if (first === undefined) return;
      const rest = all.filter((one) => one.counter > first.through);
      const others = packed(rest, first.through);
      expect(others.map(({ after: from, through }) => [from, through])).toEqual(
        documents.slice(1).map(({ after: from, through }) => [from, through]),
      );
    }),
    { numRuns: 5 },
  );
});
