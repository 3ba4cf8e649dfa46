import { createLog } from "@ntd/service";
import { expect, test } from "vitest";
import { whatReportsSaid } from "../src/links/what-reports-said.ts";

const log = createLog("casework", "silent");
const of = { reader: "police/paul", caseId: "case-1", targetId: "target-1" };

test("where police may know of no report intake is not asked", async () => {
  const reporters = { describeReports: () => Promise.reject(new Error("asked")) };
  expect(await whatReportsSaid({ reporters, log }, { ...of, reportIds: [] })).toBeUndefined();
});

test("without intake, or without its answer, the rest is given and says so", async () => {
  const reporters = { describeReports: () => Promise.reject(new Error("away")) };
  const unanswered = { reports: [], unanswered: true };
  expect(await whatReportsSaid({ reporters, log }, { ...of, reportIds: ["r"] })).toEqual(unanswered);
  expect(await whatReportsSaid({ reporters: undefined, log }, { ...of, reportIds: ["r"] })).toEqual(unanswered);
  const answers = { describeReports: () => Promise.resolve({ reports: [] }) };
  const said = await whatReportsSaid({ reporters: answers, log }, { ...of, reportIds: ["r"] });
  expect(said).toEqual({ reports: [], unanswered: false });
});
