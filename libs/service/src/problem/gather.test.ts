import { expect, test } from "vitest";
import { gather } from "./gather.ts";
import { Problem } from "./problem.ts";

const refuse = (...fields: string[]) => {
  throw Problem.fields(...fields.map((field) => ({ field, description: "is none" })));
};

test("parts that can be read are returned by name", () => {
  expect(gather({ id: () => "a", count: () => 2 })).toEqual({ id: "a", count: 2 });
});

test("the faults of every part leave at once, in order", () => {
  const read = () =>
    gather({ id: () => refuse("id"), count: () => 2, targets: () => refuse("targets[0]", "targets[1].url") });
  expect(read).toThrow(
    expect.objectContaining({
      reason: "FIELD_INVALID",
      fields: ["id", "targets[0]", "targets[1].url"].map((field) => ({ field, description: "is none" })),
    }),
  );
});

test("what is no fault of a field is thrown as it is", () => {
  const other = new Problem("NOT_FOUND");
  expect(() =>
    gather({
      id: () => refuse("id"),
      it: () => {
        throw other;
      },
    }),
  ).toThrow(other);
});

test("what a first call alone is held to is said beside other faults, and by itself left to who takes the call", () => {
  const ofFirst = { time: () => refuse("time") };
  expect(gather({ id: () => "a" }, ofFirst)).toEqual({ id: "a" });
  const faults = ["id", "time"].map((field) => ({ field, description: "is none" }));
  expect(() => gather({ id: () => refuse("id") }, ofFirst)).toThrow(expect.objectContaining({ fields: faults }));
});
