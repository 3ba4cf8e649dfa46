import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "@ntd/testing";
import { afterAll, expect, test } from "vitest";
import { beginPath, endState, startGround } from "../kernel/path.ts";

interface Span {
  traceId: string;
  name: string;
  service: string;
}

const dir = mkdtempSync(join(tmpdir(), "ntd-trace-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("ONE trace shows a report from its submission to the agent's answer, over gRPC, events and the notice", async () => {
  const file = join(dir, "spans.jsonl");
  await using ground = await startGround({ shared: { NTD_TRACE_FILE: file } });
  const report = await beginPath(ground, 31);
  await eventually("the report has ended", () => endState(ground, report), 60_000);
  const spans = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Span);
  const submission = spans.find((span) => span.service === "intake" && span.name.includes("SubmitReport"));
  const trace = spans.filter((span) => span.traceId === submission?.traceId);
  const crossed = new Set(trace.map((span) => span.service));
  expect([...crossed].toSorted()).toEqual(
    [
      "casework",
      "compliance",
      "fingerprint",
      "hashlists",
      "intake",
      "isp-agent",
      "matching",
      "prober",
      "takedown",
    ].toSorted(),
  );
  expect(trace.some((span) => span.service === "takedown" && span.name.includes("ReportOutcome"))).toBe(true);
});
