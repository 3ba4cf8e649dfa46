import { ProbeReason } from "@ntd/proto/prober/v1/target";
import { expect, test } from "vitest";
import { REASONS } from "./reason-words.ts";

test("given any reason, it is said in words of its own", () => {
  const said = Object.values(ProbeReason).map((reason) => REASONS[reason]);
  expect(new Set(said).size).toBe(Object.keys(ProbeReason).length);
  expect(said.filter((words) => words === "")).toEqual([REASONS.PROBE_REASON_UNSPECIFIED]);
});
