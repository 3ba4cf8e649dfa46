import { long } from "@ntd/testing/runs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { killedAt, labelOf, processesOf, readyForRounds, recorded, type Pair } from "./crash.ts";
import { startGround, type Ground } from "./path.ts";
import { reversal, wrong, type ReversalEnd } from "./reversal.ts";

let ground: Ground;
let path: { pairs: Pair[]; expected: ReversalEnd };

beforeAll(async () => {
  ground = await startGround({ apply: { ackWaitMs: 1000 } });
  path = await recorded(ground, reversal(ground, await wrong(ground, 6000)));
}, 180_000);
afterAll(() => ground[Symbol.asyncDispose]());

test("fault-free, one decision is withdrawn and restored, the other reinstated, the complaint taken", () => {
  expect(path.expected).toEqual({
    removed: {
      action: "ACTION_RESTORE",
      state: "NOTICE_STATE_RESTORED",
      outcomes: ["OUTCOME_REMOVED", "OUTCOME_RESTORED"],
      restored: true,
      episode: 1,
    },
    claimed: {
      action: "ACTION_REMOVE",
      state: "NOTICE_STATE_ANSWERED",
      outcomes: ["OUTCOME_REMOVED", "OUTCOME_REMOVED"],
      suspensions: ["SUSPENSION_END_REINSTATED"],
    },
    verdicts: ["VERDICT_NOT_ILLEGAL", "VERDICT_ILLEGAL"],
    complaints: 1,
  });
});

// Each round kills every process once, at its next failpoint: the same steps must come to the same end. In the short form
// nobody is killed where he has only read: what follows from that is what follows from the write before it.
test(
  "killed at every failpoint that a reversal crosses, the end states are the same",
  async () => {
    const services = [...processesOf(ground).keys()];
    const pairsOf = (service: string) => pairs.filter((pair) => pair.service === service);
    const pairs = path.pairs
      .filter(({ failpoint }) => long || !/^store\.loaded|^bus\.received/.test(failpoint))
      .flatMap(severalTimes);
    const rounds = Math.max(...services.map((service) => pairsOf(service).length));
    const decided = await readyForRounds(rounds, (round) => wrong(ground, 7000 + 10 * round));
    for (const [round, wronged] of decided.entries()) {
      const armed = services.flatMap((service) => pairsOf(service).slice(round, round + 1));
      expect(await killedAt(ground, armed, reversal(ground, wronged)), labelOf(armed)).toEqual(path.expected);
    }
    console.log(`killed at ${pairs.length} (service, failpoint) pairs in ${rounds} rounds`);
  },
  long ? 3_600_000 : 900_000,
);

/** What is saved is saved once for each step: of cases and notices each of the first steps is a place of its own. */
function severalTimes(pair: Pair): Pair[] {
  const steps = { "casework@store.saved.cases": 4, "takedown@store.saved.notices": 4 };
  const times = new Map(Object.entries(steps)).get(`${pair.service}@${pair.failpoint}`) ?? 1;
  return Array.from({ length: times }, (_, n) => ({ ...pair, nth: n + 1 }));
}
