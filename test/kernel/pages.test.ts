import { long } from "@ntd/testing/runs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { killedAt, labelOf, recorded, type Pair } from "./crash.ts";
import { pagePath, type PageEnd } from "./pages.ts";
import { startGround, type Ground } from "./path.ts";

let ground: Ground;
let path: { pairs: Pair[]; expected: PageEnd };

beforeAll(async () => {
  ground = await startGround({ apply: { ackWaitMs: 1000 } });
  path = await recorded(ground, pagePath(ground, 11_000));
}, 240_000);
afterAll(() => ground[Symbol.asyncDispose]());

test("fault-free, the listed picture of a page is removed at its host, and the page waits for a person", () => {
  expect(path.expected).toEqual({
    page: {
      state: "TARGET_STATE_NOT_MEDIA",
      episode: 1,
      shows: ["img PROBE_REASON_UNSPECIFIED", "img PROBE_REASON_UNSPECIFIED"],
      isClosed: false,
    },
    case: {
      state: "CASE_STATE_QUEUED",
      reason: "QUEUE_REASON_PAGE_ITEMS",
      counts: { known: 1, near: 0, unknown: 1, notJudged: 0 },
    },
    found: [
      {
        state: "TARGET_STATE_GONE",
        episode: 1,
        decision: "VERDICT_ILLEGAL",
        notices: [{ state: "NOTICE_STATE_CLOSED", outcomes: ["OUTCOME_REMOVED"] }],
      },
    ],
  });
  const crossed = new Set(path.pairs.map((pair) => labelOf([pair])));
  for (const place of [
    "prober@prober.page",
    "prober@prober.found",
    "matching@matching.page",
    "matching@matching.items",
  ])
    expect(crossed).toContain(`${place}:1`);
});

/** Who has a hand in pages; what else the path crosses is killed in the paths of a report and of police. */
const HANDS = ["prober", "matching", "casework"];

/** What pages add to the path of a report: the short form is about that alone. */
const OF_PAGES =
  /pages|rows|prober\.(?:page|found)|matching\.|bus\.handled\.(?:page|match)|store\.saved\.(?:targets|cases)/;

// Nor is anybody killed in the short form where he has only read, or has nothing left to do.
test(
  "killed at every failpoint that a page and what is found on it cross, the end states are the same",
  async () => {
    const pairs = path.pairs
      .filter(({ service }) => HANDS.includes(service))
      .filter(
        ({ failpoint }) =>
          long || (OF_PAGES.test(failpoint) && !/^store\.loaded|^bus\.received|^bus\.acked/.test(failpoint)),
      )
      .flatMap(severalTimes);
    const pairsOf = (service: string) => pairs.filter((pair) => pair.service === service);
    const rounds = Math.max(...HANDS.map((service) => pairsOf(service).length));
    for (let round = 0; round < rounds; round++) {
      const armed = HANDS.flatMap((service) => pairsOf(service).slice(round, round + 1));
      const end = await killedAt(ground, armed, pagePath(ground, 11_001 + round));
      expect(end, labelOf(armed)).toEqual(path.expected);
    }
    console.log(`killed at ${pairs.length} (service, failpoint) pairs in ${rounds} rounds`);
  },
  long ? 3_600_000 : 900_000,
);

/** The first write is the page's, the second one of what was found on it. */
function severalTimes(pair: Pair): Pair[] {
  const steps = { "prober@store.saved.pages": 2, "casework@store.saved.cases": 2 };
  const times = new Map(Object.entries(steps)).get(`${pair.service}@${pair.failpoint}`) ?? 1;
  return Array.from({ length: times }, (_, n) => ({ ...pair, nth: n + 1 }));
}
