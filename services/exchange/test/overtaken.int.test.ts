import { MovableClock } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { md5, MINUTE, NOW, openExchangeBed, shareEntries, type ExchangeBed } from "./bed.ts";

// What became of the release that a connector waits for, so that nobody could ever put it in force.

let at: ExchangeBed;
let clock: MovableClock;
let name = "";
let nth = 0;
beforeAll(async () => {
  at = await openExchangeBed();
  at.server.pageSize = 2;
});
afterAll(() => at[Symbol.asyncDispose]());
beforeEach(() => {
  for (const list of [at.server.entries, at.server.asked, at.hashlists.uploads]) list.length = 0;
  Object.assign(at.hashlists, { inForce: "", becomes: "RELEASE_STATE_ACTIVE", losesAnswers: 0, reused: 0 });
  clock = new MovableClock(NOW);
  name = `npo-${++nth}`;
});

const value = (n: number) => md5(n).replaceAll(/<.*?>/g, "");
const line = (n: number) => `md5,${value(n)},,ncmec,A1,1,42-i${n},`;
const newest = () => at.hashlists.uploads.at(-1) ?? expect.fail("nothing was uploaded");
const lines = () =>
  newest()
    .text.trim()
    .split("\n")
    .slice(1)
    .toSorted((a, b) => (a < b ? -1 : 1));

async function running() {
  await at.name(name);
  const service = await at.started(clock);
  onTestFinished(() => service[Symbol.asyncDispose]());
  return service;
}

/** The service, and the first whole list of its partner: three entries, uploaded while nothing is in force. */
async function broughtFirst() {
  shareEntries(at.server, 3, new Date(NOW.getTime() - MINUTE));
  const service = await running();
  await service.until("the first list is there", ({ totals }) => totals?.releases === 1n);
  return service;
}

test.each(["VALIDATED", "QUARANTINED", "APPROVED", "REFUSED"] as const)(
  "a first list that is %s when another one comes into force is brought once more, as a delta of that",
  async (state) => {
    at.hashlists.becomes = "RELEASE_STATE_VALIDATED";
    const { until } = await broughtFirst();
    const first = newest();
    expect(first.header.kind).toBe("UPLOAD_KIND_FULL");
    first.release.state = `RELEASE_STATE_${state}`;
    at.hashlists.inForce = "of-another";
    clock.advance(61 * MINUTE);
    const again = await until("it is brought again", ({ totals }) => totals?.releases === 2n);
    expect(again).toMatchObject({ state: "CONNECTOR_STATE_RELEASE_WAITS", totals: { pulls: 1n, entries: 3n } });
    expect(newest().header).toMatchObject({ kind: "UPLOAD_KIND_DELTA", baseReleaseId: "of-another" });
    expect([lines(), newest().header.requestId === first.header.requestId]).toEqual([
      [line(0), line(1), line(2)],
      false,
    ]);
    newest().release.state = "RELEASE_STATE_ACTIVE";
    at.hashlists.inForce = newest().release.releaseId;
    shareEntries(at.server, 1, clock.now());
    clock.advance(61 * MINUTE);
    await until("it goes on", ({ totals }) => totals?.pulls === 2n);
    expect(lines()).toEqual([line(3)]);
  },
);

test("a delta that was approved and then rejected is waited for no more, and does not come again", async () => {
  const { until } = await broughtFirst();
  at.hashlists.inForce = newest().release.releaseId;
  at.hashlists.becomes = "RELEASE_STATE_APPROVED";
  shareEntries(at.server, 1, clock.now());
  clock.advance(61 * MINUTE);
  await until("a delta waits", ({ totals }) => totals?.pulls === 2n);
  shareEntries(at.server, 1, clock.now());
  clock.advance(61 * MINUTE);
  await until(
    "it waits",
    ({ state, dueTime }) => state.endsWith("RELEASE_WAITS") && Number(dueTime) > Number(clock.now()),
  );
  newest().release.state = "RELEASE_STATE_REFUSED";
  clock.advance(2 * MINUTE);
  await until("it goes on", ({ totals }) => totals?.pulls === 3n);
  expect(lines()).toEqual([line(4)]);
});

test.each(["VALIDATED", "ACTIVE"] as const)(
  "where hashlists has lost the newest release, which was %s, all is read anew",
  async (state) => {
    const { until } = await broughtFirst();
    at.hashlists.inForce = newest().release.releaseId;
    at.hashlists.becomes = `RELEASE_STATE_${state}`;
    shareEntries(at.server, 1, clock.now());
    clock.advance(61 * MINUTE);
    await until("a delta is there", ({ totals }) => totals?.pulls === 2n);
    // As after a restore of hashlists alone: what is in force is what was before.
    at.hashlists.uploads.pop();
    shareEntries(at.server, 1, clock.now());
    at.server.asked.length = 0;
    clock.advance(61 * MINUTE);
    const { releaseId } = await until("it is read anew", ({ totals }) => totals?.pulls === 3n);
    expect(at.server.asked[0]).toContain("from=2026-02-01T00%3A00%3A00Z");
    expect([newest().release.releaseId, newest().header.kind]).toEqual([releaseId, "UPLOAD_KIND_FULL"]);
    expect(lines()).toEqual([0, 1, 2, 3, 4].map(line));
  },
);

test("where hashlists has lost what was in force, though the newest release is half there, all is read anew, once", async () => {
  const { until } = await broughtFirst();
  const [first = expect.fail()] = at.hashlists.uploads;
  at.hashlists.inForce = first.release.releaseId;
  shareEntries(at.server, 1, clock.now());
  clock.advance(61 * MINUTE);
  const { releaseId } = await until("a delta is in force", ({ totals }) => totals?.pulls === 2n);
  // By a clock that is ahead of ours.
  const time = new Date(clock.now().getTime() + 90 * MINUTE);
  at.hashlists.says = { lostRelease: { releaseId, entryCount: 4n, time } };
  onTestFinished(() => void (at.hashlists.says = {}));
  clock.advance(61 * MINUTE);
  await until("it is read anew", ({ totals }) => totals?.pulls === 3n);
  expect([newest().header.kind, lines()]).toEqual(["UPLOAD_KIND_FULL", [0, 1, 2, 3].map(line)]);
  at.server.asked.length = 0;
  clock.advance(61 * MINUTE);
  await until("it goes on", ({ totals }) => totals?.pulls === 4n);
  expect(at.server.asked[0]).not.toContain("from=2026-02-01");
});

test("what is in already and cannot be found is brought anew, as an upload of its own", async () => {
  shareEntries(at.server, 1, new Date(NOW.getTime() - MINUTE));
  at.hashlists.losesAnswers = 1;
  const { until } = await running();
  await until("its answer is lost", ({ failure }) => failure?.fault === "CONNECTOR_FAULT_HASHLISTS");
  const [first = expect.fail()] = at.hashlists.uploads;
  Object.assign(first, { text: "other bytes", release: { ...first.release, fileName: "another" } });
  clock.advance(MINUTE);
  await until("it is asked for anew", ({ failure }) => failure?.fault === "CONNECTOR_FAULT_LIST");
  clock.advance(MINUTE);
  await until("it is brought", ({ totals }) => totals?.pulls === 1n);
  expect([at.hashlists.uploads.length, newest().header.fileName]).toEqual([2, expect.stringContaining("-2.xml")]);
});
