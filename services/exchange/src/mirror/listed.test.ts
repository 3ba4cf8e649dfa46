import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ListedEntry } from "../ncmec/entries-page.ts";
import { Together, told, touched, untold, type ListedState } from "./listed.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));
const entry = (more: Partial<ListedEntry> = {}): ListedEntry => ({
  member: "1",
  id: "a",
  time: at(1),
  code: "A1",
  hashes: ["md5:aa"],
  isDisputed: false,
  isGone: false,
  ...more,
});
const lineOf = (hash: string, all: readonly ListedState[]) => {
  const together = new Together();
  for (const one of all) together.add(one);
  return together.lineOf(hash);
};
const inRange = (range: string) => ({ connectorId: "c", range, until: at(9) });
const listed = (more: Partial<ListedEntry> = {}) => told(undefined, entry(more), inRange("r1")) ?? expect.fail();

describe("where all is told anew", () => {
  const all = (range: string) => ({ ...inRange(range), isAll: true });

  test("an entry of an earlier time holds, once; within the range the later one does", () => {
    const known = listed({ time: at(5) });
    const older = told(known, entry({ time: at(2), hashes: ["md5:bb"] }), all("r2")) ?? expect.fail();
    expect(older).toMatchObject({ time: at(2), hashes: ["md5:bb"], before: ["md5:aa"] });
    expect(told(known, entry({ time: at(2) }), inRange("r2"))).toBeUndefined();
    expect(told(older, entry({ time: at(1) }), all("r2"))).toBeUndefined();
  });

  test("begun anew, the range still takes back what was brought before it", () => {
    const known = listed();
    const first = told(known, entry({ time: at(2), hashes: ["md5:bb"] }), all("r2 begun")) ?? expect.fail();
    const again = told(first, entry({ time: at(2), hashes: ["md5:cc"] }), all("r2 begun again-1")) ?? expect.fail();
    expect(touched(again)).toEqual(["md5:cc", "md5:bb", "md5:aa"]);
  });

  test("what is not told is taken back in it, with all that it may have brought", () => {
    const changed = told(listed(), entry({ time: at(2), hashes: ["md5:bb"] }), inRange("r2")) ?? expect.fail();
    const gone = untold(changed, "r3");
    expect([gone.hashes, gone.range, touched(gone)]).toEqual([[], "r3", ["md5:bb", "md5:aa"]]);
    expect(touched(untold(gone, "r4"))).toEqual(touched(gone));
  });
});

describe("what an entry tells", () => {
  test("told again in the same range, it still knows what it was before that range", () => {
    const first = listed();
    const changed = told(first, entry({ time: at(2), hashes: ["md5:bb"] }), inRange("r2")) ?? expect.fail();
    const again = told(changed, entry({ time: at(3), hashes: ["md5:cc"] }), inRange("r2")) ?? expect.fail();
    expect([touched(changed), touched(again)]).toEqual([
      ["md5:bb", "md5:aa"],
      ["md5:cc", "md5:aa"],
    ]);
    expect(told(changed, entry({ time: at(2), hashes: ["md5:bb"] }), inRange("r2"))).toBeUndefined();
  });

  test("a tombstone touches the hashes that it had", () => {
    const gone = told(listed(), entry({ time: at(2), hashes: [], isGone: true }), inRange("r2")) ?? expect.fail();
    expect([gone.hashes, touched(gone)]).toEqual([[], ["md5:aa"]]);
  });

  test("what says that it was told in the future was told in its range: what is told next counts", () => {
    const first = listed({ time: new Date("9999-01-01") });
    expect(first.time).toEqual(at(9));
    const next = { ...inRange("r2"), until: at(20) };
    expect(told(first, entry({ time: at(12), hashes: [], isGone: true }), next)?.hashes).toEqual([]);
  });

  test("of a feed what is told last holds, whatever the clock said before", () => {
    const fed = { quality: 0, scheme: "", votes: 1, sourceId: "", size: 0, cause: "" };
    const first = told(undefined, { ...entry({ time: at(8) }), fed }, inRange("r1")) ?? expect.fail();
    const gone = { ...entry({ time: at(2), hashes: [], isGone: true }), fed: { ...fed, cause: "wrong-file" } };
    expect(told(first, gone, inRange("r2"))).toMatchObject({ hashes: [], fed: { cause: "wrong-file" } });
  });

  test("what is older than what is known changes nothing, nor does a tombstone of what nobody knew", () => {
    expect(told(listed({ time: at(5) }), entry({ time: at(4) }), inRange("r2"))).toBeUndefined();
    expect(told(undefined, entry({ hashes: [], isGone: true }), inRange("r2"))).toBeUndefined();
    expect(told(undefined, entry({ time: undefined }), inRange("r1"))?.time).toEqual(at(9));
  });
});

