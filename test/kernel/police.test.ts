import { long } from "@ntd/testing/runs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { killedAt, labelOf, processesOf, recorded, type Pair } from "./crash.ts";
import { startGround, type Ground } from "./path.ts";
import { heldPath, type PoliceEnd } from "./police.ts";

let ground: Ground;
let path: { pairs: Pair[]; expected: PoliceEnd };

beforeAll(async () => {
  ground = await startGround({ apply: { ackWaitMs: 1000 } });
  const [first, second] = [
    await recorded(ground, heldPath(ground, 8000)),
    await recorded(ground, heldPath(ground, 8001)),
  ];
  // Where they may cross or not, by who is quicker, nothing can be armed.
  const again = new Set(second.pairs.map((pair) => labelOf([pair])));
  path = { ...first, pairs: first.pairs.filter((pair) => again.has(labelOf([pair]))) };
}, 240_000);
afterAll(() => ground[Symbol.asyncDispose]());

test("fault-free, what police marked and held is decided, referred and answered, and leaves once nothing holds it", () => {
  expect(path.expected).toEqual({
    decision: "VERDICT_ILLEGAL",
    holds: [
      { cause: "HOLD_CAUSE_MARK", isOver: true, expired: false },
      { cause: "HOLD_CAUSE_OFFICER", isOver: true, expired: true },
    ],
    causes: ["REFERRAL_CAUSE_UNKNOWN_MATERIAL"],
    outcome: "REFERRAL_OUTCOME_CHILD_SAFE",
    icse: "ASSESSMENT_UNKNOWN",
    notice: { state: "NOTICE_STATE_CLOSED", preserved: true, leftAfterHolds: true },
  });
});

// As for a reversal: in the short form nobody is killed where he has only read, or has nothing left to do.
test(
  "killed at every failpoint that holds and referrals cross, the end states are the same",
  async () => {
    const services = [...processesOf(ground).keys()];
    const pairs = path.pairs
      .filter(({ failpoint }) => long || !/^store\.loaded|^bus\.(received|acked)/.test(failpoint))
      .flatMap(severalTimes);
    const pairsOf = (service: string) => pairs.filter((pair) => pair.service === service);
    const rounds = Math.max(...services.map((service) => pairsOf(service).length));
    for (let round = 0; round < rounds; round++) {
      const armed = services.flatMap((service) => pairsOf(service).slice(round, round + 1));
      const end = await killedAt(ground, armed, heldPath(ground, 8100 + round));
      expect(end, labelOf(armed)).toEqual(path.expected);
    }
    console.log(`killed at ${pairs.length} (service, failpoint) pairs in ${rounds} rounds`);
  },
  long ? 3_600_000 : 900_000,
);

/** Of cases each of the first writes is a place of its own: met, let go, looked at, held, decided, referred. */
function severalTimes(pair: Pair): Pair[] {
  const steps = { "casework@store.saved.cases": 6, "takedown@store.saved.cases": 2, "takedown@store.saved.notices": 2 };
  const times = new Map(Object.entries(steps)).get(`${pair.service}@${pair.failpoint}`) ?? 1;
  return Array.from({ length: times }, (_, n) => ({ ...pair, nth: n + 1 }));
}
