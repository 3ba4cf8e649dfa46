import { randomUUID } from "node:crypto";
import { HoldCaseResponse } from "@ntd/proto/casework/v1/hold_service";
import { expect, test } from "vitest";
import { getDossier } from "../src/assessment/rpc-get-dossier.ts";
import { getCase } from "../src/cases/rpc-get-case.ts";
import { writeCase } from "../src/cases/write-case.ts";
import { releaseHolds } from "../src/holds/every-second-release-holds.ts";
import { heldByMark } from "../src/holds/hold.ts";
import { holdCase } from "../src/holds/rpc-hold-case.ts";
import { listHolds } from "../src/holds/rpc-list-holds.ts";
import { releaseHold } from "../src/holds/rpc-release-hold.ts";
import { renewHold } from "../src/holds/rpc-renew-hold.ts";
import { listReadings } from "@ntd/host";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { dieAt, untilDone } from "./dying.ts";
import { later, noon } from "./facts.ts";

const HOUR = 3600;
const caseId = caseIdOf("target-1", 1);
const [pam, pat, pia] = ["police/pam", "police/pat", "police/pia"].map(calledBy) as [Ctx, Ctx, Ctx];
const [ann, sue, oz] = ["assessor/ann", "assessor/sue", "operator/oz"].map(calledBy) as [Ctx, Ctx, Ctx];
type Ctx = ReturnType<typeof calledBy>;
const ids = () => ({ requestId: randomUUID(), caseId });
const wish = (change = {}) => ({
  ...ids(),
  reason: "an inquiry is under way",
  expireTime: undefined,
  lookEvery: undefined,
  ...change,
});
const page = { pageSize: 10, pageToken: "", waitsForSupervisor: false, caseId: "" };

async function queued(): Promise<Handlers> {
  const ntd = await openHandlers({ supervisors: ["sue"] });
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  return ntd;
}

async function held(ntd: Handlers, change = {}): Promise<string> {
  const { hold } = await holdCase(ntd.deps)(wish(change), pam);
  return hold?.hold?.holdId ?? "";
}

test("before a notice leaves it waits: the case is held for a day, told by its event, and takedown knows", async () => {
  await using ntd = await queued();
  const request = wish({ lookEvery: { seconds: 600n, nanos: 0 } });
  const answer = await holdCase(ntd.deps)(request, pam);
  expect(answer).toMatchObject({
    alreadySent: [],
    hold: { heldBy: "police/pam", reason: "an inquiry is under way", caseState: "CASE_STATE_QUEUED" },
  });
  const holds = {
    holds: [{ cause: "HOLD_CAUSE_OFFICER", expireTime: later(24 * HOUR), lookEvery: { seconds: 600n } }],
  };
  expect(await ntd.told(1)).toMatchObject({ holds });
  const { version } = (await ntd.deps.cases.load(caseId)) ?? expect.fail();
  expect(ntd.left.told).toMatchObject({ caseId, caseVersion: BigInt(version), holds });
  const again = await holdCase(ntd.deps)(request, pam);
  expect(HoldCaseResponse.encode(again).finish()).toEqual(HoldCaseResponse.encode(answer).finish());
  await expect(holdCase(ntd.deps)({ ...request, reason: "another" }, pam)).rejects.toMatchObject({
    reason: "REQUEST_ID_REUSED",
  });
});

test("after it has left the answer names it, also to a call that comes again", async () => {
  await using ntd = await queued();
  ntd.left.notices = [{ noticeId: "notice-1", offeredTime: noon }];
  const request = wish();
  for (let n = 0; n < 2; n++) {
    expect(await holdCase(ntd.deps)(request, pam)).toMatchObject({ alreadySent: [{ noticeId: "notice-1" }] });
  }
  expect((await ntd.caseOf(1))?.holds?.all).toHaveLength(1);
});

test("while takedown does not answer the hold stands, and the call may come again", async () => {
  await using ntd = await queued();
  ntd.left.notices = undefined;
  const request = wish();
  await expect(holdCase(ntd.deps)(request, pam)).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  expect(await ntd.told(1)).toMatchObject({ holds: { holds: [{ releasedTime: undefined }] } });
  ntd.left.notices = [{ noticeId: "notice-1", offeredTime: noon }];
  expect(await holdCase(ntd.deps)(request, pam)).toMatchObject({ alreadySent: [{ noticeId: "notice-1" }] });
  expect((await ntd.caseOf(1))?.holds?.all).toHaveLength(1);
});

