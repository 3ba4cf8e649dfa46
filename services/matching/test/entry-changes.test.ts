import { createHash } from "node:crypto";
import { startThreads } from "@ntd/hammingindex";
import { filmValue } from "@ntd/imagehash/films";
import type { Algorithm } from "@ntd/proto/common/v1/common";
import type { Entry, StreamChangesResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { derivedId, Problem } from "@ntd/service";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { changesTo } from "../src/lists/entry-changes.ts";
import { LoadedSet } from "../src/lists/loaded-set.ts";
import { ReleaseBuilder } from "../src/entries/release-builder.ts";
import type { Hashlists } from "../src/lists/set-entries.ts";
import type { SearchPlan } from "../src/search/search-plan.ts";
import { seenFrames } from "../src/search/seen-film.ts";
import type { KnownSet } from "../src/store.ts";
import { policy, thresholds } from "./bed.ts";

const ALGORITHMS = [
  "ALGORITHM_MD5",
  "ALGORITHM_SHA256",
  "ALGORITHM_PDQ",
  "ALGORITHM_BLOCKHASH256",
  "ALGORITHM_VPDQ",
] as const;
const LENGTHS: Partial<Record<Algorithm, number>> = { ALGORITHM_MD5: 16 };
function valueOf(n: number, algorithm: Algorithm): Uint8Array {
  const pdq = createHash("sha256").update(`${n}`).digest();
  if (algorithm === "ALGORITHM_VPDQ") return filmValue([{ pdq, quality: 90, timeMs: 0 }]);
  return pdq.subarray(0, LENGTHS[algorithm] ?? 32);
}

/** A list by the numbers of its entries, and their votes. */
type List = ReadonlyMap<number, number>;

function entryOf(n: number, votes: number): Entry {
  const algorithm = ALGORITHMS[n % ALGORITHMS.length] ?? "ALGORITHM_MD5";
  const fingerprint = { algorithm, value: valueOf(n, algorithm), quality: 90 };
  return { entryId: derivedId("entry", n), fingerprint, classification: undefined, votes };
}

const knownAs = (list: List, counter: number): KnownSet => ({
  schemaVersion: 1,
  setId: "a",
  version: counter,
  policy,
  activeReleaseId: `r${counter}`,
  entryCount: list.size,
  counter,
});

async function loaded(list: List, counter: number): Promise<LoadedSet> {
  using builder = new ReleaseBuilder(thresholds);
  for (const [n, votes] of list) builder.add(entryOf(n, votes));
  return new LoadedSet(knownAs(list, counter), await builder.build());
}

function headerOf(list: List, counter: number) {
  const counts = { throughCounter: BigInt(counter), entryCount: BigInt(list.size), releaseId: `r${counter}` };
  return { ...counts, historyUnknown: false, policy: undefined, policyChanged: false, othersInBetween: true };
}

const NOTHING: StreamChangesResponse = { header: undefined, added: [], changed: [], removedEntryIds: [], restated: [] };

function telling(was: List, now: List, header: Partial<ReturnType<typeof headerOf>> = {}) {
  const streamChanges: Hashlists["streamChanges"] = async function* tell({ throughCounter }) {
    yield { ...NOTHING, header: { ...headerOf(now, Number(throughCounter)), ...header } };
    for (const [n, votes] of now) {
      if (!was.has(n)) yield { ...NOTHING, added: [entryOf(n, votes)] };
      else if (was.get(n) !== votes) yield { ...NOTHING, changed: [entryOf(n, votes)] };
    }
    yield { ...NOTHING, removedEntryIds: [...was.keys()].filter((n) => !now.has(n)).map((n) => derivedId("entry", n)) };
  };
  return { streamChanges };
}

function planOf(numbers: Iterable<number>): SearchPlan {
  const wanted = Array.from(numbers, (n) => entryOf(n, 0).fingerprint).filter((one) => one !== undefined);
  const near = (algorithm: Algorithm) =>
    wanted.filter((one) => one.algorithm === algorithm).map(({ value }) => ({ form: "original", value, quality: 90 }));
  const equal = (algorithm: "ALGORITHM_MD5" | "ALGORITHM_SHA256") =>
    wanted.filter((one) => one.algorithm === algorithm).map(({ value }) => ({ algorithm, value }));
  return {
    recipe: "exact-1",
    equal: [...equal("ALGORITHM_MD5"), ...equal("ALGORITHM_SHA256")],
    near: { ALGORITHM_PDQ: near("ALGORITHM_PDQ"), ALGORITHM_BLOCKHASH256: near("ALGORITHM_BLOCKHASH256") },
    film: wanted
      .filter(({ algorithm }) => algorithm === "ALGORITHM_VPDQ")
      .flatMap(({ value }, place) => seenFrames(value).map((frame) => ({ ...frame, place }))),
  };
}

const signal = AbortSignal.abort("never asked");
const many: List = new Map(Array.from({ length: 40 }, (_, nth) => [nth + 100, 1]));
const listOf = fc.uniqueArray(fc.nat({ max: 15 }), { maxLength: 3 }).chain((numbers) =>
  fc.array(fc.nat({ max: 2 }), { minLength: 3, maxLength: 3 }).map((votes) => {
    return new Map([...many, ...numbers.map((n, at) => [n, votes[at] ?? 0] as const)]);
  }),
);

test("whatever the releases that follow each other, what changes are taken in finds what the last one read whole does", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(listOf, { minLength: 2, maxLength: 5 }), async (lists) => {
      const [first = many, ...others] = lists;
      let set = await loaded(first, 1);
      let was: List = first;
      let isWhole = false;
      for (const [at, now] of others.entries()) {
        const known = knownAs(now, at + 2);
        const changes = await changesTo(known, set, telling(was, now), signal);
        isWhole ||= changes === undefined;
        if (changes === undefined) break;
        (await set.entries.prepare(changes))();
        expect(set.isAsLoaded).toBe(false);
        set = new LoadedSet(known, set.entries);
        was = now;
      }
      if (isWhole) return;
      const plan = planOf([...Array.from({ length: 16 }, (_, n) => n), 100, 139]);
      expect(await set.search(plan)).toEqual(await (await loaded(was, others.length + 1)).search(plan));
    }),
    { numRuns: 60 },
  );
});

