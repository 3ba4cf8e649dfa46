import { expect, test } from "vitest";
import { Turns } from "../src/checks/turns.ts";

test("two are at it at a time, the others in their order, and a turn is given back once", async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const held = [0, 1, 2, 3].map(async (n) => {
    const turn = await turns.take();
    begun.push(n);
    return turn;
  });
  const [first, second] = [await held[0], await held[1]];
  await new Promise(setImmediate);
  expect(begun).toEqual([0, 1]);
  first?.[Symbol.dispose]();
  first?.[Symbol.dispose]();
  const third = await held[2];
  expect(begun).toEqual([0, 1, 2]);
  second?.[Symbol.dispose]();
  (await held[3])?.[Symbol.dispose]();
  third?.[Symbol.dispose]();
  using again = await turns.take();
  expect([begun, again]).toEqual([[0, 1, 2, 3], expect.anything()]);
});
