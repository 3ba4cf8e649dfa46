import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Query } from "../port.ts";
import { Answers, behind, questionOf, type Due, type Question } from "./answers.ts";

const at = (second: number) => new Date(second * 1000);
const due = (second: number): Query<string> => ({
  where: { state: "open", dueAt: { lte: at(second) } },
  orderBy: "dueAt",
  limit: 20,
});
const asked = (query: Query<string>) => questionOf(query) as Question;

describe("a question that found nothing", () => {
  test("is known to find nothing until something is written", () => {
    const answers = new Answers();
    const question = asked({ where: { waits: true }, limit: 20 });
    expect(answers.of(question)).toBeUndefined();
    answers.keep(question, []);
    expect(answers.of(question)).toEqual({ answer: [] });
    expect(answers.of(asked({ where: { waits: false }, limit: 20 }))).toBeUndefined();
    answers.writing()();
    expect(answers.of(question)).toBeUndefined();
  });

  test("says nothing while a write is on its way, nor by the answer of a read that was asked before it", () => {
    const answers = new Answers();
    const question = asked({ where: { waits: true }, limit: 20 });
    const [first, second] = [answers.writing(), answers.writing()];
    answers.keep(question, []);
    first();
    first();
    answers.keep(question, []);
    expect(answers.of(question)).toBeUndefined();
    second();
    answers.keep(question, []);
    expect(answers.of(question)).toEqual({ answer: [] });
  });

  test("of what is due asks once what comes next, and then nobody until that is due", () => {
    const answers = new Answers();
    answers.keep(asked(due(10)), []);
    expect(answers.of(asked(due(9)))).toEqual({ answer: [] });
    const unless: Due = { field: "dueAt", at: 10_000, isIncluded: true };
    expect(answers.of(asked(due(11)))).toEqual({ answer: [], unless });
    expect(behind(due(11), unless)).toEqual({
      where: { state: "open", dueAt: { gt: 10_000 } },
      orderBy: "dueAt",
    });
    answers.keep(asked(due(11)), [], 60_000);
    expect(answers.of(asked(due(59)))).toEqual({ answer: [] });
    expect(answers.of(asked(due(60)))).toBeUndefined();
  });

  test("below a bound that is not included: what stands at the bound comes next", () => {
    const before: Query<string> = { where: { dueAt: { lt: at(10) } }, orderBy: "dueAt", limit: 20 };
    const { due: bound } = asked(before);
    expect(bound && behind(before, bound).where).toEqual({ dueAt: { gte: 10_000 } });
  });

  test.each<[string, Query<string>]>([
    ["with a lower bound, too", { where: { dueAt: { gt: at(1), lte: at(10) } }, orderBy: "dueAt", limit: 20 }],
    ["in another order", { where: { dueAt: { lte: at(10) } }, limit: 20 }],
    ["from its end", { where: { dueAt: { lte: at(10) } }, orderBy: "dueAt", descending: true, limit: 20 }],
    ["of words, which the store orders by their bytes", { where: { name: { lte: "b" } }, orderBy: "name", limit: 20 }],
  ])("is known by all of its values %s", (_, query) => expect(asked(query).due).toBeUndefined());

  test("is not remembered behind a cursor, or when it is long", () => {
    expect(questionOf({ ...due(1), after: { id: "a" } })).toBeUndefined();
    expect(questionOf({ where: { id: { in: ["x".repeat(1000)] } }, limit: 1 })).toBeUndefined();
  });

  test("for columns is another one for each choice of them, and none for bytes, which may be large", () => {
    expect(questionOf(due(1), { id: "text" })?.key).not.toBe(questionOf(due(1), { id: "number" })?.key);
    expect(questionOf(due(1), { hash: "bytes" })).toBeUndefined();
  });

  test("takes no more room than the last few", () => {
    const answers = new Answers();
    for (let n = 0; n < 1000; n++) answers.keep(asked({ where: { of: n }, limit: 1 }), []);
    const known = Array.from({ length: 1000 }, (_, n) => answers.of(asked({ where: { of: n }, limit: 1 })));
    expect(known.filter((one) => one !== undefined).length).toBeLessThanOrEqual(200);
  });

  test("is never answered where something is due", () => {
    const step = fc.oneof(
      fc.record({ does: fc.constant("write" as const), at: fc.integer({ min: 0, max: 40 }) }),
      fc.record({ does: fc.constant("ask" as const), at: fc.integer({ min: 0, max: 40 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const answers = new Answers();
        const stored: number[] = [];
        for (const one of steps) {
          if (one.does === "write") {
            answers.writing()();
            stored.push(one.at);
            continue;
          }
          const question = asked(due(one.at));
          const found = stored.some((second) => second <= one.at);
          const known = answers.of(question);
          const { unless } = known ?? {};
          if (known !== undefined && unless === undefined) expect(found).toBe(false);
          else if (known === undefined && !found) answers.keep(question, []);
          else if (unless !== undefined) {
            const later = stored.map((second) => second * 1000).filter((ms) => ms > unless.at);
            answers.keep(question, [], Math.min(Infinity, ...later));
          }
        }
      }),
    );
  });
});
