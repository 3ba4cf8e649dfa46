import { randomUUID } from "node:crypto";
import { nouns, type DataOf } from "@ntd/bus";
import { expectedFalseMatches } from "@ntd/imagehash/compare";
import { generatePicture, reencode, resize } from "@ntd/imagehash/generated";
import { MovableClock, Problem } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { markIn, rangeOf } from "../src/rows/range.ts";
import { matchIdOf } from "../src/ids.ts";
import { openCollections } from "../src/store.ts";
import {
  contentOf,
  contentOfPicture,
  entry,
  listed,
  policy,
  publishRelease,
  publishTarget,
  putInForce,
  revoke,
  startMatching,
} from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

let bed: TestBed;
let hashlists: FakeHashlists;
let matching: Awaited<ReturnType<typeof startMatching>>;
const clock = new MovableClock();

// A bus and a store of its own for each test: what one lists, another must not find.
beforeEach(async () => {
  bed = await startTestBed();
  hashlists = await fakeHashlists(bed);
  matching = await startMatching(bed, hashlists, clock);
});
afterEach(async () => {
  await matching[Symbol.asyncDispose]();
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

type Match = DataOf<"match">;
const matchesOf = async (targetId: string) =>
  (await bed.published(nouns.match)).filter(({ data }) => data.targetId === targetId);

/** Waits for the n-th event about a target, and that there are no more than n. */
async function nthMatch(targetId: string, n: number): Promise<Match & { verb: string }> {
  const events = await eventually(`match ${n} of ${targetId}`, async () => {
    const some = await matchesOf(targetId);
    return some.length >= n && some;
  });
  expect(events).toHaveLength(n);
  const last = events[n - 1];
  if (last === undefined) throw new Error("no event");
  return { ...last.data, verb: last.verb };
}

/** Waits until what was published so far is handled and every row is looked up in every set, by a target of its own. */
async function settled(): Promise<void> {
  const targetId = randomUUID();
  await publishTarget(bed, { targetId, version: 1, content: await contentOfPicture(999) });
  await nthMatch(targetId, 1);
}

/** Waits until a release's first entry can be looked up. */
async function loaded(releaseId: string): Promise<void> {
  const fingerprints = (hashlists.releases.get(releaseId) ?? []).flatMap((one) => one.fingerprint ?? []).slice(0, 1);
  await eventually("the release is loaded", async () => {
    const { hits } = await matching.client.lookup({ fingerprints });
    return hits.some((hit) => hit.releaseId === releaseId);
  });
}

test("a re-encoded picture is found by its likeness, and the match explains itself", async () => {
  const picture = await generatePicture(1);
  const known = await contentOf(picture);
  const one = entry(listed(known, "ALGORITHM_PDQ"), { votes: 4 });
  const releaseId = await putInForce(bed, hashlists, { setId: "set-a", counter: 1 }, [one]);
  await loaded(releaseId);
  const content = await contentOf(await reencode(await resize(picture, { width: 500 })));
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  const match = await nthMatch("t1", 1);
  expect(match).toMatchObject({ verb: "found", episode: 1, contentRevision: 1, tooLittleDetail: false });
  expect(match.searchedSets).toEqual([{ setId: "set-a", counter: 1n }]);
  const [event] = await matchesOf("t1");
  expect(event?.headers["ce-subject"]).toBe(matchIdOf("t1", 1));
  expect(match.hits).toMatchObject([
    {
      algorithm: "ALGORITHM_PDQ",
      setId: "set-a",
      releaseId,
      entryId: one.entryId,
      votes: 4,
      autoIssue: true,
      minVotes: 2,
    },
  ]);
});

test("without any set a target is told of without hits, so that a person gets to see it", async () => {
  await publishTarget(bed, {
    targetId: "t1",
    version: 1,
    content: { ...(await contentOfPicture(1)), tooLittleDetail: true },
  });
  expect(await nthMatch("t1", 1)).toMatchObject({ verb: "none", hits: [], tooLittleDetail: true, searchedSets: [] });
});

test("each episode is told of by itself", async () => {
  const content = await contentOfPicture(1);
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  await publishTarget(bed, { targetId: "t1", version: 2, content: { ...content, revision: 2 }, episode: 2 });
  await eventually("both episodes", async () => (await matchesOf("t1")).length === 2);
  expect((await matchesOf("t1")).map(({ data }) => data.episode)).toEqual(expect.arrayContaining([1, 2]));
});

test("a release that comes into force later finds a target seen earlier", async () => {
  const content = await contentOfPicture(1);
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  await nthMatch("t1", 1);
  const exact = entry(listed(content, "ALGORITHM_SHA1"));
  await putInForce(bed, hashlists, { setId: "set-a", counter: 1 }, [exact]);
  expect(await nthMatch("t1", 2)).toMatchObject({ verb: "found", hits: [{ entryId: exact.entryId }] });
});

test("hits that change are told again; what stays the same is not, whatever comes again", async () => {
  const content = await contentOfPicture(1);
  const set = { setId: "set-a", counter: 1 };
  const exact = entry(listed(content, "ALGORITHM_MD5"));
  const near = entry(listed(content, "ALGORITHM_PDQ"));
  const releaseId = await putInForce(bed, hashlists, set, [exact]);
  await loaded(releaseId);
  await settled();
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  expect((await nthMatch("t1", 1)).hits).toHaveLength(1);

  // The same facts under fresh message ids, and the same list again as another release.
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  await publishRelease(bed, { ...set, activeReleaseId: releaseId, entryCount: 1 });
  const same = await putInForce(bed, hashlists, { ...set, counter: 2 }, [exact]);
  await loaded(same);
  await publishTarget(bed, { targetId: "t1", version: 2, content });
  await settled();
  await searchedThrough("t1", 2);
  expect(await matchesOf("t1")).toHaveLength(1);

  await putInForce(bed, hashlists, { ...set, counter: 3 }, [exact, near]);
  expect((await nthMatch("t1", 2)).hits.map(({ entryId }) => entryId)).toEqual([exact.entryId, near.entryId]);
  await putInForce(bed, hashlists, { ...set, counter: 4 }, [near]);
  expect((await nthMatch("t1", 3)).hits.map(({ entryId }) => entryId)).toEqual([near.entryId]);
  await putInForce(bed, hashlists, { ...set, counter: 5 }, [entry(listed(await contentOfPicture(2), "ALGORITHM_MD5"))]);
  expect(await nthMatch("t1", 4)).toMatchObject({ verb: "none", hits: [] });
});

test("a release that comes too late changes nothing, after a restart neither", async () => {
  const content = await contentOfPicture(1);
  const exact = entry(listed(content, "ALGORITHM_MD5"));
  const current = await putInForce(bed, hashlists, { setId: "set-a", counter: 7 }, [exact]);
  await loaded(current);
  const old = await putInForce(bed, hashlists, { setId: "set-a", counter: 6 }, [exact]);
  const other = entry(listed(await contentOfPicture(2), "ALGORITHM_MD5"));
  await loaded(await putInForce(bed, hashlists, { setId: "set-b", counter: 1 }, [other]));
  await matching[Symbol.asyncDispose]();
  matching = await startMatching(bed, hashlists, clock, { STORE_URL: matching.storeUrl });
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  expect((await nthMatch("t1", 1)).hits).toMatchObject([{ releaseId: current }]);
  expect(hashlists.asked).not.toContain(old);
});

test("a revoked entry is found no more, and a target told of it loses the hit; the release is not read again", async () => {
  const content = await contentOfPicture(1);
  const near = entry(listed(content, "ALGORITHM_PDQ"));
  const exact = entry(listed(content, "ALGORITHM_SHA256"));
  const set = { setId: "set-a", counter: 1 };
  const activeReleaseId = await putInForce(bed, hashlists, set, [near, exact]);
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  await eventually("both hits", async () => (await matchesOf("t1")).at(-1)?.data.hits.length === 2);
  const told = (await matchesOf("t1")).length;
  await revoke(bed, hashlists, { ...set, counter: 2, activeReleaseId }, [near.entryId]);
  const match = await nthMatch("t1", told + 1);
  expect(match).toMatchObject({ hits: [{ entryId: exact.entryId }], searchedSets: [{ setId: "set-a", counter: 2n }] });
  const expired = "REVOCATION_CAUSE_EXPIRED";
  const two = ["maintainer/anna", "maintainer/ben"];
  await revoke(bed, hashlists, { ...set, counter: 3, activeReleaseId }, [exact.entryId], expired, two);
  expect(await nthMatch("t1", told + 2)).toMatchObject({
    verb: "none",
    hits: [],
    revokedHits: [
      { setId: "set-a", entryId: near.entryId, cause: "REVOCATION_CAUSE_WRONG_FILE", revokedBy: ["maintainer/anna"] },
      { setId: "set-a", entryId: exact.entryId, cause: expired, revokedBy: two },
    ],
  });
  expect(hashlists.asked.filter((asked) => asked === activeReleaseId)).toHaveLength(1);
});

test("an entry that a release drops says nothing; who calls it wrong later, with another release at once, is told", async () => {
  const content = await contentOfPicture(1);
  const [dropped, kept] = [entry(listed(content, "ALGORITHM_PDQ")), entry(listed(content, "ALGORITHM_SHA256"))];
  await putInForce(bed, hashlists, { setId: "set-a", counter: 1 }, [dropped, kept]);
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  await eventually("both hits", async () => (await matchesOf("t1")).at(-1)?.data.hits.length === 2);
  const told = (await matchesOf("t1")).length;
  await putInForce(bed, hashlists, { setId: "set-a", counter: 2 }, [kept]);
  expect(await nthMatch("t1", told + 1)).toMatchObject({ hits: [{ entryId: kept.entryId }], revokedHits: [] });
  await settled();
  const wrong = { cause: "REVOCATION_CAUSE_NOT_ILLEGAL" as const, revokedBy: ["maintainer/ben"] };
  hashlists.revocations.set("set-a", [{ counter: 3, entryIds: [dropped.entryId], ...wrong }]);
  await putInForce(bed, hashlists, { setId: "set-a", counter: 4 }, [kept]);
  expect(await nthMatch("t1", told + 2)).toMatchObject({
    hits: [{ entryId: kept.entryId }],
    revokedHits: [{ setId: "set-a", entryId: dropped.entryId, ...wrong }],
  });
});

test("a revocation makes no row without hits be searched or written again", async () => {
  const [hit, other] = [await contentOfPicture(1), await contentOfPicture(2)];
  const near = entry(listed(hit, "ALGORITHM_PDQ"));
  const set = { setId: "set-a", counter: 1 };
  const activeReleaseId = await putInForce(bed, hashlists, set, [near]);
  await loaded(activeReleaseId);
  await publishTarget(bed, { targetId: "hit", version: 1, content: hit });
  await publishTarget(bed, { targetId: "other", version: 1, content: other });
  await nthMatch("hit", 1);
  await nthMatch("other", 1);
  await revoke(bed, hashlists, { ...set, counter: 2, activeReleaseId }, [near.entryId]);
  expect(await nthMatch("hit", 2)).toMatchObject({ verb: "none" });
  await settled();
  await matching[Symbol.asyncDispose]();
  await using store = await openStore(matching.storeUrl);
  const { rows } = await openCollections(store);
  const load = async (id: string) => await rows.load(matchIdOf(id, 1));
  expect((await load("hit"))?.state.searched).toMatchObject([{ counter: 2, hits: [] }]);
  expect((await load("other"))?.state.searched).toMatchObject([{ counter: 1, hits: [] }]);
});

test("what was revoked stays out of a release that comes into force later", async () => {
  const content = await contentOfPicture(1);
  const near = entry(listed(content, "ALGORITHM_PDQ"));
  const other = entry(listed(await contentOfPicture(2), "ALGORITHM_MD5"));
  const set = { setId: "set-a", counter: 1 };
  const activeReleaseId = await putInForce(bed, hashlists, set, [other]);
  await loaded(activeReleaseId);
  await revoke(bed, hashlists, { ...set, counter: 2, activeReleaseId }, [near.entryId]);
  await loaded(await putInForce(bed, hashlists, { ...set, counter: 3 }, [other, near]));
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  expect(await nthMatch("t1", 1)).toMatchObject({ verb: "none", searchedSets: [{ counter: 3n }] });
});

test("a hit in a negative set vetoes likeness, and each hit by likeness says how many are expected by accident", async () => {
  const picture = await generatePicture(1);
  const content = await contentOf(picture);
  const negative = { ...policy, role: "SET_ROLE_NEGATIVE" as const, autoIssue: false };
  const near = entry(listed(content, "ALGORITHM_PDQ"));
  await loaded(await putInForce(bed, hashlists, { setId: "set-a", counter: 1 }, [near]));
  const innocent = entry(listed(content, "ALGORITHM_PDQ"));
  await loaded(await putInForce(bed, hashlists, { setId: "innocent", counter: 1, policy: negative }, [innocent]));
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  const byEntry = Object.fromEntries((await nthMatch("t1", 1)).hits.map((hit) => [hit.entryId, hit]));
  expect(byEntry[near.entryId]).toMatchObject({ vetoedBySet: "innocent", crossRecipe: false });
  expect(byEntry[innocent.entryId]?.vetoedBySet).toBe("");
  expect(byEntry[near.entryId]?.expectedFalseMatches).toBe(expectedFalseMatches("pdq", 0, 8));

  // The same bytes in a positive set settle it.
  const exact = entry(listed(content, "ALGORITHM_SHA256"));
  await putInForce(bed, hashlists, { setId: "set-b", counter: 1 }, [exact]);
  const settled = await nthMatch("t1", 2);
  expect(settled.hits[0]).toMatchObject({ entryId: exact.entryId, expectedFalseMatches: 0 });
  expect(settled.hits.map(({ vetoedBySet }) => vetoedBySet)).toEqual(["", "", ""]);
});

test("hits of a negative set are told as such", async () => {
  const content = await contentOfPicture(1);
  const negative = { ...policy, role: "SET_ROLE_NEGATIVE" as const, autoIssue: false };
  const exact = entry(listed(content, "ALGORITHM_MD5"));
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  await nthMatch("t1", 1);
  await putInForce(bed, hashlists, { setId: "known-good", counter: 1, policy: negative }, [exact]);
  expect(await nthMatch("t1", 2)).toMatchObject({ hits: [{ setRole: "SET_ROLE_NEGATIVE", autoIssue: false }] });
});

test("until all lists are loaded nothing is looked up, asked or told; then everything is", async () => {
  const content = await contentOfPicture(1);
  const exact = entry(listed(content, "ALGORITHM_MD5"));
  await loaded(await putInForce(bed, hashlists, { setId: "set-a", counter: 1 }, [exact]));
  await settled();
  await matching[Symbol.asyncDispose]();

  hashlists.down = true;
  hashlists.asked.length = 0;
  matching = await startMatching(bed, hashlists, clock, { STORE_URL: matching.storeUrl });
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  await eventually("it asked twice", () => hashlists.asked.length >= 2);
  const lookup = () => matching.client.lookup({ fingerprints: [listed(content, "ALGORITHM_MD5")] });
  await expect(lookup()).rejects.toMatchObject({ reason: "PEER_UNAVAILABLE" });
  expect(await matchesOf("t1")).toEqual([]);

  hashlists.down = false;
  expect(await nthMatch("t1", 1)).toMatchObject({ verb: "found" });
  expect((await lookup()).hits).toMatchObject([{ entryId: exact.entryId }]);
});

test("a release of which not all entries come is not taken for the whole", async () => {
  const content = await contentOfPicture(1);
  const first = await putInForce(bed, hashlists, { setId: "set-a", counter: 1 }, [
    entry(listed(content, "ALGORITHM_MD5")),
  ]);
  await loaded(first);
  hashlists.releases.set("half", []);
  await publishRelease(bed, { setId: "set-a", counter: 2, activeReleaseId: "half", entryCount: 3 });
  await eventually("it asked twice", () => hashlists.asked.filter((id) => id === "half").length >= 2);
  await publishTarget(bed, { targetId: "t1", version: 1, content });
  expect(await nthMatch("t1", 1)).toMatchObject({ hits: [{ releaseId: first }], searchedSets: [{ counter: 1n }] });
});

test("casework looks up what a reporter sent; what is malformed has a name, and nobody else may ask", async () => {
  const content = await contentOfPicture(1);
  const exact = entry(listed(content, "ALGORITHM_SHA256"));
  const near = entry(listed(content, "ALGORITHM_PDQ"));
  await putInForce(bed, hashlists, { setId: "set-a", counter: 1 }, [exact, near]);
  const fingerprints = content.fingerprints.filter(({ algorithm }) => algorithm !== "ALGORITHM_MD5");
  const hits = await eventually("loaded", async () => {
    const answer = await matching.client.lookup({ fingerprints });
    return answer.hits.length > 0 && answer.hits;
  });
  expect(hits.map(({ entryId }) => entryId)).toEqual([exact.entryId, near.entryId]);
  const short = { algorithm: "ALGORITHM_MD5" as const, value: new Uint8Array(15), quality: 0 };
  const problem = await matching.client.lookup({ fingerprints: [short] }).catch((e: unknown) => Problem.from(e));
  expect(problem).toMatchObject({ reason: "FIELD_INVALID", fields: [{ field: "fingerprints[0].value" }] });
  const many = Array.from({ length: 101 }, () => short);
  await expect(matching.client.lookup({ fingerprints: many })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
});

/** Stops the service and reads how far a target's row was searched; starts it again. */
async function searchedThrough(targetId: string, counter: number): Promise<void> {
  const id = matchIdOf(targetId, 1);
  await eventually(
    `searched through ${counter}`,
    async () => {
      await matching[Symbol.asyncDispose]();
      const store = await openStore(matching.storeUrl);
      const { ranges } = await openCollections(store);
      const range = await ranges.load(rangeOf(id));
      await store[Symbol.asyncDispose]();
      matching = await startMatching(bed, hashlists, clock, { STORE_URL: matching.storeUrl });
      if (range !== undefined && markIn(range.state, "set-a") >= counter) return true;
      // Stopped at once again, it would not come to it on a slow machine.
      await settled();
      return false;
    },
    40_000,
  );
}

test("who asks is told the nearest entries beyond the threshold, which decide nothing", async () => {
  const seen = await contentOfPicture(40);
  const own = listed(seen, "ALGORITHM_PDQ");
  const missing = (bits: number) => ({ ...own, value: own.value.map((byte, i) => (i < bits / 8 ? byte ^ 255 : byte)) });
  const entries = [missing(8), missing(40), missing(64), missing(72)].map((one) => entry(one));
  await loaded(await putInForce(bed, hashlists, { setId: "set-a", counter: 1 }, entries));
  const ask = { fingerprints: [own], recipe: "exact-1" };
  const { hits, nearMisses } = await matching.client.lookup({ ...ask, withNearMisses: true });
  expect(hits.map(({ distance }) => distance)).toEqual([8]);
  expect(nearMisses.map(({ distance, threshold }) => [distance, threshold])).toEqual([
    [40, 31],
    [64, 31],
  ]);
  expect((await matching.client.lookup(ask)).nearMisses).toEqual([]);
});
