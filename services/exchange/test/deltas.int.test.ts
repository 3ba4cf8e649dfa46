import { MovableClock } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { md5, MINUTE, NOW, openExchangeBed, shareEntries, type ExchangeBed } from "./bed.ts";

let at: ExchangeBed;
let clock: MovableClock;
let nth = 0;
beforeAll(async () => {
  at = await openExchangeBed();
  at.server.pageSize = 2;
});
afterAll(() => at[Symbol.asyncDispose]());
beforeEach(() => {
  for (const list of [at.server.entries, at.hashlists.uploads]) list.length = 0;
  at.server.now = undefined;
  Object.assign(at.hashlists, { inForce: "", becomes: "RELEASE_STATE_ACTIVE", losesAnswers: 0 });
  clock = new MovableClock(NOW);
});

const value = (n: number) => md5(n).replaceAll(/<.*?>/g, "");
const linesOf = (nthUpload: number) =>
  (at.hashlists.uploads[nthUpload]?.text ?? "")
    .trim()
    .split("\n")
    .slice(1)
    .toSorted((a, b) => (a < b ? -1 : 1));

/** The service, and what pulls until so many have ended; each is in force then. */
async function running() {
  await at.name(`npo-${++nth}`);
  const service = await at.started(clock);
  onTestFinished(() => service[Symbol.asyncDispose]());
  let pulls = 0n;
  return {
    ...service,
    pulled: async () => {
      if (pulls++ > 0n) clock.advance(60 * MINUTE);
      const connector = await service.until(`pull ${pulls} ends`, ({ totals }) => totals?.pulls === pulls);
      at.hashlists.inForce = connector.releaseId;
      return connector;
    },
  };
}

test("a delta says what all members say together, and removes what nobody lists any more", async () => {
  const entry = (member: number, more: object = {}) => ({
    id: "i0",
    member,
    time: clock.now(),
    fingerprints: md5(0),
    ...more,
  });
  shareEntries(at.server, 2, new Date(NOW.getTime() - MINUTE));
  const { pulled } = await running();
  await pulled();
  at.server.entries.push(entry(7));
  await pulled();
  expect(linesOf(1)).toEqual([`md5,${value(0)},,ncmec,A1,2,42-i0,`]);
  at.server.entries.push(entry(42, { isGone: true }));
  await pulled();
  expect(linesOf(2)).toEqual([`md5,${value(0)},,ncmec,A1,1,7-i0,`]);
  at.server.entries.push(entry(7, { fingerprints: md5(9) }));
  await pulled();
  expect(linesOf(3)).toEqual([`md5,${value(0)},,,,,,yes`, `md5,${value(9)},,ncmec,A1,1,7-i0,`]);
});

test("what an exchange whose clock is behind ours is told after a pull comes with the next one", async () => {
  const theirs = () => new Date(clock.now().getTime() - 10 * MINUTE);
  at.server.now = theirs;
  shareEntries(at.server, 3, new Date(theirs().getTime() - MINUTE));
  const { pulled } = await running();
  const { checkpointTime } = await pulled();
  expect(checkpointTime).toEqual(new Date(theirs().getTime() - 5000));
  shareEntries(at.server, 1, theirs());
  await pulled();
  expect(linesOf(1)).toEqual([`md5,${value(3)},,ncmec,A1,1,42-i3,`]);
});

test("an exchange whose clock is behind all that was pulled is told of, and nothing is passed over", async () => {
  shareEntries(at.server, 1, new Date(NOW.getTime() - MINUTE));
  const { pulled, until } = await running();
  await pulled();
  at.server.now = () => new Date(NOW.getTime() - 120 * MINUTE);
  clock.advance(60 * MINUTE);
  const { failure, checkpointTime } = await until("it is told", (connector) => connector.failure !== undefined);
  expect(failure).toMatchObject({ fault: "CONNECTOR_FAULT_PAGE", sentence: expect.stringContaining("180 minutes") });
  expect(checkpointTime).toEqual(new Date(NOW.getTime() - 5000));
});

test("a delta whose answer is lost is the same upload when it is brought again", async () => {
  shareEntries(at.server, 7, new Date(NOW.getTime() - MINUTE));
  const { pulled, until } = await running();
  await pulled();
  shareEntries(at.server, 5, clock.now());
  Object.assign(at.hashlists, { losesAnswers: 1, reused: 0, calls: 0 });
  clock.advance(60 * MINUTE);
  await until("it fails", ({ failure }) => failure?.fault === "CONNECTOR_FAULT_HASHLISTS");
  clock.advance(MINUTE);
  await until("it is brought", ({ totals }) => totals?.pulls === 2n);
  expect([at.hashlists.calls, at.hashlists.reused, at.hashlists.uploads.length]).toEqual([2, 0, 2]);
});

test("a tombstone of what was never listed makes no upload", async () => {
  shareEntries(at.server, 1, new Date(NOW.getTime() - MINUTE));
  const { pulled } = await running();
  await pulled();
  at.server.entries.push({ id: "nobody", time: clock.now(), isGone: true });
  expect((await pulled()).totals).toMatchObject({ tombstones: 1n, releases: 1n });
});

test("where something else came into force, the same range is brought once more on that", async () => {
  shareEntries(at.server, 1, new Date(NOW.getTime() - MINUTE));
  const { pulled, until } = await running();
  await pulled();
  at.hashlists.becomes = "RELEASE_STATE_VALIDATED";
  shareEntries(at.server, 1, clock.now());
  const { inForce } = at.hashlists;
  await pulled();
  at.hashlists.inForce = "other";
  clock.advance(61 * MINUTE);
  const again = await until("it is brought again", ({ totals }) => totals?.releases === 3n);
  expect(again.totals).toMatchObject({ pulls: 2n, entries: 2n });
  const [, first, second] = at.hashlists.uploads;
  expect([first?.header.baseReleaseId, second?.header.baseReleaseId]).toEqual([inForce, "other"]);
  expect([second?.text, second?.header.requestId === first?.header.requestId]).toEqual([first?.text, false]);
});

test("while nothing is in force, as when the first release was refused, all is brought again", async () => {
  shareEntries(at.server, 1, new Date(NOW.getTime() - MINUTE));
  const { pulled } = await running();
  await pulled();
  at.hashlists.inForce = "";
  shareEntries(at.server, 1, clock.now());
  await pulled();
  expect(at.hashlists.uploads.map(({ header }) => header.kind)).toEqual(["UPLOAD_KIND_FULL", "UPLOAD_KIND_FULL"]);
  expect(at.hashlists.uploads[1]?.text).toMatch(/<id>i0<[^]*<id>i1</);
});
