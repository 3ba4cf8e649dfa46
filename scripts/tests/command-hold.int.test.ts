import { afterAll, beforeAll, expect, test } from "vitest";
import { openNtdTestBed, type NtdTestBed } from "./bed.ts";

let bed: NtdTestBed;
beforeAll(async () => {
  bed = await openNtdTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

const hold = {
  holdId: "hold-1",
  cause: "HOLD_CAUSE_OFFICER",
  sinceTime: new Date(0),
  expireTime: new Date(86_400_000),
  lookEvery: { seconds: 600n, nanos: 0 },
  waitsForSupervisor: false,
  releasedTime: undefined,
  expired: false,
  looksGoOn: false,
};
const view = (change: object = {}, of: object = {}) => ({
  hold: { ...hold, ...of },
  caseId: "case-1",
  heldBy: "police/pam",
  reason: "an inquiry",
  markId: "",
  renewals: [],
  renewalProposedBy: "",
  renewalProposedExpireTime: undefined,
  releasedBy: "",
  releaseReason: "",
  lifeAtRisk: false,
  caseState: "CASE_STATE_QUEUED",
  ...change,
});

test("hold set tells until when, how often it is looked at, and what has left", async () => {
  bed.answers.set("holdCase", { hold: view(), alreadySent: [{ noticeId: "notice-1", offeredTime: new Date(1000) }] });
  const until = ["--until", "2030-01-31T12:00:00Z", "--look-every", "10"];
  const { out } = await bed.ntd("hold", "set", "case-1", "--reason", "an inquiry", ...until);
  expect(out).toMatch(/\nuntil +1970-01-02T00:00:00.000Z\nlooks +every 10 min\n/);
  expect(out).toMatch(/Already sent, and not kept back:\n {2}notice-1 at 1970-01-01T00:00:01.000Z\n$/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({
    caseId: "case-1",
    reason: "an inquiry",
    expireTime: new Date("2030-01-31T12:00:00Z"),
    lookEvery: { seconds: 600n },
  });
  bed.answers.set("holdCase", { hold: view({}, { lookEvery: undefined }), alreadySent: [] });
  const plain = await bed.ntd("hold", "set", "case-1", "--reason", "an inquiry");
  expect(plain.out).toMatch(/\nlooks +none meanwhile\n/);
  expect(plain.out).toMatch(/No notice had left, and none leaves.\n$/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ expireTime: undefined, lookEvery: undefined });
});

test("hold renew says that it waits for another officer, and who renewed it", async () => {
  const proposed = { renewalProposedBy: "police/pat", renewalProposedExpireTime: new Date(0) };
  bed.answers.set("renewHold", { hold: view(proposed), waitsForSecondPerson: true });
  const { out } = await bed.ntd("hold", "renew", "case-1", "hold-1", "--reason", "not yet");
  expect(out).toMatch(/\nrenewal asked by +police\/pat, to 1970-01-01T00:00:00.000Z\n/);
  expect(out).toMatch(/It waits for another officer, who says so within a day.\n$/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ caseId: "case-1", holdId: "hold-1", reason: "not yet" });
  const renewals = [{ renewedBy: ["police/pat", "police/pia"], renewedTime: new Date(0), expireTime: new Date(0) }];
  bed.answers.set("renewHold", { hold: view({ renewals }), waitsForSecondPerson: false });
  const done = await bed.ntd("hold", "renew", "case-1", "hold-1", "--reason", "not yet");
  expect(done.out).toMatch(/\nrenewed +police\/pat, police\/pia to 1970-01-01T00:00:00.000Z\n$/);
});

test("hold release tells who released it and why", async () => {
  const releasedTime = new Date(5000);
  bed.answers.set("releaseHold", {
    hold: view({ releasedBy: "assessor/sue", releaseReason: "safe" }, { releasedTime }),
  });
  const { out } = await bed.ntd("hold", "release", "case-1", "hold-1", "--reason", "safe");
  expect(out).toMatch(/\nreleased +1970-01-01T00:00:05.000Z\nreleased by +assessor\/sue\nreleased because +safe\n$/);
});

test("hold list tells what ends next, what waits for whom, and nothing", async () => {
  const waiting = view({ lifeAtRisk: true }, { waitsForSupervisor: true });
  const ofRule = view({ heldBy: "unknown_hosted_here", reason: "" }, { cause: "HOLD_CAUSE_POLICE_FIRST" });
  const ofMark = view({ markId: "mark-1", reason: "" }, { cause: "HOLD_CAUSE_MARK" });
  const over = view({}, { expired: true, releasedTime: new Date(0) });
  bed.answers.set("listHolds", {
    holds: [view({ lifeAtRisk: true }), waiting, ofRule, ofMark, over],
    nextPageToken: "",
  });
  const { out } = await bed.ntd("hold", "list", "--case", "case-1", "--waiting");
  expect(out).toMatch(/case-1 +hold-1 +officer +police\/pam +life at risk +an inquiry\n/);
  expect(out).toMatch(/waits for a supervisor +an inquiry\n/);
  expect(out).toMatch(/police-first +rule unknown_hosted_here\n/);
  expect(out).toMatch(/mark +police\/pam +mark mark-1\n/);
  expect(out).toMatch(/released 1970-01-01T00:00:00.000Z +an inquiry\n$/);
  expect(bed.arrived.at(-1)?.request).toMatchObject({ caseId: "case-1", waitsForSupervisor: true });
  bed.answers.set("listHolds", { holds: [], nextPageToken: "" });
  expect((await bed.ntd("hold", "list")).out).toBe("nothing is held\n");
});
