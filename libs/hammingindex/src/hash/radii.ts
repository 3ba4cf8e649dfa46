import type { Band } from "./bands.ts";
import { choose } from "./choose.ts";
import { MAX_BAND_RADIUS, MAX_PROBES } from "../segments/layout.ts";

/**
 * The radius within which each band is looked up, −1 for not at all. By the general pigeonhole principle (Qin and
 * others, "GPH", ICDE 2018) a row within radius r is found when Σ (radius + 1) = r + 1: were it farther off in every
 * band, its distances would add up to more than r.
 */
export type Radii = readonly number[];

/** What a key looked up, a candidate and a scanned row cost beside each other: about 10, 10 and 1.3 ns. */
const KEY_COST = 8;
const CANDIDATE_COST = 8;

/** For rows that are spread evenly: radii that differ by one at most; undefined when a scan is expected to be faster. */
export function evenRadii(radius: number, bands: readonly Band[], rows: number): Radii | undefined {
  const each = Math.floor((radius + 1) / bands.length) - 1;
  const more = (radius + 1) % bands.length;
  const radii = bands.map((_, band) => (band < more ? each + 1 : each));
  return isWorth(radii, bands, expectedCandidates(radii, bands, rows), rows) ? radii : undefined;
}

/** How many candidates the radii lead to when the rows are spread evenly. */
export function expectedCandidates(radii: Radii, bands: readonly Band[], rows: number): number {
  return bands.reduce((sum, { bits }, band) => sum + (keysWithin(bits, radii[band] as number) * rows) / 2 ** bits, 0);
}

/**
 * The radii with the least cost when `candidates[band][weight]` were counted; undefined when a scan is faster still.
 * A knapsack by dynamic programming: each band adds radius + 1 to the sum that is needed.
 */
export function fittedRadii(
  radius: number,
  bands: readonly Band[],
  candidates: readonly (readonly number[])[],
  rows: number,
): Radii | undefined {
  const needed = radius + 1;
  let least = [{ cost: 0, radii: [] as number[] }] as ({ cost: number; radii: number[] } | undefined)[];
  for (const [band, { bits }] of bands.entries()) {
    const next: typeof least = [];
    const counts = candidates[band] ?? [];
    for (const [sum, before] of least.entries()) {
      if (before === undefined) continue;
      let cost = before.cost;
      for (let own = -1; own < counts.length; own++) {
        if (own >= 0) cost += KEY_COST * choose(bits, own) + CANDIDATE_COST * (counts[own] as number);
        const reached = Math.min(needed, sum + own + 1);
        if (cost < (next[reached]?.cost ?? Infinity)) next[reached] = { cost, radii: [...before.radii, own] };
      }
    }
    least = next;
  }
  const best = least[needed];
  if (best === undefined || best.cost > rows || keysOf(best.radii, bands) > MAX_PROBES) return undefined;
  return best.radii;
}

function isWorth(radii: Radii, bands: readonly Band[], candidates: number, rows: number): boolean {
  const keys = keysOf(radii, bands);
  if (Math.max(...radii) > MAX_BAND_RADIUS || keys > MAX_PROBES) return false;
  return keys * KEY_COST + candidates * CANDIDATE_COST <= rows;
}

function keysOf(radii: Radii, bands: readonly Band[]): number {
  return bands.reduce((sum, { bits }, band) => sum + keysWithin(bits, radii[band] as number), 0);
}

function keysWithin(bits: number, radius: number): number {
  let keys = 0;
  for (let weight = 0; weight <= radius; weight++) keys += choose(bits, weight);
  return keys;
}
