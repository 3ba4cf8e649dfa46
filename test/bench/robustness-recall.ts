import { BLOCKHASH_RADIUS, blockhashIsComparable, PDQ_RADIUS, pdqIsComparable } from "@ntd/imagehash/compare";
import type { Edit } from "./robustness-edits.ts";
import { blockhashDistance, pdqDistance, type Hashes } from "./robustness-hashes.ts";
import type { Origin } from "./robustness-sources.ts";
import { quantile } from "./report.ts";

/** How far the edited picture lies from the listed one; null where the listed one is below the floor. */
export interface Outcome {
  readonly origin: Origin;
  readonly edit: Edit;
  readonly pdq: Distance | null;
  readonly blockhash: Distance | null;
}

/** A query below the floor is not looked up, however near it lies. */
interface Distance {
  readonly bits: number;
  readonly lookedUp: boolean;
}

/** What was found of a number of listed pictures, in percent, and at which distances they lie. */
export interface Recall {
  readonly found: number;
  readonly p50: number;
  readonly p90: number;
}

export function outcomeOf(origin: Origin, edit: Edit, listed: Hashes, query: Hashes): Outcome {
  const pdq = { bits: pdqDistance(query, listed), lookedUp: pdqIsComparable(query) };
  const blockhash = { bits: blockhashDistance(query, listed), lookedUp: blockhashIsComparable(query) };
  return {
    origin,
    edit,
    pdq: pdqIsComparable(listed) ? pdq : null,
    blockhash: blockhashIsComparable(listed) ? blockhash : null,
  };
}

export function recallOf(outcomes: readonly Outcome[], algorithm: "pdq" | "blockhash", radius: number): Recall {
  const distances = outcomes.flatMap((outcome) => outcome[algorithm] ?? []);
  const bits = distances.map((distance) => distance.bits);
  const found = share(distances, (distance) => finds(distance, radius));
  return { found, p50: quantile(bits, 0.5), p90: quantile(bits, 0.9) };
}

/** Percent of the pictures listed by either hash that are told to a person: PDQ or blockhash found them. */
export function toldOf(outcomes: readonly Outcome[]): number {
  return share(listed(outcomes), ({ pdq, blockhash }) => finds(pdq, PDQ_RADIUS) || finds(blockhash, BLOCKHASH_RADIUS));
}

/** Percent of the same pictures that may be decided automatically: PDQ found them. */
export function automaticOf(outcomes: readonly Outcome[]): number {
  return share(listed(outcomes), ({ pdq }) => finds(pdq, PDQ_RADIUS));
}

function listed(outcomes: readonly Outcome[]): Outcome[] {
  return outcomes.filter(({ pdq, blockhash }) => pdq !== null || blockhash !== null);
}

function finds(distance: Distance | null, radius: number): boolean {
  return distance !== null && distance.lookedUp && distance.bits <= radius;
}

function share<T>(all: readonly T[], wanted: (one: T) => boolean): number {
  return (100 * all.filter(wanted).length) / all.length;
}