describe("the line of a hash says what all say together:", () => {
  const of = (...all: Partial<ListedEntry>[]): ListedState[] => all.map((more) => listed(more));
  test.each<[string, Partial<ListedEntry>[], string]>([
    ["a vote of each member, the name of the first", [{ member: "2", time: at(3) }, {}], "md5,aa,,ncmec,A1,2,1-a,\n"],
    ["two entries of a member are one vote", [{}, { id: "b" }], "md5,aa,,ncmec,A1,1,1-a,\n"],
    ["who is disagreed with has none", [{ isDisputed: true }], "md5,aa,,ncmec,A1,0,1-a,\n"],
    ["the first class there is", [{ code: "" }, { member: "2", code: "B2" }], "md5,aa,,ncmec,B2,2,1-a,\n"],
    ["a class that no list takes is none", [{ code: "A".repeat(201) }], "md5,aa,,,,1,1-a,\n"],
    ["an id that no list takes is cut", [{ id: "b".repeat(1e6) }], `md5,aa,,ncmec,A1,1,1-${"b".repeat(198)},\n`],
    ["no class", [{ code: "" }], "md5,aa,,,,1,1-a,\n"],
    ["texts are quoted", [{ id: 'a,"b\n', code: "A,1" }], 'md5,aa,,ncmec,"A,1",1,"1-a,""b ",\n'],
    ["nobody any more", [], "md5,aa,,,,,,yes\n"],
  ])("%s", (_, all, line) => {
    expect(lineOf("md5:aa", of(...all))).toBe(line);
  });

  test("a PDQ has the quality that exchanges pass on, also where it goes", () => {
    expect([lineOf("pdq:ff", [listed()]), lineOf("pdq:ff", [])]).toEqual([
      "pdq,ff,50,ncmec,A1,1,1-a,\n",
      "pdq,ff,50,,,,,yes\n",
    ]);
  });
});

/** What an exchange has, as members and hashes of entries; what is told of it, range by range; and what a set has by that. */
class Told {
  readonly #mirror = new Map<string, ListedState>();
  readonly set = new Map<string, string>();
  #ranges = 0;

  /** Brings a range as a delta: what is told in it, and where that is all, what is not. */
  tell(entries: readonly ListedEntry[], isAll: boolean): void {
    const within = { connectorId: "c", range: `r${++this.#ranges}`, until: at(1000), isAll };
    for (const [key, { hashes }] of this.#mirror) if (hashes.length === 0) this.#mirror.delete(key);
    for (const one of entries) {
      const state = told(this.#mirror.get(`${one.member}-${one.id}`), one, within);
      if (state !== undefined) this.#mirror.set(`${one.member}-${one.id}`, state);
    }
    if (isAll) {
      for (const [key, state] of this.#mirror)
        if (state.range !== within.range) this.#mirror.set(key, untold(state, within.range));
    }
    const all = [...this.#mirror.values()];
    const hashes = new Set(all.filter(({ range }) => range === within.range).flatMap(touched));
    for (const hash of hashes) {
      const line = lineOf(
        hash,
        all.filter((state) => state.hashes.includes(hash)),
      );
      if (line.endsWith(",yes\n")) this.set.delete(hash);
      else this.set.set(hash, line);
    }
  }
}

test("whatever an exchange forgets to tell, once all of it is told a set has what it lists, with its votes, and nothing else", () => {
  const someEntry = fc.record({
    member: fc.constantFrom("1", "2", "3"),
    id: fc.constantFrom("a", "b", "c"),
    hashes: fc.uniqueArray(fc.constantFrom("md5:aa", "md5:bb", "md5:cc", "sha1:dd"), { maxLength: 3 }),
    minute: fc.nat(50),
  });
  const step = fc.record({ has: fc.array(someEntry, { maxLength: 6 }), isAll: fc.boolean(), isLossy: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const been = new Told();
      for (const { has, isAll, isLossy } of [...steps, { ...(steps.at(-1) ?? expect.fail()), isAll: true }]) {
        const now = has.map(({ minute, ...more }) => entry({ ...more, time: at(minute), isGone: false }));
        const named = [...new Map(now.map((one) => [`${one.member}-${one.id}`, one])).values()];
        been.tell(isLossy && !isAll ? named.slice(1) : named, isAll);
        if (!isAll) continue;
        const fresh = new Told();
        fresh.tell(named, true);
        expect(been.set).toEqual(fresh.set);
      }
    }),
  );
});
