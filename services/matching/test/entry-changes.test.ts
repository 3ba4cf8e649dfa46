import { createHash } from "node:crypto";
import { startThreads, type IndexOptions } from "@ntd/hammingindex";
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

async function loaded(list: List, counter: number, options: IndexOptions = {}): Promise<LoadedSet> {
  using builder = new ReleaseBuilder(thresholds, options);
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
const numbers = [...many.keys(), ...Array.from({ length: 60 }, (_, n) => n)];
const step = fc.oneof(
  fc.record({
    kind: fc.constant("release" as const),
    gone: fc.subarray(numbers),
    come: fc.uniqueArray(fc.tuple(fc.constantFrom(...numbers), fc.nat({ max: 2 })), { selector: ([n]) => n }),
    isLeft: fc.boolean(),
    few: fc.constantFrom(0, 3, 1000),
  }),
  fc.record({ kind: fc.constant("revoke" as const), which: fc.subarray(numbers, { maxLength: 3 }) }),
);

test("whatever is taken in, much or little, left or revoked in between: what is found is what the last release read whole has", async () => {
  await using threads = startThreads({ search: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), fc.boolean(), async (steps, isOnThreads) => {
      let set = await loaded(many, 1, isOnThreads ? { threads } : {});
      await using _entries = set.entries;
      let was: List = many;
      for (const one of steps) {
        const { counter } = set;
        if (one.kind === "revoke") {
          await set.entries.hide(one.which.map((n) => derivedId("entry", n)));
          was = new Map([...was].filter(([n]) => !one.which.includes(n)));
        } else {
          const now: List = new Map([...[...was].filter(([n]) => !one.gone.includes(n)), ...one.come]);
          const known = knownAs(now, counter + 1);
          await using changes = await changesTo(known, set, telling(was, now), signal, {
            share: Infinity,
            few: one.few,
          });
          // So many are gone by now that it is to be read whole.
          if (changes === undefined) break;
          if (one.isLeft) continue;
          changes.takeIn();
          expect(set.isAsLoaded).toBe(false);
          set = new LoadedSet(known, set.entries);
          was = now;
        }
        const whole = await loaded(was, set.counter);
        expect(set.entries.searchable).toBe(whole.entries.searchable);
        for (let at = 0; at < numbers.length; at += 20) {
          const plan = planOf(numbers.slice(at, at + 20));
          expect(await set.search(plan)).toEqual(await whole.search(plan));
        }
      }
    }),
    { numRuns: 40 },
  );
});

describe("a release is read whole", () => {
  const next: List = new Map([...many, [1, 1]]);
  const changes = async (known: KnownSet, from: Pick<Hashlists, "streamChanges">, list: List = many) =>
    changesTo(known, await loaded(list, 1), from, signal);

  test("only where it must be: one entry more is taken in", async () => {
    const found = await changes(knownAs(next, 2), telling(many, next));
    expect(found).toMatchObject({ come: 1, gone: 0 });
  });

  test("where nobody knows what was in force, or something else is by now", async () => {
    for (const header of [{ historyUnknown: true }, { releaseId: "r9" }, { entryCount: 40n }]) {
      expect(await changes(knownAs(next, 2), telling(many, next, header))).toBeUndefined();
    }
  });

  test("where more than a quarter of it is new; what was taken of that is found nowhere", async () => {
    const withNew = (count: number): List =>
      new Map([...many, ...Array.from({ length: count }, (_, n) => [n, 1] as const)]);
    // One of these is a film, whose frame counts, too.
    expect(await changes(knownAs(withNew(9), 2), telling(many, withNew(9)))).toMatchObject({ come: 9 });
    const set = await loaded(many, 1);
    const more = withNew(10);
    expect(await changesTo(knownAs(more, 2), set, telling(many, more), signal)).toBeUndefined();
    expect(await set.search(planOf([1, 2, 3, 4, 5, 100]))).toEqual(await (await loaded(many, 1)).search(planOf([100])));
    expect(set.entries.searchable).toBe(40);
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
    expect(await withFilm(9)).toMatchObject({ come: 1 });
    expect(await withFilm(10)).toBeUndefined();
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

test("an entry without an id that is one breaks it off, and nothing of what came before it is left", async () => {
  const set = await loaded(many, 1);
  const now: List = new Map([...many, [1, 1], [2, 1]]);
  const streamChanges: Hashlists["streamChanges"] = async function* tell() {
    yield { ...NOTHING, header: headerOf(now, 2), added: [entryOf(1, 1), { ...entryOf(2, 1), entryId: "none" }] };
  };
  await expect(changesTo(knownAs(now, 2), set, { streamChanges }, signal)).rejects.toThrow("no UUID");
  const { equal, near, films } = set.entries;
  const all = [...Object.values(equal), ...Object.values(near), films].map(({ rows }) => rows.packed.staged);
  expect(all).toEqual([0, 0, 0, 0, 0, 0]);
});

test.each([0, 1000])(
  "who searches while something changes sees all of it or nothing, on threads too (%i)",
  async (few) => {
    await using threads = startThreads({ search: 1 });
    const set = await loaded(many, 1, { threads });
    await using _entries = set.entries;
    // Two that come and one that goes, of different algorithms.
    const [plan, gone] = [planOf([2, 3, 102]), derivedId("entry", 102)];
    const now: List = new Map([...[...many].filter(([n]) => n !== 102), [2, 1], [3, 1]]);
    await using changes = await changesTo(knownAs(now, 2), set, telling(many, now), signal, { few });
    if (changes === undefined) throw new Error("it is to be read whole");
    const before = await set.search(plan);
    const meanwhile = set.search(plan);
    changes.takeIn();
    expect(before.map(({ entryId }) => entryId)).toEqual([gone]);
    expect((await meanwhile).map(({ entryId }) => entryId).toSorted()).toEqual(
      [2, 3].map((n) => derivedId("entry", n)).toSorted(),
    );
  },
);

test("many are brought in force in a moment, however they were made ready", async () => {
  await using threads = startThreads({ search: 1 });
  const upTo = (count: number): List => new Map(Array.from({ length: count }, (_, n) => [n, 1]));
  const set = await loaded(upTo(4000), 1, { threads });
  await using _entries = set.entries;
  const now: List = new Map([...upTo(5000)].filter(([n]) => n < 3800 || n >= 4000));
  await using changes = await changesTo(knownAs(now, 2), set, telling(upTo(4000), now), signal, {
    share: 0.4,
    few: 100,
  });
  const plan = planOf([3795, 3995, 3996, 4995, 4996, 4997, 4998, 4999]);
  const before = await set.search(plan);
  const began = process.cpuUsage();
  changes?.takeIn();
  const { user, system } = process.cpuUsage(began);
  expect(changes).toMatchObject({ come: 1000, gone: 200 });
  expect(before.map(({ entryId }) => entryId).toSorted()).toEqual(
    [3795, 3995, 3996].map((n) => derivedId("entry", n)).toSorted(),
  );
  const whole = await loaded(now, 2);
  expect(await new LoadedSet(knownAs(now, 2), set.entries).search(plan)).toEqual(await whole.search(plan));
  expect(set.entries.size).toBe(4800);
  // The only moment at which nobody has a turn.
  expect((user + system) / 1000).toBeLessThan(100);
});
