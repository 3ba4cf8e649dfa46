import type { Content } from "@ntd/proto/prober/v1/target";
import { describe, expect, test } from "vitest";
import { exampleHit } from "../../test/examples.ts";
import { entryIdsOf, missedIn, planOfContent, raisedTo, takeSearch, takeTarget, type Row } from "./row.ts";

const at = (minute: number) => new Date(Date.UTC(2030, 0, 1, 0, minute));
const content = (revision: number, changes: Partial<Content> = {}): Content => ({
  recipe: "exact-1",
  fingerprints: [{ algorithm: "ALGORITHM_MD5", value: new Uint8Array(16).fill(revision), quality: 0 }],
  pdqForms: [],
  renditions: [],
  degraded: false,
  tooLittleDetail: false,
  format: "jpeg",
  revision,
  ...changes,
});
const seen = (version: number, of = content(1)) => ({
  targetId: "t1",
  episode: 1,
  version,
  content: of,
});
const first = takeTarget(undefined, seen(3)) as Row;
const hit = exampleHit({ setId: "a" });
const search = (setId: string, counter: number, hits = [] as (typeof hit)[]) => ({ setId, counter, hits });

describe("when a target is seen", () => {
  test("given nothing, then its content waits to be looked up before all else", () => {
    expect(first).toMatchObject({ targetId: "t1", episode: 1, targetVersion: 3, pending: true, searched: [] });
  });

  test("given a file that shows more than its picture, then all that tells something waits to be looked up, by its name", () => {
    const pdq = { algorithm: "ALGORITHM_PDQ", value: new Uint8Array(32).fill(3), quality: 80 } as const;
    const shown = {
      kinds: ["RENDITION_KIND_FRAME" as const],
      frame: 7,
      shownFor: undefined,
      fingerprints: [pdq],
      pdqForms: [
        { form: "original", value: pdq.value },
        { form: "flipX", value: new Uint8Array(32).fill(4) },
      ],
      nominatesOnly: true,
      tooLittleDetail: false,
    };
    const flat = { ...shown, frame: 8, tooLittleDetail: true };
    const row = takeTarget(undefined, seen(3, content(1, { renditions: [shown, flat], tooLittleDetail: true }))) as Row;
    const named = { quality: 80, rendition: "frame 7", nominatesOnly: true };
    expect(planOfContent(row.content).near.ALGORITHM_PDQ).toEqual([
      { form: "original", value: pdq.value, ...named },
      { form: "flipX", value: new Uint8Array(32).fill(4), ...named },
    ]);
    expect(takeSearch(row, [], at(1)).told?.tooLittleDetail).toBe(false);
  });

  test("given no content, or nothing computed of it, then there is nothing to do", () => {
    expect(takeTarget(undefined, { ...seen(1), content: undefined })).toBeUndefined();
    expect(takeTarget(undefined, seen(1, content(1, { fingerprints: [] })))).toBeUndefined();
    expect(takeTarget(first, { ...seen(4), content: undefined })).toBeUndefined();
  });

  test("given the same content in a newer version, in the same or in an older one, then nothing changes", () => {
    for (const version of [4, 3, 2]) expect(takeTarget(first, seen(version))).toBeUndefined();
  });

  test("given newer content, then it waits to be looked up anew, and what was told stays known", () => {
    const told = takeSearch(first, [search("a", 5, [hit])], at(1));
    const next = takeTarget(told, seen(4, content(2))) as Row;
    expect(next).toMatchObject({ pending: true, searched: [], targetVersion: 4, content: { revision: 2 } });
    expect(next.told).toEqual(told.told);
  });

  test("given newer content that comes after newer still, then it is too late", () => {
    const next = takeTarget(first, seen(9, content(3))) as Row;
    expect(takeTarget(next, seen(5, content(2)))).toBeUndefined();
    expect(takeTarget(next, seen(5, content(4)))).toBeUndefined();
  });
});

