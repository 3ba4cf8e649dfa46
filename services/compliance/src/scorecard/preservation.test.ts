import { expect, test } from "vitest";
import { PRESERVATIONS, type NoticeNumbers } from "./notice-numbers.ts";
import { preservation } from "./preservation.ts";

const OFFERED = 128;
const countedAs = (word: (typeof PRESERVATIONS)[number], marks: number) => {
  const notice = { preservation: PRESERVATIONS.indexOf(word), marks } as NoticeNumbers;
  return preservation.filter(({ when }) => when(notice)).map(({ name }) => name);
};

test("what was sent and asks to preserve is answered or not; what was not sent is in no figure of it", () => {
  expect(countedAs("not asked", OFFERED)).toEqual([]);
  expect(countedAs("not answered", OFFERED)).toEqual(["asked_to_preserve", "preservation_not_answered"]);
  expect(countedAs("preserved", OFFERED)).toEqual(["asked_to_preserve", "preserved"]);
  expect(countedAs("cannot preserve", OFFERED)).toEqual(["asked_to_preserve", "cannot_preserve"]);
  for (const word of PRESERVATIONS) expect(countedAs(word, 0)).toEqual([]);
});
