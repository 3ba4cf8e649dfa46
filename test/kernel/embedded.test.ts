import { long } from "@ntd/testing/runs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { killedAt, labelOf, recorded, type Pair } from "./crash.ts";
import { embedding, fallPath, type EmbeddedEnd } from "./embedded.ts";
import { startGround, type Ground } from "./path.ts";

let ground: Ground;
let path: { pairs: Pair[]; expected: EmbeddedEnd };

beforeAll(async () => {
  ground = await startGround({ apply: { ackWaitMs: 1000 } });
  path = await recorded(ground, fallPath(ground, await embedding(ground, 12_000)));
}, 240_000);
afterAll(() => ground[Symbol.asyncDispose]());

test("fault-free, a page falls with what it was decided for, and is in force again with it", () => {
  const one = (action: string, cause: string) => ({
    state: "CASE_STATE_DECIDED",
    verdict: "VERDICT_ILLEGAL",
    action,
    outcomes: ["OUTCOME_REMOVED", "OUTCOME_REMOVED"],
    suspensions: [`DOUBT_CAUSE_${cause} SUSPENSION_END_REINSTATED`],
  });
  expect(path.expected).toEqual({
    page: one("ACTION_REMOVE_EMBEDDED", "EMBEDDED_FELL"),
    item: one("ACTION_REMOVE", "REOPENED"),
  });
  expect(path.pairs.map((pair) => labelOf([pair]))).toContain("casework@casework.pages-settled:1");
});

const HANDS = ["casework", "takedown"];

/** What the short form is about: the writes of pages that fall and rise, and what their notices make of it. */
const OF_PAGES = /pages-settled|^store\.saved\.(?:cases|notices)$/;

test(
  "killed at every failpoint that this crosses, the end states are the same",
  async () => {
    const pairs = path.pairs
      .filter(({ service }) => HANDS.includes(service))
      .filter(({ failpoint }) => long || OF_PAGES.test(failpoint))
      .flatMap(severalTimes);
    const pairsOf = (service: string) => pairs.filter((pair) => pair.service === service);
    const rounds = Math.max(...HANDS.map((service) => pairsOf(service).length));
    for (let round = 0; round < rounds; round++) {
      const one = await embedding(ground, 12_001 + round);
      const armed = HANDS.flatMap((service) => pairsOf(service).slice(round, round + 1));
      expect(await killedAt(ground, armed, fallPath(ground, one)), labelOf(armed)).toEqual(path.expected);
    }
    console.log(`killed at ${pairs.length} (service, failpoint) pairs in ${rounds} rounds`);
  },
  long ? 3_600_000 : 900_000,
);

/**
 * Of cases: doubted, the page's fall, that it was told; claimed, decided, told; the page in force again, that it was told.
 * The second, third, seventh and eighth are what settling pages writes; the others are those of any decision.
 */
function severalTimes(pair: Pair): Pair[] {
  const saved = long ? [1, 2, 3, 4, 5, 6, 7, 8] : [2, 3, 7, 8];
  const steps = {
    "casework@store.saved.cases": saved,
    "casework@casework.pages-settled": [1, 2],
    "takedown@store.saved.notices": [1, 2, 3, 4],
  };
  const times = new Map(Object.entries(steps)).get(`${pair.service}@${pair.failpoint}`) ?? [1];
  return times.map((nth) => ({ ...pair, nth }));
}