describe("when it was looked up", () => {
  test("given the first time, then that is told, also when nothing was found and when there is no set", () => {
    expect(takeSearch(first, [search("a", 5, [hit])], at(1)).told).toEqual({
      contentRevision: 1,
      hits: [hit],
      tooLittleDetail: false,
      matchedTime: at(1),
      searched: [{ setId: "a", counter: 5 }],
    });
    expect(takeSearch(first, [search("a", 5)], at(1)).told).toMatchObject({ hits: [] });
    expect(takeSearch(first, [], at(1)).told).toMatchObject({ hits: [], searched: [] });
  });

  test("given the same hits in the next release, then nothing is told, and it is noted how far it was searched", () => {
    const once = takeSearch(first, [search("a", 5, [hit])], at(1));
    const twice = takeSearch(once, [search("a", 6, [{ ...hit, releaseId: "release-2" }])], at(2));
    expect(twice.told).toBe(once.told);
    expect(twice.searched).toMatchObject([{ setId: "a", counter: 6 }]);
  });

  test("given a hit that was not there, or is there no more, then that is told", () => {
    const none = takeSearch(first, [search("a", 5)], at(1));
    const found = takeSearch(none, [search("a", 6, [hit])], at(2));
    expect(found.told).toMatchObject({ hits: [hit], matchedTime: at(2) });
    expect(takeSearch(found, [search("a", 7)], at(3)).told).toMatchObject({ hits: [], matchedTime: at(3) });
  });

  test("given an entry that was taken back, then why is told with the loss, and stays told, the newest fifty", () => {
    const gone = { setId: "a", entryId: hit.entryId, cause: "REVOCATION_CAUSE_EXPIRED" as const, revokedBy: [] };
    const found = takeSearch(first, [search("a", 5, [hit])], at(1));
    const lost = takeSearch(found, [search("a", 6)], at(2), [gone]);
    expect(lost.told).toMatchObject({ hits: [], revoked: [gone] });
    const other = takeSearch(lost, [search("b", 1, [exampleHit({ setId: "b" })])], at(3));
    expect(other.told?.revoked).toEqual([gone]);
    const many = Array.from({ length: 60 }, (_, n) => ({ ...gone, entryId: `e${n}` }));
    expect(takeSearch(other, [search("b", 2)], at(4), many).told?.revoked).toEqual(many.slice(10));
  });

  test("given an entry that a list has no more, then it is looked after, also in newer content, until it is told why", () => {
    const found = takeSearch(first, [search("a", 5, [hit])], at(1));
    const lost = takeSearch(found, [search("a", 6)], at(2));
    expect(lost).toMatchObject({ told: { hits: [] }, unlisted: [{ setId: "a", entryId: hit.entryId }] });
    expect(lost.told?.revoked).toBeUndefined();
    expect(entryIdsOf(lost)).toEqual([hit.entryId]);
    const moved = takeSearch(takeTarget(lost, seen(4, content(2))) as Row, [search("a", 6), search("b", 1)], at(3));
    expect(missedIn(moved, "a", [])).toEqual([hit.entryId]);
    expect(missedIn(moved, "b", [])).toEqual([]);
    const gone = {
      setId: "a",
      entryId: hit.entryId,
      cause: "REVOCATION_CAUSE_WRONG_FILE" as const,
      revokedBy: ["m/a"],
    };
    const why = takeSearch(moved, [search("a", 7)], at(4), [gone]);
    expect(why).toMatchObject({ told: { hits: [], revoked: [gone], matchedTime: at(4) } });
    expect(why.unlisted).toBeUndefined();
    expect(takeSearch(lost, [search("a", 7, [hit])], at(4)).unlisted).toBeUndefined();
  });

  test("given many that a list has no more, then the newest fifty are looked after", () => {
    const many = Array.from({ length: 60 }, (_, n) => exampleHit({ entryId: `e${n}` }));
    const lost = takeSearch(takeSearch(first, [search("a", 5, many)], at(1)), [search("a", 6)], at(2));
    expect(lost.unlisted?.map(({ entryId }) => entryId)).toEqual(many.slice(10).map(({ entryId }) => entryId));
  });

  test("given frames of a film, then how many are told, and what an innocent film takes away, not which", () => {
    const all = { entryFrames: 4, entryFramesFound: 4, filmFrames: 4, filmFramesFound: 4, found: [0, 1, 2, 3] };
    const listed = exampleHit({ setId: "a", algorithm: "ALGORITHM_VPDQ", film: all });
    const innocent = { ...listed, setId: "b", setRole: "SET_ROLE_NEGATIVE" as const };
    const row = takeSearch(first, [search("a", 1, [listed]), search("b", 1, [innocent])], at(1));
    const left = { entryFrames: 0, entryFramesFound: 0, filmFrames: 0, filmFramesFound: 0 };
    expect(row.told?.hits.map(({ film, vetoedBySet }) => [film, vetoedBySet])).toEqual([
      [{ ...left, found: [] }, "b"],
      [{ ...all, found: [] }, ""],
    ]);
    expect(takeSearch(row, [search("b", 2, [innocent])], at(2)).told).toBe(row.told);
  });

  test("given another set, then the hits of the first stay", () => {
    const once = takeSearch(first, [search("a", 5, [hit])], at(1));
    const other = exampleHit({ setId: "b", distance: 1 });
    const twice = takeSearch(once, [search("b", 1, [other])], at(2));
    expect(twice.told?.hits).toEqual([other, hit]);
    expect(twice.told?.searched).toEqual([
      { setId: "a", counter: 5 },
      { setId: "b", counter: 1 },
    ]);
  });

  test("given a hit in a negative set, then the hits by likeness in other sets are told as vetoed, and no longer after", () => {
    const once = takeSearch(first, [search("a", 5, [hit])], at(1));
    const veto = exampleHit({ setId: "innocent", setRole: "SET_ROLE_NEGATIVE", distance: 9 });
    const vetoed = takeSearch(once, [search("innocent", 1, [veto])], at(2));
    expect(vetoed.told?.hits.map(({ vetoedBySet }) => vetoedBySet)).toEqual(["innocent", ""]);
    const free = takeSearch(vetoed, [search("innocent", 2)], at(3));
    expect(free.told?.hits).toEqual([hit]);
  });

  test("given content of too little detail after content with enough, then that is told", () => {
    const once = takeSearch(first, [], at(1));
    const again = takeTarget(once, seen(4, content(2, { tooLittleDetail: true }))) as Row;
    expect(takeSearch(again, [], at(2)).told).toMatchObject({ tooLittleDetail: true, contentRevision: 2 });
  });

  test("given the same hits for newer content, then nothing is told", () => {
    const once = takeSearch(first, [search("a", 5, [hit])], at(1));
    const again = takeSearch(takeTarget(once, seen(4, content(2))) as Row, [search("a", 5, [hit])], at(2));
    expect(again.told).toEqual(once.told);
    expect(again.pending).toBe(false);
  });
});

describe("when the marks of its range are higher than what the row says", () => {
  test("given no hits, or the same since, then it was searched as far as they say", () => {
    const row = takeSearch(first, [search("a", 5, [hit]), search("b", 7)], at(1));
    const marks = [
      { setId: "a", mark: 6 },
      { setId: "b", mark: 2 },
      { setId: "c", mark: 1 },
      { setId: "d", mark: 0 },
    ];
    expect(raisedTo(row, marks).searched).toEqual([search("a", 6, [hit]), search("b", 7), search("c", 1)]);
    expect(raisedTo(row, []).searched).toEqual(row.searched);
  });
});

test("given hits of several sets, then it is found by each of their entries, once", () => {
  const row = takeSearch(first, [search("a", 5, [hit, hit]), search("b", 1, [exampleHit({ entryId: "e2" })])], at(1));
  expect(entryIdsOf(row)).toEqual([hit.entryId, "e2"]);
});
