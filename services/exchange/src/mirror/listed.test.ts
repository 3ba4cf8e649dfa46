import { describe, expect, test } from "vitest";
import type { ListedEntry } from "../ncmec/entries-page.ts";
import { lineOf, told, touched, type ListedState } from "./listed.ts";

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
const inRange = (range: string) => ({ connectorId: "c", range, until: at(9) });
const listed = (more: Partial<ListedEntry> = {}) => told(undefined, entry(more), inRange("r1")) ?? expect.fail();

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
