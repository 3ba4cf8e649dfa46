import fc from "fast-check";
import { expect, test } from "vitest";
import { derivedId } from "@ntd/service";
import { AS_LISTED, cameBack, standingAt, wasTold, withTold, type Told } from "./standing.ts";
import { packed, unpacked } from "./told-standings.ts";

const told = (counter: number, disabled = false): Told => ({ counter, leastVotes: 0, disputed: false, disabled });

test("what is told is noted once, and nothing older behind it", () => {
  expect(withTold([], told(3))).toEqual([told(3)]);
  expect(withTold([told(3)], told(3))).toBeUndefined();
  expect(withTold([told(3)], told(2))).toBeUndefined();
});

test("an entry came back where it was disabled at any time behind a counter, and is not now", () => {
  const was = [told(2, true), told(5), told(7)];
  expect([1, 2, 4].map((after) => cameBack(was, after))).toEqual([true, true, true]);
  expect([5, 6].map((after) => cameBack(was, after))).toEqual([false, false]);
  expect(cameBack([...was, told(8, true)], 1)).toBe(false);
  expect(cameBack([], 0)).toBe(false);
});

test("how an entry stood at a counter is what was told last up to it; of what is kept no more it was told something", () => {
  const was = [told(2, true), told(5)];
  expect([1, 2, 4, 5, 9].map((counter) => standingAt(was, counter).disabled)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
  expect(standingAt(was, 1)).toEqual(AS_LISTED);
  expect([wasTold(was, 0, 1), wasTold(was, 1, 2), wasTold(was, 2, 4), wasTold(was, 5, 9)]).toEqual([
    false,
    true,
    false,
    false,
  ]);
  const often = Array.from({ length: 25 }, (_, n) => told(10 + n, n % 2 === 0)).reduce<Told[]>(
    (some, one) => withTold(some, one) ?? some,
    [],
  );
  expect(standingAt(often, 3)).toEqual(often[0]);
  expect([wasTold(often, 3, 4), wasTold(often, 34, 40), wasTold(often, 33, 40)]).toEqual([true, false, true]);
});

test("what a set tells is read as it was packed", () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ leastVotes: fc.nat(50), disputed: fc.boolean(), disabled: fc.boolean() })),
      (standings) => {
        const all = standings.map((standing, n) => ({ entryId: derivedId("entry", String(n)), standing }));
        expect([...unpacked(packed(9, all))]).toEqual(
          all.map(({ entryId, standing }) => [entryId, { counter: 9, ...standing }]),
        );
      },
    ),
  ));
