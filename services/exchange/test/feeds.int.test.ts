import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FeedChange } from "@ntd/proto/feed/v1/feed_service";
import { MovableClock, newSigningKey, Problem } from "@ntd/service";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { aFeed } from "./a-feed.ts";
import { MINUTE, NOW, openExchangeBed, type ExchangeBed } from "./bed.ts";

let at: ExchangeBed;
let feed: Awaited<ReturnType<typeof aFeed>>;
let clock: MovableClock;
let nth = 0;
let about: object;
const parts = new AsyncDisposableStack();
beforeAll(async () => {
  at = parts.use(await openExchangeBed());
  feed = parts.use(await aFeed(at.bed));
  const keysFile = join(at.bed.dir, "partner-keys.json");
  await writeFile(keysFile, JSON.stringify(feed.jwks));
  const identityDir = await at.bed.identity("industry", "us");
  about = {
    kind: "ntd",
    address: feed.address,
    partner_set: "national",
    identity_dir: identityDir,
    keys_file: keysFile,
  };
});
afterAll(() => parts.disposeAsync());
beforeEach(() => {
  for (const list of [feed.pages, feed.asked, at.hashlists.uploads]) list.length = 0;
  Object.assign(feed, {
    startsOverAt: [0],
    fault: undefined,
    faultBehind: undefined,
    changed: {},
    forgets: false,
    leadsTo: undefined,
  });
  Object.assign(at.hashlists, { inForce: "", becomes: "RELEASE_STATE_ACTIVE", fault: undefined });
  clock = new MovableClock(NOW);
});

const hex = (byte: number) => byte.toString(16).padStart(2, "0").repeat(16);
const md5 = (byte: number) =>
  ({ algorithm: "ALGORITHM_MD5", value: new Uint8Array(16).fill(byte), quality: 0 }) as const;
const put = (byte: number, votes = 1): FeedChange => {
  const value = {
    fingerprint: md5(byte),
    classification: undefined,
    votes,
    fileKey: Uint8Array.of(byte),
    sizeBytes: 0,
    disputed: false,
  };
  return { change: { $case: "put", value } };
};
const removal = (byte: number, cause: "UNSPECIFIED" | "WRONG_FILE" = "UNSPECIFIED"): FeedChange => ({
  change: { $case: "removal", value: { fingerprint: md5(byte), cause: `REVOCATION_CAUSE_${cause}`, disabled: false } },
});
const linesOf = (nthUpload: number) =>
  (at.hashlists.uploads[nthUpload]?.text ?? "")
    .trim()
    .split("\n")
    .slice(1)
    .toSorted((a, b) => (a < b ? -1 : 1));
const listed = (byte: number, votes = 1) => `md5,${hex(byte)},,,,${votes},${hex(byte).slice(0, 2)},,,`;

