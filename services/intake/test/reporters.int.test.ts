import { ReporterServiceService } from "@ntd/proto/intake/v1/reporter_service";
import { connect } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultOf, reporter, reportOf, startReporting, type Reporting } from "./reporting.ts";

let reporting: Reporting;
const clock = new MovableClock(new Date("2026-01-15T12:00:00Z"));
beforeAll(async () => {
  reporting = await startReporting({}, {}, { clock });
});
afterAll(() => reporting[Symbol.asyncDispose]());

const months = { fromTime: new Date("2026-01-01T00:00:00Z"), untilTime: new Date("2026-02-01T00:00:00Z") };

async function asking(kind: "reporter" | "operator", name: string) {
  const identityDir = await reporting.bed.identity(kind, name);
  return connect(ReporterServiceService, { address: reporting.intake.address, identityDir });
}

/** Asked until it counts as many addresses: they are filed beside the call. */
async function feedback(name: string, targetCount: number) {
  await using client = await asking("reporter", name);
  return await eventually("filed", async () => {
    const found = await client.getFeedback({ ...months, submitter: "" });
    return found.targetCount === targetCount && found;
  });
}

test("a sender's numbers are counted: addresses, their own repeats, and what is missing", async () => {
  await using one = await reporter(reporting, "counted");
  await one.submitReport(reportOf({ description: "on a forum" }, "https://n.example/1", "https://n.example/2"));
  await feedback("counted", 2);
  clock.advance(1000);
  await one.submitReport(reportOf({}, "https://n.example/1", "https://n.example/1#again"));
  await one.submitReport(reportOf({ description: "words that are no address" }));
  await using two = await reporter(reporting, "another");
  await two.submitReport(reportOf({}, "https://n.example/2"));
  expect(await feedback("counted", 4)).toEqual({
    reportCount: 3,
    targetCount: 4,
    knownTargetCount: 1,
    decidedCount: 0,
    illegalCount: undefined,
    completeScore: 50,
    usefulScore: undefined,
    missing: ["threat", "targets.observed_time", "description"],
  });
  expect((await feedback("another", 1)).knownTargetCount).toBe(0);
});

test("numbers are their sender's alone, and operators ask for anybody's", async () => {
  await using operator = await asking("operator", "olga");
  expect((await operator.getFeedback({ ...months, submitter: "reporter/another" })).targetCount).toBe(1);
  expect((await faultOf(operator.getFeedback({ ...months, submitter: "" })))?.fields[0]?.field).toBe("submitter");
  await using client = await asking("reporter", "another");
  const other = await faultOf(client.getFeedback({ ...months, submitter: "reporter/counted" }));
  expect(other?.fields[0]?.field).toBe("submitter");
  const day = { ...months, fromTime: new Date("2026-01-15T00:00:00Z"), submitter: "" };
  expect((await faultOf(client.getFeedback(day)))?.fields[0]?.field).toBe("from_time");
});
