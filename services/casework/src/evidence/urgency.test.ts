import { Schemes } from "@ntd/schemes";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { expect, test } from "vitest";
import { laneOf } from "../queue/lane.ts";
import { published } from "../cases/publish.ts";
import { file, hit, match, md5, negative, noon, scheme, sha256 } from "../../test/facts.ts";
import { urgencyOf } from "./urgency.ts";

const codes = ["WORST", "BAD", "OTHER"].map((code, urgency) => ({ code, title: code, isIllegal: true, urgency }));
const schemes = new Schemes([scheme({ scheme: "s", codes })], "", []);
const called = (code: string, as: Partial<Hit> = {}) =>
  hit({ classification: { scheme: "s", version: "", code }, ...as });

test("the most urgent class of what is known counts; what is not known by any scheme says nothing", () => {
  expect(urgencyOf(schemes, [called("OTHER"), called("BAD"), called("ELSE"), hit()])).toBe(1);
  expect(urgencyOf(schemes, [called("ELSE"), hit({ classification: undefined })])).toBeUndefined();
});

test("what may be of anything says nothing: weak, far or by little, nominated, reported by a child, or spoken against", () => {
  const of = (...hits: Hit[]) => urgencyOf(schemes, hits);
  const weak = [
    md5(),
    hit({ distance: 40 }),
    hit({ algorithm: "ALGORITHM_BLOCKHASH256" }),
    hit({ nominatesOnly: true }),
  ];
  for (const { algorithm, distance, nominatesOnly = false } of weak) {
    expect(of(called("WORST", { algorithm, distance, nominatesOnly }))).toBeUndefined();
  }
  expect(of(called("WORST", { setRole: "SET_ROLE_VICTIM_REPORTED" }))).toBeUndefined();
  expect(of(called("WORST"), negative())).toBeUndefined();
  expect(of(called("WORST", sha256()), called("WORST"))).toBe(0);
});

test("of the most urgent a case waits before others; of all else it does not", () => {
  const waiting = (urgency?: number) =>
    file({
      match: match([hit({ autoIssue: false })], urgency === undefined ? {} : { urgency }),
      progress: { kind: "queued", reason: "QUEUE_REASON_SET_NEEDS_PERSON", queuedTime: noon },
    });
  const lanes = [0, 1, undefined].map((urgency) => [laneOf(waiting(urgency)), published(waiting(urgency)).priority]);
  expect(lanes).toEqual([
    ["LANE_RAISED", "PRIORITY_RAISED"],
    ["LANE_NORMAL", "PRIORITY_NORMAL"],
    ["LANE_NORMAL", "PRIORITY_NORMAL"],
  ]);
});
