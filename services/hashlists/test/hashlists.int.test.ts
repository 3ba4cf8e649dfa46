import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { MovableClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { filmText, filmValue } from "@ntd/imagehash/films";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HEADER, list, md5, md5Line, members, newSet, policy, rolledBack, startHashlists, upload } from "./bed.ts";

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
const clock = new MovableClock();
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await startHashlists(bed, clock);
});
afterAll(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const requestId = () => randomUUID();
const eventsOf = async (setId: string) =>
  (await bed.published(nouns.release)).filter(({ data }) => data.setId === setId);

/** Uploads by Anna, approves by Ben, activates by Anna. */
async function putInForce(setId: string, file: string): Promise<string> {
  const { anna, ben } = hashlists;
  const { release } = await upload(anna, setId, file);
  const releaseId = release?.releaseId ?? "";
  await ben.approveRelease({ requestId: requestId(), releaseId });
  await anna.activateRelease({ requestId: requestId(), releaseId });
  return releaseId;
}

test("a list goes from upload over a second person into force, and each step is told", async () => {
  const { anna, ben, entries } = hashlists;
  const setId = await newSet(anna);
  const { release, problems } = await upload(anna, setId, list(3), { chunkBytes: 7 });
  expect(problems).toEqual([]);
  expect(release).toMatchObject({
    setId,
    state: "RELEASE_STATE_VALIDATED",
    entryCount: 3n,
    uploadedBy: "maintainer/anna",
  });
  const releaseId = release?.releaseId ?? "";

  await expect(entries(releaseId)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  await expect(anna.activateRelease({ requestId: requestId(), releaseId })).rejects.toMatchObject({
    reason: "WRONG_STATE",
  });
  await expect(anna.approveRelease({ requestId: requestId(), releaseId })).rejects.toMatchObject({
    reason: "SAME_PERSON",
  });
  const approved = await ben.approveRelease({ requestId: requestId(), releaseId });
  expect(approved.release).toMatchObject({ state: "RELEASE_STATE_APPROVED", approvedBy: "maintainer/ben" });
  const activated = await anna.activateRelease({ requestId: requestId(), releaseId });
  expect(activated.release).toMatchObject({ state: "RELEASE_STATE_ACTIVE" });

  const found = await entries(releaseId);
  expect(found.map(({ fingerprint }) => Buffer.from(fingerprint?.value ?? []).toString("hex")).toSorted()).toEqual([
    md5(1),
    md5(2),
    md5(3),
  ]);
  const events = await eventually("two events", async () => {
    const seen = await eventsOf(setId);
    return seen.length === 2 && seen;
  });
  expect(events.map(({ verb, version }) => [verb, version])).toEqual([
    ["created", 1],
    ["activated", 2],
  ]);
  expect(events[0]?.data).toMatchObject({
    activeReleaseId: "",
    counter: 0n,
    policy: { ...policy, thresholds: { pdq: 31 } },
  });
  expect(events[1]?.data).toMatchObject({ activeReleaseId: releaseId, counter: 1n, entryCount: 3n });
});

test("an earlier release is the way back, and what is superseded is computed", async () => {
  const { anna } = hashlists;
  const setId = await newSet(anna);
  const first = await putInForce(setId, list(1));
  clock.advance(1000);
  const second = await putInForce(setId, list(2));
  const states = async () =>
    (await anna.listReleases({ setId, pageSize: 0, pageToken: "" })).releases.map((r) => [r.releaseId, r.state]);
  expect(await states()).toEqual([
    [second, "RELEASE_STATE_ACTIVE"],
    [first, "RELEASE_STATE_SUPERSEDED"],
  ]);
  // One person's word is not enough for it.
  await expect(anna.activateRelease({ requestId: requestId(), releaseId: first })).rejects.toMatchObject({
    reason: "WRONG_STATE",
    message: expect.stringContaining("rollback_to_release_id"),
  });
  const again = await rolledBack(hashlists, setId, first);
  expect(again.change).toMatchObject({ state: "SET_CHANGE_STATE_IN_FORCE", rollbackToReleaseId: first, counter: 3n });
  expect(await states()).toEqual([
    [second, "RELEASE_STATE_SUPERSEDED"],
    [first, "RELEASE_STATE_ACTIVE"],
  ]);
  await expect(anna.activateRelease({ requestId: requestId(), releaseId: first })).rejects.toMatchObject({
    reason: "WRONG_STATE",
  });
  const counters = await eventually("four events", async () => {
    const seen = await eventsOf(setId);
    return seen.length === 4 && seen.map(({ data }) => data.counter);
  });
  expect(counters).toEqual([0n, 1n, 2n, 3n]);
});

test("the same hash is the same entry in the next release, with its classification and votes", async () => {
  const { anna, entries } = hashlists;
  const setId = await newSet(anna);
  const pdq = "0f".repeat(32);
  const first = await putInForce(setId, `${HEADER}\npdq,${pdq},77,iwf,A,3,s-1\n`);
  const second = await putInForce(setId, `${HEADER}\n${md5Line(1)}\npdq,${pdq.toUpperCase()},77,iwf,A,3,s-2\n`);
  const [before] = await entries(first);
  expect(before).toMatchObject({
    fingerprint: { algorithm: "ALGORITHM_PDQ", quality: 77 },
    classification: { scheme: "iwf", code: "A" },
    votes: 3,
  });
  expect(await entries(second)).toContainEqual(before);
});

test("more entries than go into one message all come, each once", async () => {
  const setId = await newSet(hashlists.anna);
  const releaseId = await putInForce(setId, list(2500));
  const ids = (await hashlists.entries(releaseId)).map(({ entryId }) => entryId);
  expect([ids.length, new Set(ids).size]).toEqual([2500, 2500]);
});

test("a list of which nothing can be read is rejected, with all faults counted and named, and holds no entries", async () => {
  const { anna, ben } = hashlists;
  const setId = await newSet(anna);
  const bad = Array.from({ length: 1200 }, (_, i) => `md5,bad${i},,,,,`);
  const { release, problems } = await upload(anna, setId, [HEADER, ...bad].join("\r\n"));
  expect(release).toMatchObject({ state: "RELEASE_STATE_REJECTED", problemCount: 1200n, entryCount: 0n });
  expect(problems.length).toBe(1000);
  expect(problems[0]).toMatchObject({ line: 2n, field: "value" });
  const releaseId = release?.releaseId ?? "";
  await expect(ben.approveRelease({ requestId: requestId(), releaseId })).rejects.toMatchObject({
    reason: "WRONG_STATE",
  });
  expect(await eventsOf(setId)).toHaveLength(1);
});

test("sets and releases are listed page by page", async () => {
  const { anna, as } = hashlists;
  const operator = await as("operator", "olga");
  const setId = await newSet(anna);
  for (let i = 1; i <= 3; i++) {
    await upload(anna, setId, list(i));
    clock.advance(1000);
  }
  const counts: bigint[] = [];
  for (let pageToken = "", pages = 0; pages === 0 || pageToken !== ""; pages++) {
    const page = await operator.listReleases({ setId, pageSize: 2, pageToken });
    counts.push(...page.releases.map(({ entryCount }) => entryCount));
    pageToken = page.nextPageToken;
  }
  expect(counts).toEqual([3n, 2n, 1n]);
  const sets = new Set<string>();
  for (let pageToken = "", pages = 0; pages === 0 || pageToken !== ""; pages++) {
    const page = await operator.listSets({ pageSize: 2, pageToken });
    for (const set of page.sets) sets.add(set.setId);
    pageToken = page.nextPageToken;
  }
  expect(sets).toContain(setId);
});

test("who may do what is told by the certificate", async () => {
  const { as } = hashlists;
  const refused = { reason: "NOT_ALLOWED" };
  const [assessor, operator] = [await as("assessor", "arne"), await as("operator", "olga")];
  await expect(assessor.listSets({ pageSize: 0, pageToken: "" })).rejects.toMatchObject(refused);
  await expect(operator.createSet({ requestId: requestId(), setId: "x", policy, members })).rejects.toMatchObject(
    refused,
  );
});

test("films go out as their frames, change from release to release, and are taken back by them", async () => {
  const { anna, entries, changes } = hashlists;
  const setId = await newSet(anna);
  const film = (seed: number, length: number) =>
    Array.from({ length }, (_, nth) => ({ pdq: Buffer.alloc(32, seed), quality: 80, timeMs: 1000 * nth }));
  const [short, longest, later] = [film(1, 2), film(2, 1000), film(3, 5)];
  const line = (frames: ReturnType<typeof film>) => `vpdq,${filmText(frames)},,,,,`;
  const first = await putInForce(setId, [HEADER, line(short), md5Line(1), line(longest)].join("\n"));
  const valuesOf = (some: Entry[]) =>
    some.flatMap(({ fingerprint }) =>
      fingerprint?.algorithm === "ALGORITHM_VPDQ" ? Buffer.from(fingerprint.value).toString("base64") : [],
    );
  const valueOf = (frames: ReturnType<typeof film>) => Buffer.from(filmValue(frames)).toString("base64");
  expect(valuesOf(await entries(first)).toSorted()).toEqual([valueOf(short), valueOf(longest)].toSorted());

  await putInForce(setId, [HEADER, line(later), md5Line(1), line(longest)].join("\n"));
  const added: Entry[] = [];
  for await (const change of changes(setId, 1n)) added.push(...change.added);
  expect(valuesOf(added)).toEqual([valueOf(later)]);

  const fingerprint = { algorithm: "ALGORITHM_VPDQ", value: filmValue(longest), quality: 0 } as const;
  const reason = { reason: "listed by mistake", cause: "REVOCATION_CAUSE_WRONG_FILE" } as const;
  const asked = { requestId: requestId(), setId, entryIds: [], fingerprints: [fingerprint], ...reason };
  const { revocation } = await anna.revokeEntries(asked);
  expect(revocation).toMatchObject({ state: "REVOCATION_STATE_EFFECTIVE", entryCount: 1n });
});

test("a faulty frame of a film is named by its line and place", async () => {
  const setId = await newSet(hashlists.anna);
  const frame = `${"07".repeat(32)}:80`;
  const file = [HEADER, md5Line(1), `vpdq,${frame}:1 ${frame}:0.5,,,,,`, `vpdq,${frame}:1,80,,,,`].join("\n");
  const { release, problems } = await upload(hashlists.anna, setId, file);
  expect(release).toMatchObject({ state: "RELEASE_STATE_VALIDATED", problemCount: 2n, entryCount: 1n });
  expect(problems).toMatchObject([
    { line: 3n, field: "value", problem: expect.stringContaining("frame 2 is shown before") },
    { line: 4n, field: "quality" },
  ]);
});
