import { expect, test } from "vitest";
import { Recent } from "./recent.ts";

const row = (id: string, version = 1, bytes = 10) => ({ id, version, state: new Uint8Array(bytes) });

test("what was answered is known, until a write of it is asked", () => {
  const recent = new Recent();
  recent.keep([row("a"), row("b")]);
  expect(recent.get("a")?.version).toBe(1);
  const ended = recent.writing(["a"]);
  expect(recent.get("a")).toBeUndefined();
  expect(recent.get("b")?.version).toBe(1);
  // The answer of a read that was asked before the write.
  recent.keep([row("a")]);
  expect(recent.get("a")).toBeUndefined();
  ended();
  recent.keep([row("a", 2)]);
  expect(recent.get("a")?.version).toBe(2);
});

test("that there is none is known too, until it is inserted", () => {
  const recent = new Recent();
  recent.keepAbsent("a");
  expect(recent.get("a")).toBeNull();
  recent.writing(["a"])();
  expect(recent.get("a")).toBeUndefined();
});

test("of two writes on their way the first answer says nothing yet", () => {
  const recent = new Recent();
  const [first, second] = [recent.writing(["a"]), recent.writing(["a"])];
  first();
  first();
  recent.keep([row("a", 2)]);
  expect(recent.get("a")).toBeUndefined();
  second();
  recent.keep([row("a", 3)]);
  expect(recent.get("a")?.version).toBe(3);
});

test("a write of any documents forgets all, and what is answered meanwhile", () => {
  const recent = new Recent();
  recent.keep([row("a")]);
  const ended = recent.touching();
  recent.keep([row("b")]);
  expect([recent.get("a"), recent.get("b")]).toEqual([undefined, undefined]);
  ended();
  recent.keep([row("b")]);
  expect(recent.get("b")).toBeDefined();
});

test("big states and long answers are not kept, and of the others those in use", () => {
  const recent = new Recent();
  recent.keep([row("big", 1, 40_000)]);
  recent.keep(Array.from({ length: 9 }, (_, n) => row(`walk-${n}`)));
  expect(recent.get("big") ?? recent.get("walk-0")).toBeUndefined();
  for (let n = 0; n < 100; n++) {
    recent.keep([row(`r${n}`, 1, 30_000)]);
    expect(recent.get("r0")).toBeDefined();
  }
  expect(recent.get("r1")).toBeUndefined();
  expect(recent.get("r99")).toBeDefined();
});
