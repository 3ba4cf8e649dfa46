import { ReporterServiceService } from "@ntd/proto/intake/v1/reporter_service";
import { connect } from "@ntd/rpc";
import { MovableClock, Problem, sealerFromFile } from "@ntd/service";
import { openStore } from "@ntd/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeReports } from "../src/reporters/rpc-describe-reports.ts";
import { openCollections } from "../src/store.ts";
import { faultOf, reporter, reportOf, startReporting, told, type Reporting } from "./reporting.ts";

let reporting: Reporting;
beforeAll(async () => {
  reporting = await startReporting();
});
afterAll(() => reporting[Symbol.asyncDispose]());

async function asking(kind: "service" | "assessor", name: string) {
  const identityDir = await reporting.bed.identity(kind, name);
  return connect(ReporterServiceService, { address: reporting.intake.address, identityDir });
}

test("casework reads what reporters said for a person, and of which medium the case's own target is", async () => {
  await using one = await reporter(reporting);
  const said = { description: "seen in a chat", happeningToMe: true, language: "ms" };
  const { name } = await one.submitReport(reportOf(said, "https://a.example/x"));
  const { name: words } = await one.submitReport(reportOf({ description: "somebody asked me for pictures" }));
  const report = await told(reporting, name);
  await using casework = await asking("service", "casework");
  const { reports } = await casework.describeReports({
    reportIds: [words.slice(8), "no-such-report", report.reportId, report.reportId],
    reader: "assessor/ann",
    caseId: "case-1",
    targetId: report.targets[0]?.targetId ?? "",
  });
  expect(reports).toMatchObject([
    { reportId: words.slice(8), description: "somebody asked me for pictures", mediaType: "MEDIA_TYPE_UNSPECIFIED" },
    { ...said, reportId: report.reportId, selfMade: false, isTrusted: false, mediaType: "MEDIA_TYPE_IMAGE" },
  ]);
});

test("twenty of the longest are one answer, each cut where it must be; who asks for one has all of it", async () => {
  await using one = await reporter(reporting);
  const description = "ü".repeat(120_000);
  const reportIds: string[] = [];
  for (let n = 0; n < 20; n++) {
    const { name } = await one.submitReport(reportOf({ description }, "https://a.example/long"));
    reportIds.push(name.slice(8));
  }
  await using casework = await asking("service", "casework");
  const given = { reader: "assessor/ann", caseId: "case-1", targetId: "" };
  const { reports } = await casework.describeReports({ ...given, reportIds });
  expect(reports).toHaveLength(20);
  for (const { description: told } of reports) expect(told).toMatch(/^ü{50000,60000}…$/);
  const alone = await casework.describeReports({ ...given, reportIds: reportIds.slice(0, 1) });
  expect(alone.reports.map((report) => report.description === description)).toEqual([true]);
});

test("nobody else reads them, and nobody without a name and a case", async () => {
  await using assessor = await asking("assessor", "ann");
  const given = { reportIds: ["r"], reader: "assessor/ann", caseId: "case-1", targetId: "" };
  expect((await faultOf(assessor.describeReports(given)))?.reason).toBe("NOT_ALLOWED");
  await using casework = await asking("service", "casework");
  const empty = await faultOf(casework.describeReports({ reportIds: [], reader: "ann", caseId: "", targetId: "" }));
  expect(empty?.fields.map(({ field }) => field)).toEqual(["report_ids", "reader", "case_id"]);
});

test("each reading is written before the answer, and nothing is told where it cannot be", async () => {
  await using store = await openStore(`file:${reporting.bed.dir}/readings.sqlite`);
  const collections = await openCollections(store);
  const clock = new MovableClock(new Date("2026-03-01T12:00:00Z"));
  const sealer = sealerFromFile(reporting.config.sealingKeysFile);
  await collections.reports.insert("r1", {
    schemaVersion: 2,
    submitter: "spiffe://ntd/reporter/one",
    requestDigest: "",
    channel: "CHANNEL_PUBLIC",
    receivedTime: clock.now(),
    targets: [],
    description: sealer.seal("words", "words", clock.now()),
    language: "",
  });
  const given = { reportIds: ["r1"], reader: "assessor/ann", caseId: "case-1", targetId: "" };
  const deps = { ...collections, sealer, clock };
  await describeReports(deps)(given);
  await describeReports(deps)(given);
  const read = { reader: "assessor/ann", caseId: "case-1", resource: "reports/r1", readTime: clock.now() };
  const all = async () => (await collections.readings.find({ limit: 10 })).map(({ state }) => state);
  expect(await all()).toMatchObject([read, read]);
  const full = { insertMany: () => Promise.reject(new Problem("STORE_FULL")) };
  const refused = describeReports({ ...deps, readings: { ...collections.readings, ...full } })(given);
  await expect(refused).rejects.toMatchObject({ reason: "STORE_FULL" });
});
