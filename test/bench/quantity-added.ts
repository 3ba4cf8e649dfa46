import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { AssessAddedRequest } from "@ntd/proto/matching/v1/list_impact_service";
import type { Deps } from "../../services/matching/src/deps.ts";
import { assessAdded } from "../../services/matching/src/impact/rpc-assess-added.ts";
import { calledBy } from "../../services/hashlists/test/deps.ts";
import { hashOf, near } from "./matching-service-entries.ts";
import { againstOf, NEGATIVE, ROWS, SET } from "./quantity-matching-fill.ts";
import { withLateness } from "./quantity-measure.ts";
import type { Sizes } from "./quantity-sizes.ts";
import { atMost, stated, type Figure } from "./report.ts";

/** As many as are asked about at once; of so many one lies near what the negative set has, and one is a row's own. */
const [ASKED, EVERY] = [100_000, 100];

/** What the new entries of a release would meet among all that was seen, and in the set that speaks against it. */
export async function measureAdded(
  deps: Pick<Deps, "collections" | "index" | "sources">,
  { rows, listed }: Pick<Sizes, "rows" | "listed">,
): Promise<Figure[]> {
  const asked = Math.min(ASKED, listed);
  const fingerprints = Array.from({ length: asked }, (_, n) => added(n, rows, listed));
  const { result, ms, lateMs } = await withLateness(() => assessAdded(deps)(sent(fingerprints), calledBy("service/h")));
  const what = `matching: what ${asked} new entries would meet among ${rows} rows`;
  return [
    atMost(what, ms / 1000, "s", 180),
    atMost(`${what}: event loop, p99 late`, lateMs, "ms", 50),
    stated(`${what}: entries that meet something`, result.metEntryCount, ""),
    stated(`${what}: entries near the ${againstOf(listed)} that speak against`, result.nearNegativeCount, ""),
  ];
}

function added(n: number, rows: number, listed: number): Fingerprint {
  const nth = Math.floor(n / EVERY);
  const own = n % EVERY === 0 ? near(NEGATIVE + (nth % againstOf(listed)), 5) : hashOf(2 ** 28 + n);
  // The picture of a row as it was first looked at.
  const value = n % EVERY === 1 ? hashOf(ROWS + (nth % rows) * 12) : own;
  return { algorithm: "ALGORITHM_PDQ", value, quality: 80 };
}

// oxlint-disable-next-line require-await -- a stream as a client sends one
async function* sent(all: readonly Fingerprint[]): AsyncGenerator<AssessAddedRequest> {
  yield { part: { $case: "setId", value: SET } };
  for (let at = 0; at < all.length; at += 1000) {
    yield { part: { $case: "entries", value: { fingerprints: all.slice(at, at + 1000) } } };
  }
}
