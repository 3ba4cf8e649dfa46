import { expect, test } from "vitest";
import { ntdProgram } from "../../cli/program.ts";

test("help tells the commands of sets by what one is about to do, all of them", async () => {
  const program = await ntdProgram({ out: () => undefined, err: () => undefined, environment: {} }, "set");
  const set = program.commands.find((one) => one.name() === "set");
  const without = set?.commands.filter((one) => one.helpGroup() === "").map((one) => one.name());
  expect(without).toEqual([]);
  const help = set?.helpInformation() ?? "";
  const headings = [...help.matchAll(/^(A set|From a file|What a list|Taking entries|What members).*:$/gm)];
  expect(headings.map(([, beginning]) => beginning)).toEqual([
    "A set",
    "From a file",
    "Taking entries",
    "What a list",
    "What members",
  ]);
});
