import { BLOCKHASH_RADIUS, blockhashIsComparable, PDQ_RADIUS, pdqIsComparable } from "@ntd/imagehash/compare";
import type { Edit } from "./robustness-edits.ts";
import { blockhashDistance, formsDistance, pdqDistance, type Hashes } from "./robustness-hashes.ts";
import type { Origin } from "./robustness-sources.ts";
import { quantile } from "./report.ts";

/** How far the edited picture lies from the listed one; null where the listed one is below the floor. */
export interface Outcome {
  readonly origin: Origin;
  readonly edit: Edit;
  readonly pdq: Distance | null;
  readonly blockhash: Distance | null;
  /** To the nearest hash that was derived from the listed one. */
  readonly derived: Distance | null;
  /** The listed picture has a border of its own, which one around it cannot be told from. */
  readonly isBordered: boolean;
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

/** What is listed of a picture. */
export interface Listed {
  readonly hashes: Hashes;
  readonly derived: readonly Int32Array[];
  readonly isBordered: boolean;
}

/** Of what is looked up of the edited picture, that which lies nearest counts. */
export function outcomeOf(
  origin: Origin,
  edit: Edit,
  { hashes, derived, isBordered }: Listed,
  queries: readonly Hashes[],
): Outcome {
  const byPdq = (bitsOf: (query: Hashes) => number) =>
    nearest(queries.map((query) => [bitsOf(query), pdqIsComparable(query)]));
  const pdq = byPdq((query) => pdqDistance(query, hashes));
  const blockhash = nearest(queries.map((query) => [blockhashDistance(query, hashes), blockhashIsComparable(query)]));
  return {
    origin,
    edit,
    isBordered,
    pdq: pdqIsComparable(hashes) ? pdq : null,
    blockhash: blockhashIsComparable(hashes) ? blockhash : null,
    derived: pdqIsComparable(hashes)
      ? byPdq((query) => Math.min(256, ...derived.map((entry) => formsDistance(query, entry))))
      : null,
  };
}

function nearest(found: [number, boolean][]): Distance {
  const distances = found.map(([bits, lookedUp]) => ({ bits, lookedUp }));
  return distances.toSorted((a, b) => Number(b.lookedUp) - Number(a.lookedUp) || a.bits - b.bits)[0] as Distance;
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

/** Percent of the pictures listed by PDQ that are nominated as one's own material: by PDQ or by a derived hash. */
export function ownOf(outcomes: readonly Outcome[]): number {
  const own = outcomes.filter(({ pdq }) => pdq !== null);
  return share(own, ({ pdq, derived }) => finds(pdq, PDQ_RADIUS) || finds(derived, PDQ_RADIUS));
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
