import { randomUUID } from "node:crypto";
import { SetMarkResponse, type SetMarkRequest } from "@ntd/proto/casework/v1/mark_service";
import { sealAddress } from "@ntd/service";
import { expect, test } from "vitest";
import { getDossier } from "../src/assessment/rpc-get-dossier.ts";
import { releaseHolds } from "../src/holds/every-second-release-holds.ts";
import { meetDueCases } from "../src/marks/every-second-meet-cases.ts";
import { askMarks } from "../src/marks/rpc-ask-marks.ts";
import { listMarks } from "../src/marks/rpc-list-marks.ts";
import { removeMark } from "../src/marks/rpc-remove-mark.ts";
import { setMark } from "../src/marks/rpc-set-mark.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, testSealer, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { dieAt, untilDone } from "./dying.ts";
import { later, noon, sha256 } from "./facts.ts";

const DAY = 24 * 3600;
const [pam, pat] = [calledBy("police/pam"), calledBy("police/pat")];
const { address } = targetEvent();
const theAddress = { $case: "address", value: "hxxp://host[.]test/aA.png" } as const;
const theHost = { $case: "host", value: "host.test" } as const;
const thePrefix = { $case: "prefix", value: "192.0.0.0/20" } as const;

const wish = (what: SetMarkRequest["what"], change = {}) => ({
  requestId: randomUUID(),
  what,
  reason: "operation",
  expireTime: undefined,
  ...change,
});
const ask = (ntd: Handlers, change = {}) =>
  askMarks(ntd.deps)({ targetId: "target-1", episode: 1, address, resolvedIps: ["192.0.2.7"], ...change });
const list = async (ntd: Handlers, withEnded = false) =>
  (await listMarks(ntd.deps)({ pageSize: 10, pageToken: "", withEnded }, pam)).marks;

test("before the first look: a marked address opens its case and holds it in one event, once", async () => {
  await using ntd = await openHandlers();
  await setMark(ntd.deps)(wish(theAddress), pam);
  await ntd.report(reportEvent("r-1", noon));
  expect(await ask(ntd)).toEqual({ isHeld: true });
  expect(await ntd.verbs(1)).toEqual(["opened"]);
  expect(await ntd.told(1)).toMatchObject({
    address: { keyId: address?.keyId },
    reportCount: 1,
    holds: { holds: [{ cause: "HOLD_CAUSE_MARK", expireTime: later(DAY), looksGoOn: false }] },
  });
  expect(await ask(ntd)).toEqual({ isHeld: true });
  expect(await ntd.verbs(1)).toEqual(["opened"]);
  ntd.clock.advance(DAY * 1000);
  await releaseHolds(ntd.deps);
  expect(await ask(ntd)).toEqual({ isHeld: false });
  await ntd.target(targetEvent());
  expect((await ntd.caseOf(1))?.holds?.all).toHaveLength(1);
});

test("what is held before its first look is found by the next mark, too", async () => {
  await using ntd = await openHandlers();
  await setMark(ntd.deps)(wish(theAddress), pam);
  expect(await ask(ntd)).toEqual({ isHeld: true });
  await setMark(ntd.deps)(wish(theHost), pam);
  expect((await setMark(ntd.deps)(wish(theHost), pat)).mark?.metCount).toBe(1);
});

test("of a host with many addresses each is asked for", async () => {
  await using ntd = await openHandlers();
  const last = { $case: "prefix", value: "203.0.113.7/32" } as const;
  for (const officer of [pam, pat]) await setMark(ntd.deps)(wish(last), officer);
  expect(await ask(ntd, { resolvedIps: ["192.0.2.7", "198.51.100.7", "203.0.113.7"] })).toEqual({ isHeld: true });
});

test("a mark lasts a year at most; the same call is answered the same once it is over", async () => {
  await using ntd = await openHandlers();
  for (const expireTime of [noon, later(365 * DAY + 1)]) {
    const long = setMark(ntd.deps)(wish(theAddress, { expireTime }), pam);
    await expect(long).rejects.toMatchObject({ fields: [{ field: "expire_time" }] });
  }
  const request = wish(theAddress, { expireTime: later(365 * DAY) });
  const { mark } = await setMark(ntd.deps)(request, pam);
  ntd.clock.advance(366 * DAY * 1000);
  expect((await setMark(ntd.deps)(request, pam)).mark?.markId).toBe(mark?.markId);
  expect((await setMark(ntd.deps)(wish(theAddress), pam)).mark?.markId).not.toBe(mark?.markId);
});