test("ended between its write and the question to takedown, the call that comes again asks, and holds it once", async () => {
  await using ntd = await queued();
  // An odd write is durable, and its caller never hears of it.
  const died = dieAt(ntd, [1]);
  const before = await ntd.verbs(1);
  const request = wish();
  const asked: unknown[] = [];
  const { tellHolds } = ntd.deps.holding;
  ntd.deps.holding = { tellHolds: (told) => (asked.push(told), tellHolds(told)) };
  await untilDone(async () => {
    expect(asked).toEqual([]);
    return holdCase(ntd.deps)(request, pam);
  });
  expect([died.count, asked.length]).toEqual([1, 1]);
  expect(await ntd.verbs(1)).toEqual([...before, "updated"]);
});

test("it ends at night by itself; renewed by another officer it goes on", async () => {
  await using ntd = await queued();
  const [first, second] = [await held(ntd), await held(ntd)];
  ntd.clock.advance(20 * HOUR * 1000);
  const renewal = { ...ids(), holdId: second, expireTime: undefined, reason: "not yet" };
  await expect(renewHold(ntd.deps)(renewal, pam)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  expect(await renewHold(ntd.deps)({ ...renewal, requestId: randomUUID() }, pat)).toMatchObject({
    waitsForSecondPerson: false,
    hold: { renewals: [{ renewedBy: ["police/pat"], expireTime: later(44 * HOUR) }] },
  });
  ntd.clock.advance(4 * HOUR * 1000);
  await releaseHolds(ntd.deps);
  expect((await ntd.told(1))?.holds?.holds).toMatchObject([
    { holdId: first, expired: true, releasedTime: later(24 * HOUR) },
    { holdId: second, releasedTime: undefined, expireTime: later(44 * HOUR) },
  ]);
  ntd.clock.advance(20 * HOUR * 1000);
  await releaseHolds(ntd.deps);
  expect((await listHolds(ntd.deps)(page, pam)).holds).toEqual([]);
  expect((await listHolds(ntd.deps)({ ...page, caseId }, pam)).holds).toHaveLength(2);
});

test("beyond seven days it takes two others, whose words are told to police", async () => {
  await using ntd = await queued();
  const holdId = await held(ntd);
  ntd.clock.advance(HOUR * 1000);
  const long = () => ({ ...ids(), holdId, expireTime: later(7 * 24 * HOUR + HOUR), reason: "a long one" });
  expect(await renewHold(ntd.deps)(long(), pat)).toMatchObject({
    waitsForSecondPerson: true,
    hold: { renewalProposedBy: "police/pat", hold: { expireTime: later(24 * HOUR) } },
  });
  await expect(renewHold(ntd.deps)(long(), pat)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  const why = "two of us say so";
  expect(await renewHold(ntd.deps)({ ...long(), reason: why }, pia)).toMatchObject({
    waitsForSecondPerson: false,
    hold: {
      renewalProposedBy: "",
      renewals: [{ renewedBy: ["police/pat", "police/pia"], reason: `a long one\n${why}` }],
      hold: { expireTime: later(7 * 24 * HOUR + HOUR) },
    },
  });
});

test("life at risk on a Sunday at 03:00: it waits for a supervisor, who releases it", async () => {
  await using ntd = await queued();
  const holdId = await held(ntd, { expireTime: later(15 * HOUR) });
  const said = { ...reportEvent("r-1", noon), lifeAtRisk: true };
  await ntd.report(said);
  // Noon of 1 March 2026, a Sunday, is 15 hours before Monday's 03:00; six days on it is Sunday again.
  ntd.clock.advance((6 * 24 + 15) * HOUR * 1000);
  await releaseHolds(ntd.deps);
  const waiting = { ...page, waitsForSupervisor: true };
  expect((await listHolds(ntd.deps)(waiting, sue)).holds).toMatchObject([
    { caseId, lifeAtRisk: true, hold: { holdId, waitsForSupervisor: true, releasedTime: undefined } },
  ]);
  const release = { ...ids(), holdId, reason: "the child is safe" };
  await expect(releaseHold(ntd.deps)(release, ann)).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  const { hold } = await releaseHold(ntd.deps)(release, sue);
  expect(hold).toMatchObject({ releasedBy: "assessor/sue", hold: { expired: false } });
  expect((await ntd.told(1))?.holds?.holds).toMatchObject([{ expired: false, waitsForSupervisor: false }]);
  expect((await listHolds(ntd.deps)(waiting, sue)).holds).toEqual([]);
});

test("a supervisor ends what waits for one alone; any officer ends any of them", async () => {
  await using ntd = await queued();
  const short = await held(ntd);
  const long = await held(ntd, { expireTime: later(48 * HOUR) });
  await ntd.report({ ...reportEvent("r-1", noon), lifeAtRisk: true });
  ntd.clock.advance(24 * HOUR * 1000);
  await releaseHolds(ntd.deps);
  const { holds } = await listHolds(ntd.deps)({ ...page, waitsForSupervisor: true }, sue);
  expect(holds.map(({ hold }) => hold?.holdId)).toEqual([short]);
  const release = { ...ids(), holdId: long, reason: "the child is safe" };
  await expect(releaseHold(ntd.deps)(release, sue)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  expect((await releaseHold(ntd.deps)(release, pat)).hold).toMatchObject({ releasedBy: "police/pat" });
});

test("who sees what: police all, supervisors all but of marks, operators that there is one, others nothing", async () => {
  await using ntd = await queued();
  await held(ntd);
  const mark = { holdId: "h2", by: "police/pat", markId: "mark-1" };
  await writeCase(ntd.deps, caseId, (file) => file && heldByMark(file, mark, noon));
  const seenBy = async (who: Ctx) => (await listHolds(ntd.deps)(page, who)).holds;
  const reason = "an inquiry is under way";
  expect(await seenBy(pat)).toMatchObject([{ reason }, { markId: "mark-1", heldBy: "police/pat" }]);
  expect(await seenBy(sue)).toMatchObject([{ reason }, { markId: "", heldBy: "" }]);
  expect(await seenBy(oz)).toMatchObject([{ reason: "" }, { markId: "", heldBy: "" }]);
  // Held, and not why: whoever is no officer cannot tell a mark's hold from another one.
  const alike = (holds: readonly { cause?: string }[] = []) => new Set(holds.map(({ cause }) => cause)).size;
  const viewed = async (who: Ctx) => {
    const found = (await getCase(ntd.deps)({ by: { $case: "caseId", value: caseId } }, who)).case?.case?.holds?.holds;
    return [found?.length, alike(found)];
  };
  expect([await viewed(pat), await viewed(ann), await viewed(sue), await viewed(oz)]).toEqual([
    [2, 2],
    [2, 1],
    [2, 1],
    [2, 1],
  ]);
  const byOz = await seenBy(oz);
  expect(new Set(byOz.map(({ hold, heldBy }) => `${hold?.cause} ${heldBy}`)).size).toBe(1);
  const { holds } = await getDossier(ntd.deps)({ caseId }, ann);
  expect([holds.length, alike(holds)]).toEqual([2, 1]);
  await expect(seenBy(ann)).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  const { readings } = await listReadings(ntd.deps.readings)({
    pageSize: 10,
    pageToken: "",
    caseId,
    reader: "",
    resource: "",
  });
  const readers = readings.map(({ reader }) => reader);
  expect(readers).toContain("police/pat");
  expect(readers).toContain("assessor/sue");
  expect(readers).not.toContain("operator/oz");
});

test("what is not as it must be is refused by name", async () => {
  await using ntd = await queued();
  const refused = (change: object) => expect(holdCase(ntd.deps)(wish(change), pam)).rejects;
  await refused({ reason: " " }).toMatchObject({ fields: [{ field: "reason" }] });
  await refused({ expireTime: noon }).toMatchObject({ fields: [{ field: "expire_time" }] });
  await refused({ expireTime: later(7 * 24 * HOUR + 1) }).toMatchObject({ fields: [{ field: "expire_time" }] });
  // What a client says of a time beyond all calendars.
  await refused({ expireTime: new Date(Number.NaN) }).toMatchObject({ fields: [{ field: "expire_time" }] });
  const renewal = { requestId: randomUUID(), caseId, holdId: "h1", reason: "longer", expireTime: new Date(Number.NaN) };
  await expect(renewHold(ntd.deps)(renewal, pat)).rejects.toMatchObject({ fields: [{ field: "expire_time" }] });
  await refused({ lookEvery: { seconds: 5n, nanos: 0 } }).toMatchObject({ fields: [{ field: "look_every" }] });
  await refused({ caseId: "none" }).toMatchObject({ reason: "NOT_FOUND" });
});

test("a list of holds is one write of who was shown what was said, however many cases it names", async () => {
  await using ntd = await queued();
  await ntd.target(targetEvent({ targetId: "target-2" }));
  await ntd.match(matchEvent([], { targetId: "target-2" }));
  await held(ntd);
  await held(ntd, { caseId: caseIdOf("target-2", 1) });
  const written: string[][] = [];
  const insertMany: typeof ntd.deps.readings.insertMany = (documents) => {
    written.push(documents.map(({ state }) => state.caseId));
    return ntd.deps.readings.insertMany(documents);
  };
  const { holds } = await listHolds({ ...ntd.deps, readings: { ...ntd.deps.readings, insertMany } })(page, pat);
  expect(holds).toHaveLength(2);
  expect(written).toEqual([holds.map((one) => one.caseId)]);
});
