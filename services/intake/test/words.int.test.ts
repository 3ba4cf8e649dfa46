import { nouns } from "@ntd/bus";
import { ReportStatus } from "@ntd/proto/intake/v1/report_service";
import { sealerFromFile } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { caseOf, decision, faultOf, reporter, reportOf, startReporting, told, type Reporting } from "./reporting.ts";

let reporting: Reporting;
beforeAll(async () => {
  reporting = await startReporting();
});
afterAll(() => reporting[Symbol.asyncDispose]());

const words = { description: "Somebody sends my pictures around at school." };

test("words alone are a report whose case stands for a target, and they are sealed", async () => {
  await using child = await reporter(reporting);
  const { name } = await child.submitReport(reportOf(words));
  const event = await told(reporting, name);
  expect(event.targets).toEqual([]);
  expect(event.wordsTargetId).toMatch(/^[0-9a-f-]{36}$/);
  const { sealingKeysFile } = reporting.config;
  expect(event.description && sealerFromFile(sealingKeysFile).open(event.description)).toBe(words.description);
  expect(Buffer.from(nouns.report.codec.encode(event).finish()).includes("school")).toBe(false);
  const other = await told(reporting, (await child.submitReport(reportOf(words))).name);
  expect(other.wordsTargetId).not.toBe(event.wordsTargetId);
});

test("what its sender says of it is in its event, and what they do not say is not", async () => {
  await using child = await reporter(reporting);
  const said = { happeningToMe: true, selfMade: true, lifeAtRisk: true, consentsToPolice: true };
  const { name } = await child.submitReport(reportOf({ ...said }, "https://a.example/x"));
  const full = await told(reporting, name);
  expect(full).toMatchObject(said);
  expect(full.wordsTargetId).toBeUndefined();
  const unsaid = { happeningToMe: false, lifeAtRisk: false };
  const { name: plain } = await child.submitReport(reportOf(unsaid, "https://a.example/x"));
  const event = await told(reporting, plain);
  expect([event.happeningToMe, event.selfMade, event.lifeAtRisk, event.consentsToPolice]).toEqual(
    Array.from({ length: 4 }, () => undefined),
  );
});

test("the status of words alone is that of their case", async () => {
  await using child = await reporter(reporting);
  const { name } = await child.submitReport(reportOf(words));
  const { wordsTargetId = "" } = await told(reporting, name);
  const reaches = (status: ReportStatus) =>
    eventually(status, async () => (await child.getReport({ name })).status === status);
  expect(await child.getReport({ name })).toMatchObject({ status: ReportStatus.RECEIVED, targetStatuses: [] });
  await reporting.bed.publish(nouns.case, "queued", "words", 1, caseOf(wordsTargetId));
  await reaches(ReportStatus.BEING_HANDLED);
  const decided = caseOf(wordsTargetId, { decision: decision("VERDICT_OUT_OF_SCOPE") });
  await reporting.bed.publish(nouns.case, "decided", "words", 2, decided);
  await reaches(ReportStatus.CLOSED);
});

test("every fault of words alone is told at once", async () => {
  await using child = await reporter(reporting);
  const problem = await faultOf(child.submitReport(reportOf({ description: "help", language: "?!" })));
  expect(problem?.fields.map(({ field }) => field)).toEqual(["description", "language"]);
});
