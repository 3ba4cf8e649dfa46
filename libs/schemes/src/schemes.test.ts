import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Neighbour } from "./mapping.ts";
import type { Scheme } from "./scheme.ts";
import { isSafe, keyOf, Schemes } from "./schemes.ts";

const scheme = (name: string, codes: Record<string, number | undefined>, change: Partial<Scheme> = {}): Scheme => ({
  scheme: name,
  version: "1",
  title: name,
  source: "",
  isForLists: false,
  codes: Object.entries(codes).map(([code, urgency]) => ({
    code,
    title: code,
    isIllegal: true,
    ...(urgency !== undefined && { urgency }),
  })),
  ...change,
});
const said = (name: string, code: string, version = "1") => ({ scheme: name, version, code });
const beside = (from: string, to: string, relation: string, change: Partial<Neighbour> = {}): Neighbour => {
  const named = (text: string) => said(text.slice(0, 1), text.slice(1));
  return {
    of: named(from),
    neighbour: named(to),
    relation: `CLASSIFICATION_RELATION_${relation}` as Neighbour["relation"],
    loses: relation === "EQUAL" ? [] : ["age"],
    source: "a test",
    ...change,
  };
};

describe("a class as a list names it, without a version", () => {
  const schemes = new Schemes(
    [
      scheme("a", { X: 0 }),
      scheme("a", { X: 1, Y: 2 }, { version: "2" }),
      scheme("v", { "1": undefined }, { unverified: "hearsay" }),
    ],
    "",
    [],
  );

  test("is known in any version of its scheme", () => {
    const of = (name: string, code: string) => schemes.listed({ scheme: name, code });
    expect([of("a", "X"), of("a", "Y"), of("b", "X")]).toEqual([{ is: "known" }, { is: "known" }, { is: "no_scheme" }]);
    expect(of("a", "Z")).toEqual({ is: "no_code", takes: "X, Y", unverified: undefined });
    expect(of("v", "2")).toEqual({ is: "no_code", takes: "1", unverified: "hearsay" });
  });

  test("has the version that alone has its code, and else none", () => {
    const of = (name: string, code: string, version = "") => schemes.withVersion(said(name, code, version)).version;
    expect([of("a", "Y"), of("a", "X"), of("a", "Z"), of("b", "X"), of("a", "Y", "9")]).toEqual(["2", "", "", "", "9"]);
  });
});

describe("how urgent a class is", () => {
  const schemes = new Schemes(
    [scheme("a", { P: 1, Q: undefined, R: undefined, S: undefined }), scheme("b", { X: 0, Y: 2, Z: 1 })],
    "",
    [
      beside("aP", "bX", "EQUAL"),
      beside("aQ", "bY", "BROADER"),
      beside("aQ", "bZ", "EQUAL", { unverified: "hearsay" }),
      beside("aR", "bX", "NARROWER"),
      beside("aS", "aQ", "EQUAL"),
    ],
  );

  test.each([
    ["its scheme's word comes first", "P", 1],
    ["else the most urgent of what is surely said with it, also where that is not verified", "Q", 1],
    ["what is of a part alone, or related, says nothing", "R", undefined],
    ["nor does what only a third one says", "S", undefined],
  ])("%s", (_, code, urgency) => {
    expect(schemes.urgencyOf(said("a", code))).toBe(urgency);
    expect(schemes.urgencyOf(said("a", code, ""))).toBe(urgency);
  });
});

const relation = fc.constantFrom("EQUAL", "NARROWER", "BROADER", "RELATED");
const anyNeighbours = fc.array(
  fc
    .tuple(fc.constantFrom("aP", "aQ", "bX", "cL"), fc.constantFrom("aP", "bX", "bY", "cL"), relation, fc.boolean())
    .map(([from, to, kind, isSure]) => beside(from, to, kind, isSure ? {} : { unverified: "hearsay" })),
  { maxLength: 8 },
);

test("a class has the neighbours that are named for it alone, and is never itself another one", () => {
  const all = [scheme("a", { P: 0, Q: 1 }), scheme("b", { X: 2, Y: 3 }), scheme("c", { L: undefined })];
  fc.assert(
    fc.property(anyNeighbours, fc.constantFrom(said("a", "P"), said("b", "X"), said("c", "L")), (neighbours, one) => {
      const schemes = new Schemes(all, "", neighbours);
      const found = schemes.neighboursOf(one);
      expect(found).toEqual(neighbours.filter(({ of }) => keyOf(of) === keyOf(one)));
      expect(schemes.withVersion(one)).toEqual(one);
      for (const safe of found.filter(isSafe)) expect([safe.relation, safe.unverified]).not.toContain("hearsay");
    }),
  );
});

test.each([
  ["EQUAL", {}, true],
  ["BROADER", {}, true],
  ["NARROWER", {}, false],
  ["RELATED", {}, false],
  ["EQUAL", { unverified: "hearsay" }, false],
] as const)("%s %o may stand in a notice: %s", (kind, change, is) => {
  expect(isSafe(beside("aP", "bX", kind, change))).toBe(is);
});
