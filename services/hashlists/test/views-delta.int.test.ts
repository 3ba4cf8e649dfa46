import { randomUUID } from "node:crypto";
import { FeedSourceServiceService } from "@ntd/proto/hashlists/v1/feed_source_service";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { connect } from "@ntd/rpc";
import { MovableClock } from "@ntd/service";
import { startTestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HEADER, md5, newSet, startHashlists, upload, type UploadOptions } from "./bed.ts";
import { readList } from "./read-list.ts";

let hashlists: Awaited<ReturnType<typeof startHashlists>>;
let views: ReturnType<typeof connect<typeof HashSetViewServiceService>>;
let feed: ReturnType<typeof connect<typeof FeedSourceServiceService>>;
const held = new AsyncDisposableStack();
beforeAll(async () => {
  const bed = held.use(await startTestBed());
  hashlists = held.use(await startHashlists(bed, new MovableClock()));
  const { address } = hashlists;
  const [anna, service] = [await bed.identity("maintainer", "anna"), await bed.identity("service", "feed")];
  views = held.use(connect(HashSetViewServiceService, { address, identityDir: anna }));
  feed = held.use(connect(FeedSourceServiceService, { address, identityDir: service }));
});
afterAll(() => held.disposeAsync());

const requestId = () => randomUUID();
const partner = "partner/nl";
const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const line = (n: number, votes = 1, removed = "") => `md5,${md5(n)},,ncmec,A1,${votes},file ${n},${removed}`;

async function released(setId: string, lines: readonly string[], options: UploadOptions = {}): Promise<string> {
  const { release } = await upload(hashlists.anna, setId, [`${HEADER},removed`, ...lines].join("\n"), options);
  const releaseId = release?.releaseId ?? "";
  await hashlists.ben.approveRelease({ requestId: requestId(), releaseId });
  await hashlists.anna.activateRelease({ requestId: requestId(), releaseId });
  return releaseId;
}

const hexOf = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString("hex");

test("of deltas on a list each view shows what is listed, and a partner hears what they changed", async () => {
  const { anna, ben } = hashlists;
  const setId = await newSet(anna);
  const full = await released(
    setId,
    oneTo(300).map((n) => line(n)),
  );
  const recipients = { recipients: [{ partner, organisation: "NL", algorithms: [] }] };
  const { change } = await anna.proposeSetChange({ requestId: requestId(), setId, recipients, reason: "agreed" });
  await ben.approveSetChange({ requestId: requestId(), setId, changeId: change?.changeId ?? "" });
  const first = await feed.readSource({ setId, partner, checkpoint: "", pageSize: 1000 });
  expect([first.changes.length, first.isLast]).toEqual([300, true]);
  const delta = { header: { kind: "UPLOAD_KIND_DELTA" } } as const;
  await released(setId, [line(301), line(1, 5), line(2, 1, "yes")], delta);
  const last = await released(setId, [line(302), line(301, 7), line(3, 1, "yes")], delta);

  const expected = oneTo(302)
    .filter((n) => n !== 2 && n !== 3)
    .map(md5)
    .toSorted();
  const entries: string[] = [];
  for (let pageToken = "", more = true; more; more = pageToken !== "") {
    const asked = { algorithm: "ALGORITHM_UNSPECIFIED", state: "ENTRY_STATE_UNSPECIFIED" } as const;
    const page = await views.listEntries({ setId, releaseId: last, ...asked, pageSize: 40, pageToken });
    entries.push(...page.entries.map(({ entry }) => hexOf(entry?.fingerprint?.value)));
    pageToken = page.nextPageToken;
  }
  expect(entries.toSorted()).toEqual(expected);

  const { hashes } = await views.findEntries({ setId, hashes: [md5(1), md5(2), md5(301)] });
  expect(hashes.map(({ entries: [one] }) => [one?.inForce, one?.listed?.entry?.votes, one?.listedInReleases])).toEqual([
    [true, 5, 3],
    [false, 1, 1],
    [true, 7, 2],
  ]);
  const pair = { olderReleaseId: full, newerReleaseId: last };
  expect(await views.diffReleases(pair)).toMatchObject({ added: 2n, removed: 2n, changed: 1n });
  const kind = "DIFFERENCE_KIND_UNSPECIFIED" as const;
  const { differences } = await views.listDifferences({ ...pair, kind, pageSize: 0, pageToken: "" });
  expect(differences).toHaveLength(5);

  const pieces: Uint8Array[] = [];
  const asked = { setId, releaseId: last, format: "EXPORT_FORMAT_NTD_CSV", withRevoked: false, scheme: "" } as const;
  for await (const { part } of views.exportRelease(asked)) if (part?.$case === "chunk") pieces.push(part.value);
  expect(
    readList(Buffer.concat(pieces))
      .entries.map(({ value }) => value)
      .toSorted(),
  ).toEqual(expected);

  const changes: string[] = [];
  for (let { nextCheckpoint: checkpoint, isLast: ends } = { ...first, isLast: false }; !ends;) {
    const page = await feed.readSource({ setId, partner, checkpoint, pageSize: 2 });
    expect(page.startsOver).toBe(false);
    changes.push(...page.changes.map((one) => `${one.change?.$case} ${hexOf(one.change?.value.fingerprint?.value)}`));
    [checkpoint, ends] = [page.nextCheckpoint, page.isLast];
  }
  const told = [
    ["put", 1],
    ["put", 301],
    ["put", 302],
    ["removal", 2],
    ["removal", 3],
  ] as const;
  expect(changes.toSorted()).toEqual(told.map(([word, n]) => `${word} ${md5(n)}`));
});

test("a place that no page was told of, as somebody makes one up, is read from the beginning and costs no more", async () => {
  const setId = await newSet(hashlists.anna);
  const lines = oneTo(60).map((n) => line(n));
  await released(setId, lines);
  const releaseId = await released(setId, [line(61)], { header: { kind: "UPLOAD_KIND_DELTA" } });
  const asked = { setId, releaseId, algorithm: "ALGORITHM_UNSPECIFIED", state: "ENTRY_STATE_UNSPECIFIED" } as const;
  const { nextPageToken } = await views.listEntries({ ...asked, pageSize: 40, pageToken: "" });
  const [, , scope] = JSON.parse(Buffer.from(nextPageToken, "base64url").toString()) as [string, number, string];
  for (const place of ["-ffffffff.0", "-1.0", "1e9.zz", "x"]) {
    const pageToken = Buffer.from(JSON.stringify([`${releaseId} ${place}`, 0, scope])).toString("base64url");
    const page = await views.listEntries({ ...asked, pageSize: 40, pageToken });
    expect(page.entries).toHaveLength(40);
  }
});
