import { expect, test } from "vitest";
import { eachInTurn } from "./each-in-turn.ts";

test("each has its turn, also behind one that fails; the first failure is thrown at the end", async () => {
  const steps: string[] = [];
  const work = async (n: number) => {
    steps.push(`begin ${n}`);
    await Promise.resolve();
    if (n > 1) throw new Error(`${n} failed`);
    steps.push(`end ${n}`);
  };
  await expect(eachInTurn([1, 2, 3, 1], work)).rejects.toThrow("2 failed");
  expect(steps).toEqual(["begin 1", "end 1", "begin 2", "begin 3", "begin 1", "end 1"]);
  await eachInTurn([1], work);
});
