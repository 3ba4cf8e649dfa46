import { expect, test } from "vitest";
import { startArguments } from "./arguments.ts";

const given = (...args: string[]) => startArguments(args, "/home/op", "/ntd/.ntd/run");

test("without words it starts where it always did", () => {
  expect(given()).toEqual({ does: "start", dir: "/ntd/.ntd/run", config: undefined });
});

test("paths begin where the person stands", () => {
  expect(given("--data", "ntd", "--config=/etc/ntd.yaml")).toEqual({
    does: "start",
    dir: "/home/op/ntd",
    config: "/etc/ntd.yaml",
  });
});

test("help wins, and words that it does not know are refused", () => {
  expect(given("--help", "--data", "x")).toEqual({ does: "help" });
  for (const wrong of [["now"], ["--dat", "x"], ["--data"], ["--data", ""]]) {
    const answer = given(...wrong);
    expect(answer.does, wrong.join(" ")).toBe("refuse");
  }
});
