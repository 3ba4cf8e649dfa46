import { long } from "@ntd/testing/runs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstPath, killedAt, labelOf, processesOf, recorded as recordedOf, type Pair } from "./crash.ts";
import { startGround, type EndState, type Ground } from "./path.ts";

let ground: Ground;
let recorded: { pairs: Pair[]; expected: EndState };

beforeAll(async () => {
  ground = await startGround({ apply: { ackWaitMs: 1000 } });
  recorded = await recordedOf(ground, firstPath(ground, 1001));
}, 180_000);
afterAll(() => ground[Symbol.asyncDispose]());

test("fault-free, the path ends verified and crosses failpoints in every service that has a store", () => {
  const crossed = new Set(recorded.pairs.map((pair) => pair.service));
  const withStore = ["casework", "compliance", "hashlists", "intake", "isp-agent", "matching", "prober", "takedown"];
  expect([...crossed].toSorted()).toEqual(withStore);
  expect(recorded.expected).toMatchObject({
    target: { state: "TARGET_STATE_GONE", episode: 1, interval: true },
    case: { state: "CASE_STATE_AUTO_DECIDED", verdict: "VERDICT_ILLEGAL", reports: 1 },
    notices: [{ state: "NOTICE_STATE_CLOSED", outcomes: ["OUTCOME_REMOVED"], gone: true }],
  });
});

// Each round kills every process once, each at its next failpoint: the same path must come to the same end. In the long
// form each pair has a path of its own before.
test(
  "killed at every failpoint that the path crosses, each process comes back and the end states are the same",
  async () => {
    const services = [...processesOf(ground).keys()];
    if (long) {
      for (const [n, pair] of recorded.pairs.entries()) {
        const end = await killedAt(ground, [pair], firstPath(ground, 5000 + n));
        expect(end, labelOf([pair])).toEqual(recorded.expected);
      }
    }
    const pairsOf = (service: string) => recorded.pairs.filter((pair) => pair.service === service);
    const rounds = Math.max(...services.map((service) => pairsOf(service).length));
    for (let round = 0; round < rounds; round++) {
      const armed = services.flatMap((service) => pairsOf(service).slice(round, round + 1));
      expect(await killedAt(ground, armed, firstPath(ground, 2000 + round)), labelOf(armed)).toEqual(recorded.expected);
    }
    console.log(`killed at ${recorded.pairs.length} (service, failpoint) pairs in ${rounds} rounds`);
  },
  long ? 3_600_000 : 900_000,
);
