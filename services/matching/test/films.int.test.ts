import { randomUUID } from "node:crypto";
import { nouns, type DataOf } from "@ntd/bus";
import { MovableClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { entry, fingerprint, policy, publishTarget, putInForce, revoke, startMatching } from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";
import { filmContent, listedFilm, sceneHash, scenes } from "./films.ts";

let bed: TestBed;
let hashlists: FakeHashlists;
let matching: Awaited<ReturnType<typeof startMatching>>;
beforeEach(async () => {
  bed = await startTestBed();
  hashlists = await fakeHashlists(bed);
  matching = await startMatching(bed, hashlists, new MovableClock());
});
afterEach(async () => {
  await matching[Symbol.asyncDispose]();
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

/** What was told last of a target, once it has as many hits. */
async function toldOf(targetId: string, hits: number): Promise<DataOf<"match">> {
  return eventually(`${targetId} is told with ${hits} hits`, async () => {
    const last = (await bed.published(nouns.match)).findLast(({ data }) => data.targetId === targetId);
    expect(last?.data.hits).toHaveLength(hits);
    return last?.data ?? false;
  });
}

const film = scenes("film", 20);
const innocent = { ...policy, role: "SET_ROLE_NEGATIVE" as const, autoIssue: false };

test("a film is found by a list that was there and by a later one, and no more once the entry was taken back", async () => {
  const [listed, part] = [entry(listedFilm(film)), entry(listedFilm(film.slice(0, 7)))];
  const set = { setId: randomUUID(), counter: 1 };
  await putInForce(bed, hashlists, set, [listed]);
  await publishTarget(bed, { targetId: "known", version: 1, content: filmContent(film.slice(5)) });
  await publishTarget(bed, { targetId: "unknown", version: 1, content: filmContent(scenes("else", 30)) });
  const told = await toldOf("known", 1);
  expect(told.hits).toMatchObject([
    { algorithm: "ALGORITHM_VPDQ", entryId: listed.entryId, nominatesOnly: true, distance: 3, threshold: 31 },
  ]);
  expect(told.hits[0]?.film).toMatchObject({
    entryFrames: 20,
    entryFramesFound: 15,
    filmFrames: 15,
    filmFramesFound: 15,
  });
  await toldOf("unknown", 0);

  const later = entry(listedFilm(scenes("else", 12)));
  const activeReleaseId = await putInForce(bed, hashlists, { ...set, counter: 2 }, [listed, later, part]);
  expect((await toldOf("unknown", 1)).hits).toMatchObject([{ entryId: later.entryId }]);

  await revoke(bed, hashlists, { ...set, counter: 3, activeReleaseId }, [later.entryId]);
  const lost = await toldOf("unknown", 0);
  expect(lost.revokedHits).toMatchObject([{ entryId: later.entryId }]);
  await toldOf("known", 1);
});

test("a film of an hour, of which a column does not hold all frames, is found by a later list", async () => {
  await publishTarget(bed, { targetId: "long", version: 1, content: filmContent(scenes("hour", 3600)) });
  await toldOf("long", 0);
  const ten = entry(listedFilm(scenes("hour", 3600).slice(3000, 3010)));
  await putInForce(bed, hashlists, { setId: randomUUID(), counter: 1 }, [ten]);
  const { hits } = await toldOf("long", 1);
  expect(hits[0]?.film).toMatchObject({ entryFramesFound: 10, filmFrames: 3600 });
});

test("what a negative set has, as films or as pictures, counts in no other, and speaks against what is left of nothing", async () => {
  const listed = entry(listedFilm(film));
  await putInForce(bed, hashlists, { setId: "listed", counter: 1 }, [listed]);
  await publishTarget(bed, { targetId: "seen", version: 1, content: filmContent(film) });
  await toldOf("seen", 1);
  const intro = entry(listedFilm([...film.slice(0, 4), ...scenes("innocent", 9)]));
  const picture = entry(fingerprint("ALGORITHM_PDQ", sceneHash("film 19"), 90));
  const set = { setId: "innocent", counter: 1, policy: innocent };
  await putInForce(bed, hashlists, set, [intro, picture]);
  const some = (await toldOf("seen", 3)).hits.find(({ setId }) => setId === "listed");
  expect(some).toMatchObject({ vetoedBySet: "", film: { entryFramesFound: 15, filmFrames: 15, filmFramesFound: 15 } });
  await putInForce(bed, hashlists, { ...set, counter: 2 }, [intro, picture, entry(listedFilm(film))]);
  const all = (await toldOf("seen", 4)).hits.find(({ setId }) => setId === "listed");
  expect(all).toMatchObject({ vetoedBySet: "innocent", film: { filmFramesFound: 0 } });
});

test("who looks a film up that somebody else hashed is told what it matches; what is none has a name", async () => {
  const listed = entry(listedFilm(film));
  await putInForce(bed, hashlists, { setId: randomUUID(), counter: 1 }, [listed]);
  const part = listedFilm(film.slice(3, 10));
  const { hits } = await eventually("the list is loaded", async () => {
    const answer = await matching.client.lookup({ fingerprints: [part] });
    return answer.hits.length > 0 && answer;
  });
  expect(hits).toMatchObject([{ entryId: listed.entryId, film: { filmFramesFound: 7, filmFrames: 7 } }]);
  const refused = (fingerprints: (typeof part)[]) => matching.client.lookup({ fingerprints });
  await expect(refused([{ ...part, value: new Uint8Array(36) }])).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  await expect(refused([part, part])).rejects.toMatchObject({ reason: "FIELD_INVALID" });
});