describe("a release is read whole", () => {
  const next: List = new Map([...many, [1, 1]]);
  const changes = async (known: KnownSet, from: Pick<Hashlists, "streamChanges">, list: List = many) =>
    changesTo(known, await loaded(list, 1), from, signal);

  test("only where it must be: one entry more is taken in", async () => {
    const found = await changes(knownAs(next, 2), telling(many, next));
    expect(found).toMatchObject({ size: 41, through: 2, come: [{ algorithm: "ALGORITHM_SHA256" }] });
  });

  test("where nobody knows what was in force, or something else is by now", async () => {
    for (const header of [{ historyUnknown: true }, { releaseId: "r9" }, { entryCount: 40n }]) {
      expect(await changes(knownAs(next, 2), telling(many, next, header))).toBeUndefined();
    }
  });

  test("where more than a tenth of it is new", async () => {
    const other: List = new Map([...many, ...[1, 2, 3, 4, 5].map((n) => [n, 1] as const)]);
    expect(await changes(knownAs(other, 2), telling(many, other))).toBeUndefined();
  });

  test("where other things are too few to be found", async () => {
    const known = { ...knownAs(next, 2), policy: { ...policy, thresholds: { ...thresholds, pdqQuality: 80 } } };
    expect(await changes(known, telling(many, next))).toBeUndefined();
  });

  test("where it is one film with many frames", async () => {
    const withFilm = (frames: number) => {
      const pdq = valueOf(1, "ALGORITHM_PDQ");
      const value = filmValue(Array.from({ length: frames }, (_, timeMs) => ({ pdq, quality: 90, timeMs })));
      const film: Entry = { ...entryOf(1, 1), fingerprint: { algorithm: "ALGORITHM_VPDQ", value, quality: 0 } };
      const streamChanges: Hashlists["streamChanges"] = async function* tell() {
        yield { ...NOTHING, header: headerOf(next, 2), added: [film] };
      };
      return changes(knownAs(next, 2), { streamChanges });
    };
    expect(await withFilm(3)).toMatchObject({ come: [{ listed: { detail: 3 } }] });
    expect(await withFilm(4)).toBeUndefined();
  });

  test("where most of what is there is found no more", async () => {
    const set = await loaded(many, 1);
    await set.entries.hide(new Set(Array.from({ length: 21 }, (_, nth) => derivedId("entry", nth + 100))));
    expect(await changesTo(knownAs(next, 2), set, telling(many, next), signal)).toBeUndefined();
  });

  test("where hashlists cannot tell; if it does not answer it is asked again", async () => {
    const failing = (problem: Problem): Pick<Hashlists, "streamChanges"> => ({
      // eslint-disable-next-line require-yield
      streamChanges: async function* fail() {
        throw problem;
      },
    });
    expect(
      await changes(knownAs(next, 2), failing(new Problem("WRONG_STATE", "The set's counter is 1."))),
    ).toBeUndefined();
    await expect(changes(knownAs(next, 2), failing(new Problem("PEER_UNAVAILABLE", "Away.")))).rejects.toThrow("Away.");
  });
});

test("who searches while something changes sees all of it or nothing, on threads too", async () => {
  await using threads = startThreads({ search: 1 });
  using builder = new ReleaseBuilder(thresholds, { threads });
  for (const [n, votes] of many) builder.add(entryOf(n, votes));
  const set = new LoadedSet(knownAs(many, 1), await builder.build());
  await using _entries = set.entries;
  // Two that come and one that goes, of different algorithms.
  const [plan, gone] = [planOf([2, 3, 102]), derivedId("entry", 102)];
  const now: List = new Map([...[...many].filter(([n]) => n !== 102), [2, 1], [3, 1]]);
  const changes = await changesTo(knownAs(now, 2), set, telling(many, now), signal);
  if (changes === undefined) throw new Error("it is to be read whole");
  const takeIn = await set.entries.prepare(changes);
  const before = await set.search(plan);
  const meanwhile = set.search(plan);
  takeIn();
  expect(before.map(({ entryId }) => entryId)).toEqual([gone]);
  expect((await meanwhile).map(({ entryId }) => entryId).toSorted()).toEqual(
    [2, 3].map((n) => derivedId("entry", n)).toSorted(),
  );
});
