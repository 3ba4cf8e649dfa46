import { expect, test } from "vitest";
import { Questions } from "./questions.ts";

const to = { url: "http://a.example/", ips: ["192.0.2.1"] };

test("each question has the answer to its own number, in whatever order they come, and the first one stands", async () => {
  const asked: number[] = [];
  using questions = new Questions(({ number }) => void asked.push(number));
  const answers = [questions.mayConnect(to), questions.mayConnect(to)];
  questions.answer(2, true);
  questions.answer(2, false);
  questions.answer(7, true);
  questions.answer(1, false);
  expect([asked, await Promise.all(answers)]).toEqual([
    [1, 2],
    [false, true],
  ]);
});

test("once nobody answers any more nothing may be connected to", async () => {
  const questions = new Questions(() => undefined);
  const open = questions.mayConnect(to);
  questions[Symbol.dispose]();
  expect([await open, await questions.mayConnect(to)]).toEqual([false, false]);
});
