import { setImmediate } from "node:timers/promises";
import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

test("whoever is alone has no company, whoever is together may; everybody ends, failures included", async () => {
  const work = fc.record({ alone: fc.boolean(), turns: fc.integer({ min: 0, max: 4 }), fails: fc.boolean() });
  let company = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(work, { maxLength: 20 }), async (works) => {
      const gate = new Gate();
      let inside = 0;
      let aloneInside = 0;
      let ended = 0;
      const run = async ({ alone, turns, fails }: (typeof works)[number]) => {
        inside++;
        if (alone) aloneInside++;
        for (let i = 0; i < turns; i++) {
          if (aloneInside > 0) expect(inside).toBe(1);
          else if (inside > 1) company++;
          await setImmediate();
        }
        inside--;
        if (alone) aloneInside--;
        ended++;
        if (fails) throw new Error("failed");
      };
      const results = await Promise.allSettled(
        works.map((w) => (w.alone ? gate.alone(() => run(w)) : gate.together(() => run(w)))),
      );
      expect(ended).toBe(works.length);
      expect(results.map((r) => r.status === "rejected")).toEqual(works.map((w) => w.fails));
    }),
    { numRuns: runs(100) },
  );
  expect(company).toBeGreaterThan(0);
});

test("first come, first served: those who come after one that waits to be alone do not overtake it", async () => {
  const gate = new Gate();
  const order: string[] = [];
  const slow = Promise.withResolvers<void>();
  const all = [
    gate.together(async () => {
      await slow.promise;
      order.push("first");
    }),
    gate.alone(async () => void order.push("alone")),
    gate.together(async () => void order.push("last")),
  ];
  await setImmediate();
  expect(order).toEqual([]);
  slow.resolve();
  await Promise.all(all);
  expect(order).toEqual(["first", "alone", "last"]);
});
