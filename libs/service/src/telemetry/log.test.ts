import { expect, test } from "vitest";
import { createLog } from "./log.ts";
import { Problem } from "../problem/problem.ts";

function linesOf(level: string) {
  const lines: Record<string, unknown>[] = [];
  return { lines, log: createLog("intake", level, { write: (line) => void lines.push(JSON.parse(line)) }) };
}

test("a line is JSON with the service, an ISO time, the message and its fields", () => {
  const { log, lines } = linesOf("info");
  log.debug("not at this level");
  log.info({ reportId: "1" }, "report taken");
  expect(lines).toEqual([
    { level: 30, time: expect.stringMatching(/^\d{4}-.*Z$/), service: "intake", reportId: "1", msg: "report taken" },
  ]);
});

test("an error is written with its reason and the causes behind it", () => {
  const { log, lines } = linesOf("info");
  const cause = new Error("connect ECONNREFUSED");
  log.error({ error: new Problem("STORE_UNAVAILABLE", undefined, { cause }) }, "a call failed");
  expect(lines[0]?.["error"]).toMatchObject({ reason: "STORE_UNAVAILABLE" });
  expect(JSON.stringify(lines[0]?.["error"])).toContain("ECONNREFUSED");
});

test("silent writes nothing", () => {
  const { log, lines } = linesOf("silent");
  log.fatal("gone");
  expect(lines).toEqual([]);
});
