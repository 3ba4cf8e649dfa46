import { unobservedCase } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const found = {
  caseId: "case-1",
  targetId: "target-1",
  episode: 1,
  state: "CASE_STATE_DECIDED",
  priority: "PRIORITY_NORMAL",
  queueReason: "QUEUE_REASON_UNSPECIFIED",
  address: undefined,
  resolvedIp: "",
  targetState: "TARGET_STATE_PRESENT",
  targetReason: "PROBE_REASON_UNSPECIFIED",
  hits: [],
  evidenceRevision: 1,
  decision: undefined,
  reportCount: 0,
  reportIds: [],
  openedTime: new Date(0),
  firstReportTime: new Date(0),
  firstReportRevision: 1,
  fingerprints: [],
  ...unobservedCase,
};
const proposed = {
  court: "High Court",
  reference: "HC 1/26",
  reason: "interim order",
  liftReason: "",
  proposedBy: "assessor/ann",
  proposedTime: new Date(0),
  setBy: "",
  setTime: undefined,
  liftProposedBy: "",
  liftProposedTime: undefined,
  liftedBy: "",
  liftedTime: undefined,
};
const view = (stay: object) => ({ case: found, url: "", claimedBy: "", claimExpireTime: undefined, stay });

test("case stay sends the court's words, and says that it waits for a second person", async () => {
  bed.answers.set("setStay", { case: view(proposed), waitsForSecondPerson: true });
  const typed = ["--court", "High Court", "--reference", "HC 1/26", "--reason", "interim order"];
  const { out } = await bed.ntd("case", "stay", "case-1", ...typed);
  expect(out).toMatch(/\nstay +High Court, HC 1\/26\nstay because +interim order\n/);
  expect(out).toMatch(/\nstay typed by +assessor\/ann 1970-01-01T00:00:00.000Z; waits for a second person\n/);
  expect(out).toMatch(
    /It waits for a second person, who types the same court and reference. What another one typed otherwise is replaced.\n$/,
  );
  expect(bed.arrived[0]?.request).toMatchObject({ caseId: "case-1", court: "High Court", reference: "HC 1/26" });
});

test("case lift-stay shows who lifted it", async () => {
  const [setTime, liftedTime] = [new Date(1000), new Date(2000)];
  const lifted = { setBy: "assessor/ben", setTime, liftProposedBy: "assessor/ben", liftProposedTime: setTime };
  const stay = { ...proposed, ...lifted, liftedBy: "assessor/ann", liftedTime };
  bed.answers.set("liftStay", { case: view(stay), waitsForSecondPerson: false });
  const { out } = await bed.ntd("case", "lift-stay", "case-1", "--reason", "over");
  expect(out).toMatch(
    /stay lifted by +assessor\/ben 1970-01-01T00:00:01.000Z, assessor\/ann 1970-01-01T00:00:02.000Z\n$/,
  );
});

const kept = {
  reason: "court 7/26",
  liftReason: "",
  setBy: "police/pia",
  setTime: new Date(0),
  liftProposedBy: "",
  liftProposedTime: undefined,
  liftedBy: "",
  liftedTime: undefined,
};

test("case legal-hold shows who keeps the case and why, and its end waits for a second person", async () => {
  const { stay: _, ...plain } = view({});
  bed.answers.set("setLegalHold", { case: { ...plain, legalHold: kept } });
  const set = await bed.ntd("case", "legal-hold", "case-1", "--reason", "court 7/26");
  expect(set.out).toMatch(/\nlegal hold +police\/pia 1970-01-01T00:00:00.000Z\nheld because +court 7\/26\n$/);
  const legalHold = { ...kept, liftReason: "over", liftProposedBy: "assessor/ann", liftProposedTime: new Date(1000) };
  bed.answers.set("liftLegalHold", { case: { ...plain, legalHold }, waitsForSecondPerson: true });
  const lift = await bed.ntd("case", "lift-legal-hold", "case-1", "--reason", "over");
  expect(lift.out).toMatch(/no longer because +over\nhold lifted by +assessor\/ann .*; waits for a second person\n/);
  expect(lift.out).toMatch(/It waits for a second person, who says so too.\n$/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ caseId: "case-1", reason: "over" });
});
