import type { Figure } from "@ntd/proto/compliance/v1/compliance_service";
import { expect, test } from "vitest";
import { figureTables } from "./figures.ts";

const count = (name: string, value: bigint, group = "duty", of?: string): Figure => ({
  name,
  definition: "",
  group,
  ...(of !== undefined && { of }),
  value: { $case: "count", value },
});
const time = (name: string, seconds: bigint, of?: string): Figure => ({
  ...count(name, 0n, "duty", of),
  value: { $case: "duration", value: { seconds, nanos: 0 } },
});
const unreached = (name: string, of?: string): Figure => ({
  ...count(name, 0n, "duty", of),
  value: { $case: "notReached", value: true },
});

test("each group is a table of its own, with those of a kind beside those of all", () => {
  const figures = [
    count("cases", 3n),
    time("time_median", 90n),
    count("cases", 2n, "duty", "victim"),
    unreached("time_median", "victim"),
    count("reports", 1n, "reports"),
  ];
  expect(figureTables(figures)).toBe(
    [
      "duty         all         victim",
      "cases        3           2",
      "time median  1 min 30 s  not reached",
      "",
      "reports  value",
      "reports  1",
    ].join("\n"),
  );
});

test("a group of nothing is left out", () => {
  expect(figureTables([count("cases", 0n), unreached("time_median")])).toBe("");
});

test("of many kinds the largest are shown, and how many are not", () => {
  const countries = Array.from({ length: 12 }, (_, n) => count("sent", BigInt(n), "abroad", `C${n}`));
  const text = figureTables([count("sent", 66n, "abroad"), ...countries]);
  expect(text).toMatch(/^abroad +all +C11 +C10 +C9 +C8 +C7 +C6 +C5 +C4 +C3\n/);
  expect(text).toMatch(/\n3 more: --json$/);
});
