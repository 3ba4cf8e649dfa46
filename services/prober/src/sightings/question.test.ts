import { expect, test } from "vitest";
import { at, newTarget } from "../../test/examples.ts";
import { answered, asked, questionOf, withdrawn } from "./question.ts";

const DAY = 24 * 60;

test("a person is asked five times at most: at once, then after 1, 3, 7 and 28 days", () => {
  let target = newTarget();
  const days: number[] = [];
  for (let day = 0; day < 400; day++) {
    target = asked(target, at(day * DAY));
    if (target.question?.openSince === undefined) continue;
    days.push(day);
    target = { ...target, question: answered(target.question, at(day * DAY)) };
  }
  expect(days).toEqual([0, 1, 4, 11, 39]);
});

test("a question that waits is not asked anew", () => {
  const waiting = asked(newTarget(), at(0));
  expect(asked(waiting, at(9 * DAY))).toBe(waiting);
});

test("a question that an eye answered may be asked again at once", () => {
  const open = asked(newTarget(), at(0));
  const closed = { ...open, question: open.question && withdrawn(open.question) };
  expect(asked(closed as typeof open, at(1)).question).toEqual({ count: 2, openSince: at(1) });
});

test("whom an eye could tell meanwhile is asked once more when it is blind again, four weeks after the last answer", () => {
  const day = (count: number) => at(count * DAY);
  let target = { ...newTarget(), question: answered({ count: 5, openSince: day(39) }, day(40)) };
  expect(asked(target, day(400))).toBe(target);
  target = { ...target, question: withdrawn(target.question) };
  expect(asked(target, day(67))).toBe(target);
  expect(asked(target, day(68)).question).toMatchObject({ count: 5, openSince: day(68) });
});

test("the list has raised ones first, then the longest asked", () => {
  const one = asked(newTarget(), at(5));
  const raised = { ...asked(newTarget(), at(9)), raised: true };
  const places = [raised, asked(newTarget(), at(1)), one].map((target) => questionOf(target) ?? "");
  expect(places.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(places);
  expect(questionOf(newTarget())).toBeUndefined();
});