async function running(more: object = {}) {
  await at.nameAs(`ntd-${++nth}`, { set: "ncmec", ...about, ...more });
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

test("a feed comes whole at first, then as what changed; what was taken back says why", async () => {
  feed.pages.push([put(1), put(2)], [put(3), put(2, 5), removal(1)]);
  const { pulled } = await running();
  expect(await pulled()).toMatchObject({
    kind: "CONNECTOR_KIND_NTD",
    totals: { pages: 2n, entries: 4n, tombstones: 1n },
  });
  expect(at.hashlists.uploads[0]?.header).toMatchObject({ kind: "UPLOAD_KIND_FULL", format: "LIST_FORMAT_NTD_CSV" });
  expect(linesOf(0)).toEqual([listed(2, 5), listed(3)]);
  feed.pages.push([put(4), removal(2), removal(3, "WRONG_FILE")]);
  await pulled();
  expect(feed.asked).toEqual(["", "1", "2"]);
  expect(at.hashlists.uploads[1]?.header.kind).toBe("UPLOAD_KIND_DELTA");
  const gone = [`md5,${hex(2)},,,,,,,,yes`, `md5,${hex(3)},,,,,,,wrong-file,`];
  expect(linesOf(1)).toEqual([...gone, listed(4)]);
});

test("where the partner starts over, what it does not tell again is removed", async () => {
  feed.pages.push([put(1), put(2)]);
  const { pulled } = await running();
  await pulled();
  feed.pages.push([put(2), put(3)]);
  feed.changed = { startsOver: true };
  await pulled();
  expect(linesOf(1)).toEqual([`md5,${hex(1)},,,,,,,,yes`, listed(2), listed(3)]);
});

test("a partner that does not know our checkpoint is asked for all, and what it tells no more is removed", async () => {
  feed.pages.push([put(1), put(2)]);
  const { pulled, until } = await running();
  await pulled();
  feed.pages.splice(0, 1, [put(2)]);
  feed.forgets = true;
  clock.advance(60 * MINUTE);
  const failed = await until("it is told", ({ failure }) => failure !== undefined);
  expect(failed).toMatchObject({ readsAll: true, degraded: "" });
  expect(failed.failure?.sentence).toContain("from the beginning");
  await pulled();
  expect(feed.asked).toEqual(["", "1", ""]);
  expect(linesOf(1)).toEqual([`md5,${hex(1)},,,,,,,,yes`, listed(2)]);
});

test("what a feed took back before it started over is removed, too, and is not told twice", async () => {
  feed.pages.push([put(1), put(2)]);
  const { pulled } = await running();
  await pulled();
  feed.pages.push([removal(1)], [put(2)]);
  feed.startsOverAt = [2];
  await pulled();
  expect(linesOf(1)).toEqual([`md5,${hex(1)},,,,,,,,yes`, listed(2)]);
  feed.pages.push([put(2), put(3)]);
  feed.startsOverAt = [3];
  await pulled();
  expect(linesOf(2)).toEqual([listed(2), listed(3)]);
});

test("a partner that has nothing any more takes all of it with it", async () => {
  feed.pages.push([put(1)]);
  const { pulled } = await running();
  await pulled();
  feed.pages.push([]);
  feed.startsOverAt = [1];
  await pulled();
  expect(linesOf(1)).toEqual([`md5,${hex(1)},,,,,,,,yes`]);
});

test("films come with all their frames, and go", async () => {
  const value = new Uint8Array(74);
  value.set(new Uint8Array(32).fill(0xa5), 0);
  value[32] = 80;
  value.set(new Uint8Array(32).fill(0x5a), 37);
  value.set([90, 0, 0, 4, 0], 37 + 32);
  const fingerprint = { algorithm: "ALGORITHM_VPDQ" as const, value, quality: 0 };
  const about = { classification: undefined, votes: 2, fileKey: Uint8Array.of(7), sizeBytes: 0, disputed: false };
  feed.pages.push([put(1), { change: { $case: "put", value: { ...about, fingerprint } } }]);
  const { pulled } = await running();
  expect(await pulled()).toMatchObject({ leftOut: [], unknownElements: [], totals: { taken: 2n } });
  const film = `vpdq,${"a5".repeat(32)}:80:0 ${"5a".repeat(32)}:90:1.024,,`;
  expect(linesOf(0)).toEqual([listed(1), `${film},,2,07,,,`]);
  const gone = { fingerprint, cause: "REVOCATION_CAUSE_UNSPECIFIED", disabled: false } as const;
  const change = { $case: "removal", value: gone } as const;
  feed.pages.push([{ change }]);
  await pulled();
  expect(linesOf(1)).toEqual([`${film},,,,,,yes`]);
});

test("kinds of hashes that are not wanted are left out, and counted", async () => {
  const sha1 = { algorithm: "ALGORITHM_SHA1" as const, value: new Uint8Array(20).fill(3), quality: 0 };
  const other = put(1).change;
  if (other?.$case !== "put") expect.fail();
  feed.pages.push([put(1), { change: { ...other, value: { ...other.value, fingerprint: sha1 } } }]);
  const { pulled } = await running({ algorithms: ["md5"] });
  const { leftOut } = await pulled();
  expect(leftOut).toEqual([{ kind: "sha1", reason: "LEFT_OUT_REASON_BY_CHOICE", count: 1n }]);
  expect(linesOf(0)).toEqual([listed(1)]);
});

test("where it starts over among its pages, what it told before in them is void, too", async () => {
  feed.pages.push([put(1), put(2)]);
  const { pulled } = await running();
  await pulled();
  feed.pages.push([put(3)], [put(2)]);
  feed.startsOverAt = [2];
  await pulled();
  expect(linesOf(1)).toEqual([`md5,${hex(1)},,,,,,,,yes`, listed(2), `md5,${hex(3)},,,,,,,,yes`]);
});

test("where all is asked for from its first page once more, what was told before and is told no more is not listed", async () => {
  feed.pages.push([put(1), put(2)], [put(3)]);
  Object.assign(feed, { fault: new Problem("STORE_UNAVAILABLE"), faultBehind: "1" });
  const { until, pulled } = await running();
  for (let failures = 1; failures <= 5; failures++) {
    const failed = await until(`failure ${failures}`, ({ failure }) => failure?.count === failures);
    if (failures === 5) break;
    clock.advance(Number(failed.dueTime) - clock.now().getTime());
  }
  // Its partner has it no more by then, as after it was brought back from a backup: nothing tells us.
  feed.pages[0] = [put(2)];
  feed.fault = undefined;
  clock.advance(10 * MINUTE);
  await pulled();
  expect(feed.asked.filter((checkpoint) => checkpoint === "")).toHaveLength(2);
  expect(linesOf(0)).toEqual([listed(2), listed(3)]);
});

test("nothing new makes no upload", async () => {
  feed.pages.push([put(1)]);
  const { pulled } = await running();
  await pulled();
  feed.pages.push([]);
  expect((await pulled()).totals).toMatchObject({ pulls: 2n, releases: 1n });
});

describe("a page is believed only as it was signed for us:", () => {
  test.each<[string, typeof feed.changed]>([
    ["for somebody else", { recipient: "industry/other" }],
    ["of another set", { setId: "other" }],
    ["behind another checkpoint", { checkpoint: "7" }],
    ["as something else", { typ: "ntd-notice+jws" }],
  ])("%s", async (_, changed) => {
    feed.pages.push([put(1)]);
    feed.changed = changed;
    const { until, pull, pulled } = await running();
    const failed = await until("it fails", ({ failure }) => failure !== undefined);
    expect(failed).toMatchObject({ failure: { fault: "CONNECTOR_FAULT_SIGNATURE" }, degraded: "SIGNATURE" });
    expect(at.hashlists.uploads).toEqual([]);
    await pull(failed.name);
    await pulled();
    expect(linesOf(0)).toEqual([listed(1)]);
  });

  test("by another key", async () => {
    const { d: _, ...other } = await newSigningKey("2026");
    const keysFile = join(at.bed.dir, "other-keys.json");
    await writeFile(keysFile, JSON.stringify({ keys: [other] }));
    feed.pages.push([put(1)]);
    const { until } = await running({ keys_file: keysFile });
    await until("it fails", ({ failure }) => failure?.fault === "CONNECTOR_FAULT_SIGNATURE");
  });
});

test("pages that lead back to one before are not followed around", async () => {
  feed.pages.push([put(1)], [put(2)], [put(3)], [put(4)]);
  feed.leadsTo = (checkpoint) => String((Number(checkpoint) % 3) + 1);
  const { until } = await running();
  const { failure } = await until("it fails", (connector) => connector.failure?.fault === "CONNECTOR_FAULT_PAGE");
  expect(failure?.sentence).toContain("leads back");
  expect(feed.asked.length).toBeLessThan(20);
});

test("a checkpoint that is as long as a list is not kept", async () => {
  feed.pages.push([put(1)]);
  feed.changed = { nextCheckpoint: "1".repeat(1_000_000) };
  const { until } = await running();
  await until("it fails", ({ failure }) => failure?.fault === "CONNECTOR_FAULT_PAGE");
});

describe("what keeps it from a feed is named:", () => {
  test.each([
    ["no such set for us", "NOT_FOUND", "ANSWER"],
    ["it does not know us", "NOT_ALLOWED", "CREDENTIALS"],
    ["too much at once", "RATE_LIMITED", "BUSY"],
    ["its store is away", "STORE_UNAVAILABLE", "ANSWER"],
  ] as const)("%s", async (_, reason, fault) => {
    feed.fault = new Problem(reason);
    const { until } = await running();
    await until("it fails", ({ failure }) => failure?.fault === `CONNECTOR_FAULT_${fault}`);
  });

  test("nobody is there", async () => {
    const { until } = await running({ address: "localhost:9" });
    await until("it fails", ({ failure }) => failure?.fault === "CONNECTOR_FAULT_ADDRESS_REFUSED");
  });

  test("files that are not there", async () => {
    const { until } = await running({ keys_file: "/nowhere/keys.json" });
    const failed = await until("it fails", ({ failure }) => failure?.fault === "CONNECTOR_FAULT_CREDENTIALS");
    expect(failed.failure?.sentence).toContain("ENOENT");
  });
});
