import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import fc from "fast-check";
import { filmsLikeness } from "@ntd/imagehash/films";
import { expect, test } from "vitest";
import { LoadedSet, thresholdsOf } from "../src/lists/loaded-set.ts";
import { ReleaseBuilder } from "../src/entries/release-builder.ts";
import { knownContent, planOfContent } from "../src/rows/row.ts";
import { isFilmMatch } from "../src/search/film-match.ts";
import type { SearchPlan } from "../src/search/search-plan.ts";
import { entry, fingerprint, policy } from "./bed.ts";
import { filmContent, listedFilm, sceneHash, scenes } from "./films.ts";

const setOf = async (entries: Entry[], changes: Partial<SetPolicy> = {}) => {
  const counts = { version: 2, counter: 1, entryCount: entries.length };
  const of = { setId: "set-a", policy: { ...policy, ...changes }, activeReleaseId: "release-1" };
  const known = { schemaVersion: 1, ...of, ...counts } as const;
  using builder = new ReleaseBuilder(thresholdsOf(known));
  for (const one of entries) builder.add(one);
  return new LoadedSet(known, await builder.build());
};
const seen = (shown: readonly string[]): SearchPlan => planOfContent(knownContent(filmContent(shown)));
const numbers = (hit: Awaited<ReturnType<LoadedSet["search"]>>[number] | undefined) => {
  const { entryFrames, entryFramesFound, filmFrames, filmFramesFound } = hit?.film ?? {};
  return [entryFramesFound, entryFrames, filmFramesFound, filmFrames];
};

const film = scenes("film", 60);
const others = scenes("other", 40);

test.each([
  ["as it is", film, [60, 60, 60, 60]],
  ["in any order", film.toReversed(), [60, 60, 60, 60]],
  ["a part of it", film.slice(20, 34), [14, 60, 14, 14]],
  ["in a longer film", [...others, ...film.slice(0, 31)], [31, 60, 31, 71]],
])("a listed film is found %s, nominates only, and says how much of it there is", async (_, shown, told) => {
  const listed = entry(listedFilm(film));
  const set = await setOf([entry(listedFilm(scenes("unrelated", 30))), listed]);
  const hits = await set.search(seen(shown));
  expect(hits).toMatchObject([
    { algorithm: "ALGORITHM_VPDQ", entryId: listed.entryId, distance: 3, threshold: 31, nominatesOnly: true },
  ]);
  expect(numbers(hits[0])).toEqual(told);
  expect(hits[0]?.film?.found).toEqual(shown.flatMap((scene, place) => (film.includes(scene) ? [place] : [])));
  expect(await set.finds([seen(others), seen(shown)])).toEqual([false, true]);
});

test("the numbers are those of frame by frame comparison", async () => {
  const some = fc.array(fc.constantFrom(...film.slice(0, 12)), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(some, some, async (one, other) => {
      const set = await setOf([entry(listedFilm(one))]);
      const [hit] = await set.search(seen(other));
      const frames = (shown: readonly string[], version: number) =>
        shown.map((scene) => ({ pdq: sceneHash(scene, version), quality: 80 }));
      const plain = filmsLikeness(frames(one, 0), frames(other, 3));
      const told = [plain.entryFound, plain.entryFrames, plain.filmFound, plain.filmFrames];
      const [entryFramesFound = 0, entryFrames = 0, filmFramesFound = 0, filmFrames = 0] = told;
      const isHit = isFilmMatch({ entryFramesFound, entryFrames, filmFramesFound, filmFrames });
      expect(hit && numbers(hit)).toEqual(isHit ? told : undefined);
    }),
  );
});

test("too little of it is no hit, and a frame that says too little is in no number", async () => {
  const set = await setOf([entry(listedFilm(film)), entry(listedFilm(scenes("faint", 9), 49))]);
  expect(await set.search(seen([...film.slice(0, 17), ...others]))).toEqual([]);
  expect(await set.search(seen(scenes("faint", 9)))).toEqual([]);
  expect([set.entries.size, set.entries.searchable]).toEqual([2, 1]);
});

test("an intro that unrelated films begin with is in no number; one film listed twice is no stranger to itself", async () => {
  const intro = scenes("intro", 10);
  const [one, again, other] = [
    entry(listedFilm([...intro, ...film])),
    entry(listedFilm(film.slice(5))),
    entry(listedFilm([...intro, ...scenes("quite different", 60)])),
  ];
  const set = await setOf([one, again, other]);
  const hits = await set.search(seen([...intro, ...film.slice(0, 30)]));
  expect(hits.map(({ entryId }) => entryId)).toEqual([one.entryId, again.entryId]);
  expect(numbers(hits[0])).toEqual([30, 60, 30, 30]);
  expect(await set.search(seen([...intro, ...others.slice(0, 5)]))).toEqual([]);
  // Nobody shares the intro any more.
  await set.entries.hide(new Set([other.entryId]));
  expect(numbers((await set.search(seen([...intro, ...film.slice(0, 30)])))[0])).toEqual([40, 70, 40, 40]);
});

test("a film that was taken back is not found, nor any frame of it", async () => {
  const listed = entry(listedFilm(film));
  const set = await setOf([listed, entry(listedFilm(others))]);
  await set.entries.hide(new Set([listed.entryId]));
  expect(await set.search(seen(film))).toEqual([]);
  expect(await set.finds([seen(film)])).toEqual([false]);
  expect(await set.search(seen(others))).toHaveLength(1);
});

test("of a negative set every frame is told that is found, be it one", async () => {
  const set = await setOf([entry(listedFilm([...scenes("intro", 20), ...others]))], { role: "SET_ROLE_NEGATIVE" });
  const [hit] = await set.search(seen([...film, "intro 3"]));
  expect(hit?.film).toMatchObject({ filmFramesFound: 1, found: [60] });
});

test("a listed picture is found in a film once, where it is nearest, with how many frames show it", async () => {
  const picture = entry(fingerprint("ALGORITHM_PDQ", sceneHash("film 12"), 90));
  const set = await setOf([picture]);
  const hits = await set.search(seen([...film, "film 12"]));
  expect(hits).toMatchObject([
    { algorithm: "ALGORITHM_PDQ", entryId: picture.entryId, rendition: "at 12 s", nominatesOnly: true, distance: 3 },
  ]);
  expect(hits[0]?.film).toMatchObject({ filmFramesFound: 2, filmFrames: 61, found: [12, 60] });
});

test("of a film nothing is told that is nearly found", async () => {
  const set = await setOf([entry(fingerprint("ALGORITHM_PDQ", sceneHash("film 12", 40), 90))]);
  expect(await set.nearMisses(seen(film))).toEqual([]);
});

test("of a long film 64 frames that are spread over it are looked up among pictures", async () => {
  const long = scenes("long", 640);
  const set = await setOf([0, 1, 630].map((nth) => entry(fingerprint("ALGORITHM_PDQ", sceneHash(`long ${nth}`), 90))));
  const hits = await set.search(seen(long));
  expect(new Set(hits.map(({ rendition }) => rendition))).toEqual(new Set(["at 0 s", "at 630 s"]));
});
