import fc from "fast-check";
import { expect, test } from "vitest";
import { ID_BYTES, idKeys } from "./entry-id.ts";
import { printsOf, WantedPrints } from "./prints.ts";

// Few different bytes, so that some ids have the same print.
const id = fc.array(fc.constantFrom(0, 1, 255), { minLength: ID_BYTES, maxLength: ID_BYTES });
const printOf = (bytes: readonly number[]) => bytes.slice(1, 4).join();

test("the prints of a chunk tell each id that it has, and no other print", () => {
  fc.assert(
    fc.property(fc.array(id), fc.array(id), (ids, others) => {
      const prints = printsOf({ part: "p", ids: Uint8Array.from(ids.flat()) });
      expect(prints.prints.length).toBe(3 * ids.length);
      const there = new Set(ids.map(printOf));
      for (const one of [...ids, ...others]) {
        const wanted = new WantedPrints(idKeys(Uint8Array.from(one)));
        expect(wanted.areIn(prints)).toBe(there.has(printOf(one)));
      }
      const all = new WantedPrints(idKeys(Uint8Array.from(others.flat())));
      expect(all.areIn(prints)).toBe(others.some((one) => there.has(printOf(one))));
    }),
  );
});