test("what nothing marks may be looked at, and no case is opened of it", async () => {
  await using ntd = await openHandlers();
  await setMark(ntd.deps)(wish({ $case: "address", value: "http://host.test/other.png" }), pam);
  expect(await ask(ntd)).toEqual({ isHeld: false });
  expect(await ntd.caseOf(1)).toBeUndefined();
});

test.each([
  ["has opened the case", [1], 1],
  ["would open it", [2], 0],
])("ended where it %s, it asks again and is held once", async (_, dying, odd) => {
  await using ntd = await openHandlers();
  await setMark(ntd.deps)(wish(theAddress), pam);
  const died = dieAt(ntd, dying);
  if (odd === 0) await ntd.deps.brakes.insert("another", { minute: 0, caseIds: [] });
  expect(await untilDone(() => ask(ntd))).toEqual({ isHeld: true });
  expect(died.count).toBe(1);
  expect(await ntd.verbs(1)).toEqual(["opened"]);
});

test.each([
  ["host", theHost],
  ["prefix", thePrefix],
])("a mark on a %s waits for a second officer who types the same", async (_, what) => {
  await using ntd = await openHandlers();
  const first = wish(what);
  const proposed = await setMark(ntd.deps)(first, pam);
  expect(proposed).toMatchObject({ waitsForSecondPerson: true, mark: { setBy: "police/pam", confirmedBy: "" } });
  expect(await ask(ntd)).toEqual({ isHeld: false });
  await expect(setMark(ntd.deps)(wish(what), pam)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  expect(await setMark(ntd.deps)(wish(what), pat)).toMatchObject({
    waitsForSecondPerson: false,
    mark: { markId: proposed.mark?.markId, confirmedBy: "police/pat" },
  });
  expect(await ask(ntd)).toEqual({ isHeld: true });
  const again = await setMark(ntd.deps)(first, pam);
  expect(again.waitsForSecondPerson).toBe(true);
  expect(SetMarkResponse.encode({ ...again, mark: undefined }).finish()).toEqual(
    SetMarkResponse.encode({ ...proposed, mark: undefined }).finish(),
  );
});

test("a host is marked with all names below it, also with those that are none by our rules: DNS answers for them", async () => {
  await using ntd = await openHandlers();
  const host = { $case: "host", value: "host.test" } as const;
  await setMark(ntd.deps)(wish(host), pam);
  await setMark(ntd.deps)(wish(host), pat);
  const url = "http://foo~bar.host.test./a.png";
  const [targetId, at] = ["odd", sealAddress(testSealer, { original: url, fetch: url, key: url }, noon)];
  expect(await ask(ntd, { targetId, address: at })).toEqual({ isHeld: true });
  await ntd.target(targetEvent({ targetId, address: at }));
  const dossier = await getDossier(ntd.deps)(
    { caseId: caseIdOf(targetId, 1), openAddress: true },
    calledBy("assessor/ann"),
  );
  expect(dossier.case?.url).toBe(url);
});

test("what is known of a case later meets marks, too: its hash, in the event that tells it and what it leads to", async () => {
  await using ntd = await openHandlers();
  const hex = "07".repeat(32);
  await setMark(ntd.deps)(wish({ $case: "hash", value: { algorithm: "ALGORITHM_PDQ", hex } }), pam);
  await ntd.match(matchEvent([sha256()]));
  await ntd.target(targetEvent());
  expect(await ntd.told(1)).toMatchObject({
    decision: { verdict: "VERDICT_ILLEGAL" },
    holds: { holds: [{ cause: "HOLD_CAUSE_MARK" }] },
  });
  expect((await ntd.all(1)).filter(({ decision }) => decision !== undefined)).toHaveLength(1);
  await ntd.target(targetEvent(), 2);
  expect((await ntd.caseOf(1))?.holds?.all).toHaveLength(1);
});

test("a mark that is set while a case is written is met behind the write", async () => {
  await using ntd = await openHandlers();
  const pages = ntd.deps.marks.pages.bind(ntd.deps.marks);
  let isFirst = true;
  // The first look for marks finds none; then one is set, before the case is there.
  ntd.deps.marks.pages = async function* (query, size) {
    const isLook = isFirst && query.where?.liveUnder !== undefined;
    if (isLook) isFirst = false;
    yield* pages(query, size);
    if (isLook) await setMark(ntd.deps)(wish(theAddress), pam);
  };
  await ntd.target(targetEvent());
  expect((await ntd.told(1))?.holds?.holds).toHaveLength(1);
});

test.each<[string, SetMarkRequest["what"], boolean]>([
  ["address", theAddress, true],
  ["host", theHost, true],
  ["prefix", thePrefix, true],
  ["prefix beside it that is searched alike", { $case: "prefix", value: "192.0.16.0/20" }, false],
])("a new mark holds cases that are there: %s", async (_, what, isMet) => {
  await using ntd = await openHandlers();
  await ntd.target(targetEvent());
  await ntd.match(matchEvent([]));
  const marks = [await setMark(ntd.deps)(wish(what), pam)];
  if (marks[0]?.waitsForSecondPerson) marks.push(await setMark(ntd.deps)(wish(what), pat));
  expect(marks.at(-1)).toMatchObject({ mark: { metCount: Number(isMet) } });
  expect((await ntd.told(1))?.holds?.holds.length ?? 0).toBe(Number(isMet));
});

test("ended before the cases are held, a loop goes on with them", async () => {
  await using ntd = await openHandlers();
  await ntd.target(targetEvent());
  const died = dieAt(ntd, [2]);
  await setMark(ntd.deps)(wish(theAddress), pam).catch(() => undefined);
  expect(died.count).toBe(1);
  expect((await ntd.caseOf(1))?.holds).toBeUndefined();
  await meetDueCases(ntd.deps);
  expect((await ntd.caseOf(1))?.holds).toBeUndefined();
  ntd.clock.advance(30_000);
  await meetDueCases(ntd.deps);
  expect((await ntd.caseOf(1))?.holds?.all).toHaveLength(1);
  expect(
    await ntd.deps.marks.find({ where: { meetDueTime: { lte: later(DAY) } }, orderBy: "meetDueTime", limit: 1 }),
  ).toEqual([]);
});

test("it is removed by any officer, or over by its time; what it held stays held, and it may be marked again", async () => {
  await using ntd = await openHandlers();
  const { mark } = await setMark(ntd.deps)(wish(theAddress), pam);
  const markId = mark?.markId ?? "";
  expect(await ask(ntd)).toEqual({ isHeld: true });
  const removal = { requestId: randomUUID(), markId };
  expect(await removeMark(ntd.deps)(removal, pat)).toMatchObject({ mark: { removedBy: "police/pat", metCount: 1 } });
  expect(await ask(ntd)).toEqual({ isHeld: true });
  expect(await ask(ntd, { targetId: "target-2" })).toEqual({ isHeld: false });
  expect([await list(ntd), await list(ntd, true)].map(({ length }) => length)).toEqual([0, 1]);
  const again = await setMark(ntd.deps)(wish(theAddress, { expireTime: later(60) }), pat);
  expect(again.mark?.markId).not.toBe(markId);
  expect(await ask(ntd, { targetId: "target-2" })).toEqual({ isHeld: true });
  ntd.clock.advance(60_000);
  expect(await ask(ntd, { targetId: "target-3" })).toEqual({ isHeld: false });
  expect((await list(ntd)).length).toBe(0);
});

test("a list of marks never says what was marked, and neither does the store", async () => {
  await using ntd = await openHandlers();
  const { mark } = await setMark(ntd.deps)(wish(theAddress), pam);
  expect(await list(ntd)).toMatchObject([{ kind: "MARK_KIND_ADDRESS", reason: "operation", setBy: "police/pam" }]);
  const kept = await ntd.deps.marks.load(mark?.markId ?? "");
  expect(JSON.stringify([await list(ntd), kept])).not.toMatch(/host\.test|operation"?,"ciphertext/);
});

test("without a key nothing can be marked, and everything is looked at", async () => {
  await using ntd = await openHandlers();
  ntd.deps.markKey = undefined;
  await expect(setMark(ntd.deps)(wish(theAddress), pam)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  expect(await ask(ntd)).toEqual({ isHeld: false });
  await expect(ask(ntd, { address: undefined })).rejects.toMatchObject({ fields: [{ field: "address" }] });
});
