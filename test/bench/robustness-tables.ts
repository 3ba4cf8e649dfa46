import { BLOCKHASH_RADIUS, comparisonThreshold, PDQ_RADIUS, rateAtMost, RECIPE_EXACT } from "@ntd/imagehash/compare";
import { RECIPE_FAST, recipeId, type PerceptualAlgorithm } from "@ntd/imagehash/compare";
import { EDITS, type EditGroup } from "./robustness-edits.ts";
import { pairsOf, type FalseMatches } from "./robustness-false-matches.ts";
import { automaticOf, ownOf, recallOf, toldOf, type Outcome } from "./robustness-recall.ts";
import { quantile } from "./report.ts";

const GROUPS: readonly EditGroup[] = ["stored", "scaled", "toned", "framed", "bordered", "turned"];
const STEPS = [0, 8, 12, 16, 20, 24, 31, 40, 48];
const RULES = ["pdqWithoutFloor", "pdq", "blockhashWithoutFloor", "blockhash", "blockhashWithBothFloors"] as const;

/** What each edit leaves of each hash, and what the platform makes of it. */
export function printRecall(title: string, outcomes: readonly Outcome[]): void {
  const rows = EDITS.map((edit) => {
    const some = outcomes.filter((outcome) => outcome.edit === edit);
    const [pdq, blockhash] = [recallOf(some, "pdq", PDQ_RADIUS), recallOf(some, "blockhash", BLOCKHASH_RADIUS)];
    const bits = [pdq, blockhash].map(({ p50, p90 }) => `${p50} / ${p90}`);
    return [
      edit.name,
      percent(pdq.found),
      bits[0],
      percent(blockhash.found),
      bits[1],
      percent(toldOf(some)),
      percent(automaticOf(some)),
      percent(ownOf(some)),
    ];
  });
  const [pdq, blockhash] = [`PDQ ≤ ${PDQ_RADIUS}`, `blockhash ≤ ${BLOCKHASH_RADIUS}`];
  const bits = "bits, p50 / p90";
  print(
    title,
    [
      "edit",
      `${pdq}, %`,
      bits,
      `${blockhash}, %`,
      bits,
      "told: either, %",
      "automatic: PDQ, %",
      "own material: PDQ or derived, %",
    ],
    rows,
  );
}

/** What a wider threshold would find of each kind of edit, beside what it would find wrongly. */
export function printChoice(algorithm: PerceptualAlgorithm, outcomes: readonly Outcome[], found: FalseMatches): void {
  const rows = STEPS.map((step) => {
    const { pairs, seen } = pairsOf(found[algorithm], step);
    const recalls = GROUPS.map((group) => {
      const some = outcomes.filter(({ edit }) => edit.group === group);
      return percent(recallOf(some, algorithm, step).found);
    });
    return [step, ...recalls, seen, rateAtMost(seen, pairs).toExponential(1)];
  });
  const title = `${algorithm}: % found by kind of edit, and false matches, by threshold`;
  print(title, ["≤ bits", ...GROUPS, "false matches", "rate at most (95 %)"], rows);
}

/** Pairs of unrelated pictures within each distance, by rule, and the bound of the rate for the pairs compared. */
export function printFalseMatches(found: FalseMatches): void {
  const rows = STEPS.map((step) => {
    const cells = RULES.map((rule) => {
      const { pairs, seen } = pairsOf(found[rule], step);
      return `${seen} (${rateAtMost(seen, pairs).toExponential(1)})`;
    });
    return [step, ...cells];
  });
  const heads = ["PDQ, no floor", "PDQ", "blockhash, no floor", "blockhash", "blockhash, also PDQ's floor"];
  const pairs = RULES.map((rule) => pairsOf(found[rule], 256).pairs.toExponential(2));
  print(
    "False matches: pairs of unrelated pictures and crops (upper bound of the rate a pair, 95 %)",
    ["≤ bits", ...heads],
    [["pairs compared", ...pairs], ...rows],
  );
  const { pairs: all, seen } = pairsOf(found.told, 0);
  console.log(`\nTold, by either hash at its threshold and floor: ${seen} of ${all} pairs.`);
}

/** How far a picture hashed by one recipe lies from itself hashed by the other; PDQ quality at least 50. */
export function printDrift(drift: Readonly<Record<PerceptualAlgorithm, number[]>>): void {
  const rows = (["pdq", "blockhash"] as const).map((algorithm) => {
    const bits = drift[algorithm];
    return [algorithm, bits.length, ...[0.5, 0.9, 0.99, 1].map((share) => quantile(bits, share))];
  });
  print(
    "Drift: bits between the recipes exact and fast, same file",
    ["", "pictures", "p50", "p90", "p99", "max"],
    rows,
  );
}

/** A list made by the recipe exact, searched with hashes made by fast: recall at the threshold for that. */
export function printAcross(outcomes: readonly Outcome[]): void {
  const radius = (algorithm: PerceptualAlgorithm, usual: number) =>
    comparisonThreshold(algorithm, usual, recipeId(RECIPE_EXACT), recipeId(RECIPE_FAST)).threshold;
  const [pdq, blockhash] = [radius("pdq", PDQ_RADIUS), radius("blockhash", BLOCKHASH_RADIUS)];
  const rows = EDITS.map((edit) => {
    const some = outcomes.filter((outcome) => outcome.edit === edit);
    const cells = [
      recallOf(some, "pdq", pdq),
      recallOf(some, "pdq", PDQ_RADIUS),
      recallOf(some, "blockhash", blockhash),
      recallOf(some, "blockhash", BLOCKHASH_RADIUS),
    ];
    return [edit.name, ...cells.map(({ found }) => percent(found))];
  });
  const heads = [`PDQ ≤ ${pdq}`, `PDQ ≤ ${PDQ_RADIUS}`, `blockhash ≤ ${blockhash}`, `blockhash ≤ ${BLOCKHASH_RADIUS}`];
  print("Listed by exact, looked up by fast: % found", ["edit", ...heads], rows);
}

function percent(value: number): string {
  return value.toFixed(1);
}

export function print(title: string, heads: readonly string[], rows: readonly (readonly unknown[])[]): void {
  const lines = [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  console.log(`\n${title}\n\n${lines.join("\n")}`);
}
