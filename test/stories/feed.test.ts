import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readHashlistsConfig } from "@ntd/hashlists/config";
import { start as startHashlists } from "@ntd/hashlists/service";
import {
  FeedAdminServiceService,
  FeedPage,
  FeedServiceService,
  type FeedChange,
  type ReadFeedResponse,
} from "@ntd/proto/feed/v1/feed_service";
import { HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { EntryOpinionServiceService } from "@ntd/proto/hashlists/v1/opinion_service";
import { connect, type IdentityKind } from "@ntd/rpc";
import { derivedId, MovableClock, verifyBytes, type JSONWebKeySet } from "@ntd/service";
import { eventually, setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startConnectors, startFeeds } from "./services.ts";

let bed: TestBed;
let addresses: { hashlists: string; feed: string };
const held = new AsyncDisposableStack();
beforeAll(async () => {
  bed = held.use(await startTestBed());
  const hashlists = held.use(await startHashlists(readHashlistsConfig(await bed.environment("hashlists"))));
  const feed = held.use(await startFeeds(bed, "127.0.0.1:0", hashlists.address));
  addresses = { hashlists: hashlists.address, feed: feed.address };
});
afterAll(() => held.disposeAsync());

const requestId = () => randomUUID();
const md5 = (n: number) => n.toString(16).padStart(31, "0") + "a";
const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const sha1 = (n: number) => n.toString(16).padStart(39, "0") + "b";
/** By both hashes, and by votes that tell which file it is. */
const lines = (n: number) => [
  `md5,${md5(n)},,ncmec,A1,${n},file ${n}`,
  `sha1,${sha1(n)},,ncmec,A1,${n},file ${n}`,
  ...(n <= 5 ? [`sha256,${md5(n)}${md5(n)},,ncmec,A1,${n},file ${n}`] : []),
];
const line = (n: number) => `md5,${md5(n)},,ncmec,A1,1,file ${n}`;
const identity = (kind: IdentityKind, name: string) => bed.identity(kind, name);

async function maintainer(name: string) {
  const identityDir = await identity("maintainer", name);
  return held.use(connect(HashListServiceService, { address: addresses.hashlists, identityDir }));
}

async function partner(name: string) {
  return held.use(
    connect(FeedServiceService, { address: addresses.feed, identityDir: await identity("partner", name) }),
  );
}

async function* file(setId: string, lines: readonly string[]) {
  const bytes = Buffer.from(["algorithm,value,quality,scheme,code,votes,source_id", ...lines].join("\n"));
  const header = { requestId: requestId(), setId };
  yield { part: { $case: "header" as const, value: header } };
  yield { part: { $case: "chunk" as const, value: bytes } };
  yield { part: { $case: "trailer" as const, value: { byteCount: BigInt(bytes.length) } } };
}

/** Who says something of entries. */
async function speaker(name: string) {
  const identityDir = await identity("maintainer", name);
  return held.use(connect(EntryOpinionServiceService, { address: addresses.hashlists, identityDir }));
}

const named = (n: number) => {
  const value = { algorithm: "ALGORITHM_MD5" as const, value: Buffer.from(md5(n), "hex"), quality: 0 };
  return { name: { $case: "fingerprint" as const, value } };
};

/** A list that is shared with partners, by two persons. */
async function sharedSet(lines: readonly string[], partners: readonly string[]): Promise<string> {
  const [anna, ben] = [await maintainer("anna"), await maintainer("ben")];
  const setId = `set-${randomUUID()}`;
  const policy = {
    owner: "Hotline",
    role: "SET_ROLE_POSITIVE",
    autoIssue: false,
    minVotes: 1,
    thresholds: undefined,
  } as const;
  await anna.createSet({ requestId: requestId(), setId, policy, members: setMembers("anna", "ben") });
  const releaseId = (await anna.uploadRelease(file(setId, lines))).release?.releaseId ?? "";
  await ben.approveRelease({ requestId: requestId(), releaseId });
  await anna.activateRelease({ requestId: requestId(), releaseId });
  const recipients = partners.map((name) => ({ partner: `partner/${name}`, organisation: name, algorithms: [] }));
  const asked = { requestId: requestId(), setId, recipients: { recipients }, reason: "agreed" };
  const { change } = await anna.proposeSetChange(asked);
  await ben.approveSetChange({ requestId: requestId(), setId, changeId: change?.changeId ?? "" });
  return setId;
}

/** All pages of a partner, each verified as one of theirs. */
async function readAll(name: string, setId: string, checkpoint = "") {
  const feed = await partner(name);
  const keys = JSON.parse((await feed.listFeedKeys({})).jwksJson) as JSONWebKeySet;
  const changes: FeedChange["change"][] = [];
  for (;;) {
    const signed: ReadFeedResponse = await feed.readFeed({ setId, checkpoint, pageSize: 100 });
    await verifyBytes(signed.page, signed.signature, keys, "ntd-feed+jws");
    const page = FeedPage.decode(signed.page);
    expect(page).toMatchObject({ setId, recipient: `partner/${name}`, checkpoint });
    changes.push(...page.changes.map(({ change }) => change));
    checkpoint = page.nextCheckpoint;
    if (page.isLast) return { changes, checkpoint };
  }
}

async function whose(values: readonly string[]) {
  const identityDir = await identity("operator", "olga");
  await using feed = connect(FeedAdminServiceService, { address: addresses.feed, identityDir });
  const fingerprints = values.map((value) => ({
    algorithm: "ALGORITHM_MD5" as const,
    value: Buffer.from(value, "hex"),
    quality: 0,
  }));
  return (await feed.findWatermarks({ fingerprints }, { deadline: 60_000 })).found;
}

const valueOf = (change: FeedChange["change"]) => Buffer.from(change?.value.fingerprint?.value ?? []).toString("hex");

test("partners get a signed feed of a list, each with hashes that tell whose copy it is", async () => {
  const listed = oneTo(1000);
  const setId = await sharedSet(listed.map(line), ["nl", "uk"]);
  const [nl, uk] = [await readAll("nl", setId), await readAll("uk", setId)];
  const own = new Set(listed.map(md5));
  const marks = [nl, uk].map(({ changes }) => changes.map(valueOf).filter((value) => !own.has(value)));
  for (const { changes } of [nl, uk]) expect(changes.map(valueOf).filter((value) => own.has(value))).toHaveLength(1000);
  // Two of a small list, and one for each hundred, of which the key says when the last one comes.
  for (const { length } of marks) expect([11, 12]).toContain(length);
  expect(new Set(marks.flat()).size).toBe(marks.flat().length);
  expect((await readAll("nl", setId)).changes).toEqual(nl.changes);
  // As everything in a list, they stand where the ids of their hashes say.
  const parts = nl.changes.map((change) => derivedId("entry", setId, "MD5", valueOf(change)).slice(0, 2));
  expect(parts).toEqual(parts.toSorted());

  const found = await whose([...(marks[0] ?? []), md5(1)]);
  expect(found.map(({ setId: of, recipient }) => `${of} ${recipient}`)).toEqual(
    Array(marks[0]?.length).fill(`${setId} partner/nl`),
  );

  const ben = await maintainer("ben");
  const fingerprint = { algorithm: "ALGORITHM_MD5" as const, value: Buffer.from(md5(7), "hex"), quality: 0 };
  const asked = { requestId: requestId(), setId, entryIds: [], fingerprints: [fingerprint], reason: "a cat" };
  await ben.revokeEntries({ ...asked, cause: "REVOCATION_CAUSE_NOT_ILLEGAL" });
  const { changes } = await readAll("nl", setId, nl.checkpoint);
  expect(changes).toMatchObject([{ $case: "removal", value: { cause: "REVOCATION_CAUSE_NOT_ILLEGAL" } }]);
  expect(changes.map(valueOf)).toEqual([md5(7)]);
});

test("where files have MD5 and SHA-1 together watermarks have both, told alike, and none of an algorithm that is rare", async () => {
  const setId = await sharedSet(oneTo(300).flatMap(lines), ["nl"]);
  const { changes } = await readAll("nl", setId);
  const entries = changes.flatMap((change) => (change?.$case === "put" ? [change.value] : []));
  const keyed = entries.filter(({ fileKey }) => fileKey.length > 0);
  const files = [...Map.groupBy(keyed, ({ fileKey }) => Buffer.from(fileKey).toString("hex")).values()];
  expect(files.length - 300).toBeGreaterThanOrEqual(4);
  for (const [one, other, ...more] of files) {
    const algorithms = new Set([one, other].map((entry) => entry?.fingerprint?.algorithm));
    expect([algorithms, more]).toEqual([new Set(["ALGORITHM_MD5", "ALGORITHM_SHA1"]), []]);
    expect(other).toEqual({ ...one, fingerprint: other?.fingerprint });
  }
  expect(entries.length - keyed.length).toBe(5);
});

test("what a list grows by has watermarks too, and who reads what changed has what who reads it all has", async () => {
  const setId = await sharedSet(oneTo(400).map(line), ["nl"]);
  const before = await readAll("nl", setId);
  const copy = new Map(before.changes.map((change) => [valueOf(change), change?.value]));
  const released = async (rows: readonly string[]) => {
    const [anna, ben] = [await maintainer("anna"), await maintainer("ben")];
    const releaseId = (await anna.uploadRelease(file(setId, rows))).release?.releaseId ?? "";
    await ben.approveRelease({ requestId: requestId(), releaseId });
    await anna.activateRelease({ requestId: requestId(), releaseId });
  };
  let { checkpoint } = before;
  const grown: string[] = [];
  for (const count of [600, 570]) {
    await released(oneTo(count).map(line));
    const read = await readAll("nl", setId, checkpoint);
    checkpoint = read.checkpoint;
    for (const change of read.changes) {
      if (change?.$case === "put") copy.set(valueOf(change), change.value);
      else copy.delete(valueOf(change));
    }
    if (count === 600) grown.push(...read.changes.map(valueOf));
    const whole = await readAll("nl", setId);
    expect(copy).toEqual(new Map(whole.changes.map((change) => [valueOf(change), change?.value])));
  }
  const listed = new Set(oneTo(600).map(md5));
  const marks = grown.filter((value) => !listed.has(value));
  // One for each hundred of the 200 that are new, as the key says one more or fewer.
  expect([1, 2, 3]).toContain(marks.length);
  expect((await whose(marks)).map(({ recipient }) => recipient)).toEqual(marks.map(() => "partner/nl"));
});

test("what members take out for a time, dispute and let in again is told to partners, with and without watermarks", async () => {
  const setId = await sharedSet(oneTo(150).map(line), ["nl"]);
  const { checkpoint } = await readAll("nl", setId);
  const [anna, ben] = [await speaker("anna"), await speaker("ben")];
  await ben.disableEntry({ requestId: requestId(), setId, entry: named(3), days: 3, reason: "looked at again" });
  const opinion = "ENTRY_OPINION_NEGATIVE" as const;
  await anna.giveOpinions({ requestId: requestId(), setId, entries: [named(4)], opinion, note: "" });
  const read = await readAll("nl", setId, checkpoint);
  expect(new Map(read.changes.map((change) => [valueOf(change), change]))).toEqual(
    new Map([
      [md5(3), expect.objectContaining({ $case: "removal", value: expect.objectContaining({ disabled: true }) })],
      [md5(4), expect.objectContaining({ value: expect.objectContaining({ disputed: true, votes: 0 }) })],
    ]),
  );
  await anna.enableEntry({ requestId: requestId(), setId, entry: named(3) });
  await anna.withdrawOpinions({ requestId: requestId(), setId, entries: [named(4)] });
  const again = await readAll("nl", setId, read.checkpoint);
  expect(again.changes).toHaveLength(2);
  for (const change of again.changes) expect(change?.value).toMatchObject({ votes: 1, disputed: false });
});

test("nobody gets what was not shared with them", async () => {
  const setId = await sharedSet([line(1)], ["nl"]);
  await expect(readAll("mallory", setId)).rejects.toMatchObject({ reason: "NOT_FOUND" });
  await expect(readAll("nl", "no-such-set")).rejects.toMatchObject({ reason: "NOT_FOUND" });
  const madeUp = Buffer.from(JSON.stringify({ at: "end", counter: 1, may: "all" })).toString("base64url");
  await expect(readAll("nl", setId, madeUp)).rejects.toMatchObject({ reason: "FIELD_INVALID" });
});

test("another ntd pulls it into a set of its own, where it waits for a person, and takes back what was taken back", async () => {
  const partnerSet = await sharedSet(oneTo(40).map(line), ["ours"]);
  const [anna, ben] = [await maintainer("anna"), await maintainer("ben")];
  const setId = `ours-${randomUUID()}`;
  const machine = {
    person: "service/exchange",
    organisation: "Partner",
    roles: ["SET_MEMBER_ROLE_CONTRIBUTOR" as const],
  };
  const about = { owner: "Hotline", role: "SET_ROLE_POSITIVE" as const, autoIssue: false, minVotes: 1 };
  const members = [...setMembers("anna", "ben"), machine];
  await anna.createSet({ requestId: requestId(), setId, policy: { ...about, thresholds: undefined }, members });
  const [connectorsFile, keysFile] = [join(bed.dir, "connectors.yaml"), join(bed.dir, "partner-keys.json")];
  await writeFile(keysFile, (await (await partner("ours")).listFeedKeys({})).jwksJson);
  const source = { kind: "ntd", address: addresses.feed, partner_set: partnerSet, set: setId, every_minutes: 5 };
  const files = { identity_dir: await identity("partner", "ours"), keys_file: keysFile };
  await writeFile(connectorsFile, JSON.stringify({ connectors: { partner: { ...source, ...files } } }));
  const clock = new MovableClock();
  const from = { connectorsFile, hashlistsAddress: addresses.hashlists };
  held.use(await startConnectors(bed, "127.0.0.1:0", from, clock));
  const released = (count: number) =>
    eventually(`release ${count} waits`, async () => {
      const { releases } = await anna.listReleases({ setId, pageSize: 10, pageToken: "" });
      return releases.length === count && releases[0]?.state === "RELEASE_STATE_VALIDATED" && releases[0];
    });
  const inForce = async (releaseId: string) => {
    await ben.approveRelease({ requestId: requestId(), releaseId });
    await ben.activateRelease({ requestId: requestId(), releaseId });
  };
  const viewer = held.use(
    connect(HashSetViewServiceService, {
      address: addresses.hashlists,
      identityDir: await identity("maintainer", "anna"),
    }),
  );
  /** Votes of what is in force, by hash; some are watermarks. */
  const votes = async () => {
    const only = { algorithm: "ALGORITHM_UNSPECIFIED", state: "ENTRY_STATE_UNSPECIFIED" } as const;
    const { entries } = await viewer.listEntries({ setId, releaseId: "", pageSize: 100, pageToken: "", ...only });
    const active = entries.filter(({ state }) => state === "ENTRY_STATE_ACTIVE");
    return new Map(
      active.map(({ entry }) => [Buffer.from(entry?.fingerprint?.value ?? []).toString("hex"), entry?.votes]),
    );
  };
  const first = await released(1);
  await inForce(first.releaseId);
  const before = await votes();
  expect([1, 2, 3, 4].map((n) => before.get(md5(n)))).toEqual([1, 1, 1, 1]);

  const fingerprint = { algorithm: "ALGORITHM_MD5" as const, value: Buffer.from(md5(2), "hex"), quality: 0 };
  const asked = {
    requestId: requestId(),
    setId: partnerSet,
    entryIds: [],
    fingerprints: [fingerprint],
    reason: "a cat",
  };
  await ben.revokeEntries({ ...asked, cause: "REVOCATION_CAUSE_NOT_ILLEGAL" });
  const about3 = { requestId: requestId(), setId: partnerSet, entry: named(3), days: 3, reason: "looked at again" };
  await (await speaker("ben")).disableEntry(about3);
  const opinion = "ENTRY_OPINION_NEGATIVE" as const;
  const about4 = { requestId: requestId(), setId: partnerSet, entries: [named(4)], opinion, note: "" };
  await (await speaker("anna")).giveOpinions(about4);
  clock.advance(5 * 60_000);
  const second = await released(2);
  expect(second.revokedCount).toBe(1n);
  await inForce(second.releaseId);
  const after = await votes();
  expect([1, 2, 3, 4].map((n) => after.get(md5(n)))).toEqual([1, undefined, undefined, 0]);
  const { revocations } = await anna.listRevocations({ setId, pageSize: 10, pageToken: "" });
  expect(revocations.map(({ cause, entryCount }) => [cause, entryCount])).toEqual([
    ["REVOCATION_CAUSE_NOT_ILLEGAL", 1n],
  ]);
});
