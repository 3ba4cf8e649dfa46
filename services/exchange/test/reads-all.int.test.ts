import { randomUUID } from "node:crypto";
import { MovableClock } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { md5, MINUTE, NOW, openExchangeBed, shareEntries, type ExchangeBed } from "./bed.ts";

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
  Object.assign(at.hashlists, { inForce: "", becomes: "RELEASE_STATE_ACTIVE", fault: undefined });
  clock = new MovableClock(NOW);
  name = `npo-${++nth}`;
});

const EARLIER = new Date(NOW.getTime() - 60 * MINUTE);
const value = (n: number) => md5(n).replaceAll(/<.*?>/g, "");
const line = (n: number, votes = 1, by = 42) => `md5,${value(n)},,ncmec,A1,${votes},${by}-i${n},`;
const removed = (n: number) => `md5,${value(n)},,,,,,yes`;
const newest = () => at.hashlists.uploads.at(-1);
const lines = () =>
  (newest()?.text ?? "")
    .trim()
    .split("\n")
    .slice(1)
    .toSorted((a, b) => (a < b ? -1 : 1));

async function running(more: object = {}) {
  await at.name(name, more);
  const service = await at.started(clock);
  onTestFinished(() => service[Symbol.asyncDispose]());
  let pulls = 0n;
  return {
    ...service,
    pulled: async () => {
      pulls++;
      const connector = await service.until(`pull ${pulls} ends`, ({ totals }) => totals?.pulls === pulls);
      at.hashlists.inForce = connector.releaseId;
      return connector;
    },
  };
}

describe("all that a partner has is read anew when an operator says so:", () => {
  test("what it tells no more is removed, whatever it told of the time", async () => {
    shareEntries(at.server, 5, EARLIER);
    const { pulled, client } = await running();
    const { releaseId } = await pulled();
    // It was brought back to an earlier state: no tombstone, and entries of an earlier time.
    at.server.entries.splice(0, 2);
    for (const entry of at.server.entries) entry.time = new Date(EARLIER.getTime() - MINUTE);
    at.server.entries.push({ id: "i4", member: 7, time: EARLIER, fingerprints: md5(4) });
    clock.advance(MINUTE);
    const asked = await client.pullConnector({ requestId: randomUUID(), name, all: true });
    expect(asked.connector?.readsAll).toBe(true);
    expect(await pulled()).toMatchObject({ readsAll: false, keptCount: 6 });
    expect(newest()?.header).toMatchObject({ kind: "UPLOAD_KIND_DELTA", baseReleaseId: releaseId });
    expect(lines()).toEqual([removed(0), removed(1), line(2), line(3), line(4, 2)].toSorted());
  });

  test("a hash that another member lists still is not removed, and loses a vote", async () => {
    shareEntries(at.server, 1, EARLIER);
    at.server.entries.push({ id: "i0", member: 7, time: EARLIER, fingerprints: md5(0) });
    const { pulled, client } = await running();
    await pulled();
    at.server.entries.shift();
    clock.advance(MINUTE);
    await client.pullConnector({ requestId: randomUUID(), name, all: true });
    await pulled();
    expect(lines()).toEqual([line(0, 1, 7)]);
  });

  test("what was removed is not removed once more, and can come again", async () => {
    shareEntries(at.server, 2, EARLIER);
    const { pulled, client } = await running();
    await pulled();
    const [first] = at.server.entries.splice(0, 1);
    clock.advance(MINUTE);
    await client.pullConnector({ requestId: randomUUID(), name, all: true });
    await pulled();
    expect(lines()).toEqual([removed(0), line(1)]);
    at.server.entries.push({ ...first, id: "i0", time: clock.now() });
    clock.advance(60 * MINUTE);
    expect(await pulled()).toMatchObject({ keptCount: 2 });
    expect(lines()).toEqual([line(0)]);
  });
});

describe("kinds of hashes are taken by choice:", () => {
  const both = (n: number) => `${md5(n)}<pdq>${"f".repeat(63)}${n}</pdq><pdna>x</pdna><tmk-pdqf rel="self" href="/x"/>`;
  const share = (...numbers: number[]) =>
    at.server.entries.push(...numbers.map((n) => ({ id: `i${n}`, time: EARLIER, fingerprints: both(n) })));

  test("the first list has no other, and what is left out is counted with why", async () => {
    share(1, 2, 3);
    at.server.entries.push({ id: "film", time: EARLIER, fingerprints: '<tmk-pdqf rel="self" href="/x"/>' });
    const { pulled } = await running({ algorithms: ["md5", "sha1"] });
    const connector = await pulled();
    expect(newest()?.header).toMatchObject({ kind: "UPLOAD_KIND_FULL", format: "LIST_FORMAT_NTD_CSV" });
    expect(lines()).toEqual([line(1), line(2), line(3)]);
    expect(connector).toMatchObject({ algorithms: ["md5", "sha1"], totals: { entries: 4n, taken: 3n } });
    expect(connector.leftOut).toEqual([
      { kind: "tmk-pdqf", reason: "LEFT_OUT_REASON_BEHIND_LINK", count: 4n },
      { kind: "pdq", reason: "LEFT_OUT_REASON_BY_CHOICE", count: 3n },
      { kind: "pdna", reason: "LEFT_OUT_REASON_UNREAD", count: 3n },
    ]);
  });

  test("another choice reads all anew: what is taken now comes, what is not any more goes", async () => {
    share(1);
    const { pulled } = await running();
    await pulled();
    expect(newest()?.header.format).toBe("LIST_FORMAT_NCMEC_XML");
    await at.name(name, { algorithms: ["md5"] });
    clock.advance(60 * MINUTE);
    await pulled();
    const pdq = `pdq,${"f".repeat(63)}1,50`;
    expect(lines()).toEqual([line(1), `${pdq},,,,,yes`]);
    await at.name(name, { algorithms: ["pdq", "md5"] });
    clock.advance(60 * MINUTE);
    await pulled();
    expect(lines()).toEqual([line(1), `${pdq},ncmec,A1,1,42-i1,`]);
    await at.name(name, { algorithms: ["md5", "pdq"] });
    clock.advance(60 * MINUTE);
    at.server.asked.length = 0;
    await pulled();
    expect(at.server.asked[0]).not.toContain("from=2026-02-01");
  });
});
