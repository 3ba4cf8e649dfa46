import { setImmediate } from "node:timers/promises";
import { isNegative } from "@ntd/facts";
import { comparisonThreshold } from "@ntd/imagehash/compare";
import type { Hit } from "@ntd/proto/matching/v1/match";
import type { NotJudgedReason } from "@ntd/proto/matching/v1/check_service";
import { callSignal } from "@ntd/service";
import { thresholdsOf, type LoadedSet } from "../lists/loaded-set.ts";
import { strongest } from "../search/hits.ts";
import { DEFAULT_RECIPE, type SearchPlan } from "../search/search-plan.ts";
import { withVetoes } from "../search/veto.ts";

/** What became of one fingerprint: hits in sets that answer industry, or why it could not be looked up. */
export type Finding = { hits: readonly Hit[] } | { notJudged: NotJudgedReason };

/** Plans that are begun at a stretch: a few milliseconds of the loop where sets are searched on it. */
const STRETCH = 100;

/** Whether a set answers industry: a positive one whose terms say so. */
export function answersIndustry({ known }: Pick<LoadedSet, "known">): boolean {
  const { check, policy } = known;
  const isAgreed = check === "CHECK_TERMS_KNOWN" || check === "CHECK_TERMS_EXPLAINED";
  return isAgreed && policy?.role === "SET_ROLE_POSITIVE";
}

/**
 * Looks up plans of one fingerprint each. All of them go through each set that answers together; only what is known, which
 * is little, is looked up again with all that is to be told of it, and with what negative sets say against it.
 */
export async function searchChecked(sets: readonly LoadedSet[], plans: readonly SearchPlan[]): Promise<Finding[]> {
  const asked = sets.filter(answersIndustry);
  const negative = sets.filter(({ known }) => isNegative({ setRole: known.policy?.role ?? "SET_ROLE_POSITIVE" }));
  const isKnown = await known(asked, plans);
  const findings: Finding[] = plans.map((plan) => {
    const notJudged = whyNotJudged(asked, plan);
    return notJudged === undefined ? { hits: [] } : { notJudged };
  });
  for (let at = 0; at < plans.length; at += STRETCH) {
    const places = plans
      .slice(at, at + STRETCH)
      .flatMap((plan, nth) => (isKnown[at + nth] ? [{ plan, place: at + nth }] : []));
    if (places.length === 0) continue;
    const all = [...asked, ...negative];
    const found = await Promise.all(
      places.map(async ({ plan }) => await Promise.all(all.map((set) => set.search(plan)))),
    );
    for (const [nth, hits] of found.entries()) {
      const told = withVetoes(strongest(hits.flat())).filter((hit) => asked.some(({ setId }) => setId === hit.setId));
      findings[places[nth]?.place ?? -1] = { hits: told };
    }
    await breathe();
  }
  return findings;
}

async function known(asked: readonly LoadedSet[], plans: readonly SearchPlan[]): Promise<boolean[]> {
  const isKnown = plans.map(() => false);
  const begun: Promise<void>[] = [];
  for (const set of asked) {
    for (let at = 0; at < plans.length; at += STRETCH) {
      const finds = set.finds(plans.slice(at, at + STRETCH));
      begun.push(finds.then((found) => found.forEach((is, nth) => is && (isKnown[at + nth] = true))));
      if (plans.length > STRETCH) await breathe();
    }
  }
  await Promise.all(begun);
  return isKnown;
}

async function breathe(): Promise<void> {
  await setImmediate();
  callSignal()?.throwIfAborted();
}

function whyNotJudged(asked: readonly LoadedSet[], plan: SearchPlan): NotJudgedReason | undefined {
  if (asked.length === 0) return "NOT_JUDGED_REASON_NO_SET";
  const reasons = asked.map((set) => whyNotBy(set, plan));
  if (reasons.includes(undefined)) return undefined;
  return reasons.includes("NOT_JUDGED_REASON_TOO_LITTLE_DETAIL")
    ? "NOT_JUDGED_REASON_TOO_LITTLE_DETAIL"
    : "NOT_JUDGED_REASON_RECIPE";
}

function whyNotBy({ known: { policy } }: LoadedSet, { near, recipe }: SearchPlan): NotJudgedReason | undefined {
  const [[pdq], [blockhash]] = [near.ALGORITHM_PDQ, near.ALGORITHM_BLOCKHASH256];
  const wanted = pdq ?? blockhash;
  if (wanted === undefined) return undefined;
  const thresholds = thresholdsOf({ policy });
  const floor = pdq === undefined ? thresholds.blockhashTransitions : thresholds.pdqQuality;
  if (wanted.quality < floor) return "NOT_JUDGED_REASON_TOO_LITTLE_DETAIL";
  const name = pdq === undefined ? "blockhash" : "pdq";
  const { threshold } = comparisonThreshold(name, thresholds[name], recipe, policy?.recipe ?? DEFAULT_RECIPE);
  return threshold < 0 ? "NOT_JUDGED_REASON_RECIPE" : undefined;
}
