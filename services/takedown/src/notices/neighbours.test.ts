import { readSchemes, Schemes, type Neighbour } from "@ntd/schemes";
import { expect, test } from "vitest";
import { neighboursToTell } from "./neighbours.ts";

const said = (scheme: string, code: string) => ({ scheme, version: "1", code });
const beside = (to: string, change: Partial<Neighbour> = {}): Neighbour => ({
  of: said("ours", "A"),
  neighbour: said("theirs", to),
  relation: "CLASSIFICATION_RELATION_EQUAL",
  loses: [],
  source: "a test",
  ...change,
});
const scheme = (name: string, codes: string[]) => ({
  scheme: name,
  version: "1",
  title: name,
  source: "",
  isForLists: false,
  codes: codes.map((code) => ({ code, title: code, isIllegal: true })),
});
const relation = (word: string) => ({
  relation: `CLASSIFICATION_RELATION_${word}` as Neighbour["relation"],
  loses: ["age"],
});
const told = (neighbours: Neighbour[], ...classifications: ReturnType<typeof said>[]) => {
  const schemes = new Schemes([scheme("ours", ["A", "B"]), scheme("theirs", ["1", "2"])], "ours", neighbours);
  return neighboursToTell(schemes, classifications).map(({ neighbour }) => neighbour?.code);
};

test("a notice says what equals its classification, or is of all of it, and nothing that claims more or is hearsay", () => {
  const all = [beside("1"), beside("2", relation("BROADER"))];
  expect(told(all, said("ours", "A"))).toEqual(["1", "2"]);
  expect(told(all, said("ours", "B"))).toEqual([]);
  for (const change of [relation("NARROWER"), relation("RELATED"), { unverified: "hearsay" }]) {
    expect(told([beside("1", change)], said("ours", "A"))).toEqual([]);
  }
});

test("what was decided is not said again beside it", () => {
  expect(told([beside("1"), beside("2")], said("ours", "A"), said("theirs", "1"))).toEqual(["2"]);
});

test("of the schemes that come with the platform, what a list's number may stand for is in no notice", () => {
  const shipped = readSchemes(new URL("../../../../deploy/schemes", import.meta.url).pathname, "", "TAKEDOWN");
  const numbers = shipped.all
    .filter((one) => one.scheme.startsWith("vics"))
    .flatMap((one) => one.codes.map(({ code }) => ({ scheme: one.scheme, version: one.version, code })));
  expect(numbers).toHaveLength(21);
  expect(neighboursToTell(shipped, numbers)).toEqual([]);
  const baseline = neighboursToTell(shipped, [{ scheme: "interpol-baseline", version: "1", code: "BASELINE" }]);
  expect(baseline.map(({ neighbour }) => neighbour?.scheme)).toEqual(["iccam"]);
});
