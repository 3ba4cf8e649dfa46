import { Schemes, type Neighbour } from "@ntd/schemes";
import { WITHDRAWS_NOTHING } from "@ntd/facts";
import { expect, test } from "vitest";
import { hit, noon, scheme } from "../../test/facts.ts";
import { besideOf } from "./beside.ts";

const said = (name: string, code: string, version = "1") => ({ scheme: name, version, code });
const beside = (of: string, to: string): Neighbour => ({
  of: said("list", of),
  neighbour: said("law", to),
  relation: "CLASSIFICATION_RELATION_RELATED",
  loses: ["age"],
  source: "a test",
});
const codes = (...names: string[]) => names.map((code) => ({ code, title: code, isIllegal: true }));
const neighbours = [beside("A", "1"), beside("A", "2"), beside("B", "1")];
const schemes = new Schemes(
  [scheme({ scheme: "list", codes: codes("A", "B", "C") }), scheme({ scheme: "law", codes: codes("1", "2") })],
  "law",
  neighbours,
);
const decided = (code: string) => ({
  decision: {
    decisionId: "d",
    verdict: "VERDICT_ILLEGAL" as const,
    decidedBy: "assessor/ann",
    decidedTime: noon,
    classifications: [said("list", code)],
    basis: "",
    reason: undefined,
    despiteGone: false,
    ...WITHDRAWS_NOTHING,
  },
  reason: "",
});

test("beside what hits and decisions are called stands what others call it, each once", () => {
  const hits = [hit({ classification: said("list", "A", "") }), hit({ classification: said("list", "A") }), hit()];
  expect(besideOf(schemes, { hits }, [])).toEqual(neighbours.slice(0, 2));
  expect(besideOf(schemes, { hits }, [decided("B"), decided("C")])).toEqual(neighbours);
  expect(besideOf(schemes, undefined, [])).toEqual([]);
});
