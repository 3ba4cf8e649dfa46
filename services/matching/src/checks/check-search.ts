import { setImmediate } from "node:timers/promises";
import { isNegative } from "@ntd/facts";
import { comparisonThreshold } from "@ntd/imagehash/compare";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { Hit } from "@ntd/proto/matching/v1/match";
import type { NotJudgedReason } from "@ntd/proto/matching/v1/check_service";
import { callSignal } from "@ntd/service";
import { thresholdsOf, type LoadedSet } from "../lists/loaded-set.ts";
import { strongest } from "../search/hits.ts";
import { DEFAULT_RECIPE, isExact, PERCEPTUAL, planOf, type PerceptualAlgorithm } from "../search/search-plan.ts";
import { withVetoes } from "../search/veto.ts";
import { isRetired } from "../store.ts";

/** What became of one fingerprint: hits in sets that answer industry, or why it could not be looked up. */
export type Finding = { hits: readonly Hit[] } | { notJudged: NotJudgedReason };

/** Hashes that are looked up at a stretch: a few milliseconds of the loop where sets are searched on it. */
const STRETCH = 100;

/** What each hash of a batch came to, side by side: most of them are known nowhere, and make no object. */
interface Progress {
  isKnown: Uint8Array;
  isJudged: Uint8Array;
  lacksDetail: Uint8Array;
}

/** Whether a set answers industry: a positive one in force whose terms say so. */
export function answersIndustry({ known }: Pick<LoadedSet, "known">): boolean {
  const { check, policy } = known;
  const isAgreed = check === "CHECK_TERMS_KNOWN" || check === "CHECK_TERMS_EXPLAINED";
  return isAgreed && policy?.role === "SET_ROLE_POSITIVE" && !isRetired(known);
}

/**
 * Looks up fingerprints, each for itself. All of them go through each set that answers together, and there it only counts
 * whether anything is found; what is known, which is little, is looked up again with all that is to be told of it, and
 * with what negative sets say against it.
 */
export async function searchChecked(
  sets: readonly LoadedSet[],
  fingerprints: readonly Fingerprint[],
  recipe: string,
): Promise<Finding[]> {
  const asked = sets.filter(answersIndustry);
  const { isKnown, isJudged, lacksDetail } = await whetherKnown(asked, fingerprints, recipe);
  const findings = fingerprints.map((_, nth): Finding => {
    if (isJudged[nth] === 1) return NOTHING;
    if (asked.length === 0) return NO_SET;
    return lacksDetail[nth] === 1 ? TOO_LITTLE : OTHER_RECIPE;
  });
  const negative = sets.filter(({ known }) => isNegative({ setRole: known.policy?.role ?? "SET_ROLE_POSITIVE" }));
  const told = new Set(asked.map(({ setId }) => setId));
  const places = [...isKnown.keys()].filter((nth) => isKnown[nth] === 1);
  for (let at = 0; at < places.length; at += STRETCH) {
    const some = places.slice(at, at + STRETCH);
    const found = await Promise.all(some.map((nth) => allOf([...asked, ...negative], fingerprints[nth], recipe)));
    for (const [i, hits] of found.entries()) {
      const all = withVetoes(hits).filter(({ setId }) => told.has(setId));
      // What a negative set has as well is for a person, be the bytes equal: casework decides nothing by it either.
      findings[some[i] ?? -1] = {
        hits: hits.some(isNegative) ? all.map((hit) => ({ ...hit, nominatesOnly: true })) : all,
      };
    }
    await breathe();
  }
  return findings;
}

const NOTHING: Finding = { hits: [] };
const NO_SET: Finding = { notJudged: "NOT_JUDGED_REASON_NO_SET" };
const TOO_LITTLE: Finding = { notJudged: "NOT_JUDGED_REASON_TOO_LITTLE_DETAIL" };
const OTHER_RECIPE: Finding = { notJudged: "NOT_JUDGED_REASON_RECIPE" };

async function allOf(sets: readonly LoadedSet[], fingerprint: Fingerprint | undefined, recipe: string): Promise<Hit[]> {
  if (fingerprint === undefined) return [];
  const plan = planOf([fingerprint], recipe);
  const found = await Promise.all(sets.map((set) => set.search(plan)));
  return strongest(found.flat());
}

async function whetherKnown(asked: readonly LoadedSet[], fingerprints: readonly Fingerprint[], recipe: string) {
  const bytes = () => new Uint8Array(fingerprints.length);
  const progress: Progress = { isKnown: bytes(), isJudged: bytes(), lacksDetail: bytes() };
  for (const set of asked) {
    for (let from = 0; from < fingerprints.length; from += STRETCH) {
      const part = { fingerprints: fingerprints.slice(from, from + STRETCH), from };
      findEqual(set, part, progress);
      // One after the other: who looks something up meanwhile waits for no more than one of these.
      for (const algorithm of PERCEPTUAL) await findNear({ set, algorithm, recipe }, part, progress);
      if (fingerprints.length > STRETCH) await breathe();
    }
  }
  return progress;
}

interface Part {
  fingerprints: readonly Fingerprint[];
  /** The place of the first one in the batch. */
  from: number;
}

function findEqual(set: LoadedSet, { fingerprints, from }: Part, progress: Progress): void {
  for (const [nth, { algorithm, value }] of fingerprints.entries()) {
    if (!isExact(algorithm)) continue;
    progress.isJudged[from + nth] = 1;
    if (set.entries.equal[algorithm].table.find(value) !== undefined) progress.isKnown[from + nth] = 1;
  }
}

async function findNear(
  { set, algorithm, recipe }: { set: LoadedSet; algorithm: PerceptualAlgorithm; recipe: string },
  { fingerprints, from }: Part,
  progress: Progress,
): Promise<void> {
  const { policy } = set.known;
  const thresholds = thresholdsOf({ policy });
  const name = algorithm === "ALGORITHM_PDQ" ? "pdq" : "blockhash";
  const floor = algorithm === "ALGORITHM_PDQ" ? thresholds.pdqQuality : thresholds.blockhashTransitions;
  const { threshold } = comparisonThreshold(name, thresholds[name], recipe, policy?.recipe ?? DEFAULT_RECIPE);
  const [values, places]: [Uint8Array[], number[]] = [[], []];
  for (const [nth, fingerprint] of fingerprints.entries()) {
    if (fingerprint.algorithm !== algorithm) continue;
    if (fingerprint.quality < floor) progress.lacksDetail[from + nth] = 1;
    else if (threshold >= 0) {
      progress.isJudged[from + nth] = 1;
      values.push(fingerprint.value);
      places.push(from + nth);
    }
  }
  const { index } = set.entries.near[algorithm];
  if (values.length === 0 || index.size === 0) return;
  const results = await index.searchMany(values, threshold, 1);
  for (const [i, { ids }] of results.entries()) if (ids.length > 0) progress.isKnown[places[i] ?? 0] = 1;
}

async function breathe(): Promise<void> {
  await setImmediate();
  callSignal()?.throwIfAborted();
}
