import { part, type Picture } from "@ntd/imagehash";
import { BLOCKHASH_RADIUS, blockhashIsComparable, PDQ_RADIUS, pdqIsComparable } from "@ntd/imagehash/compare";
import { blockhashDistance, formsDistance, hashesOf, pdqDistance, type Hashes } from "./robustness-hashes.ts";

/** A part of a source, or all of it. */
export interface Part {
  readonly source: number;
  readonly hashes: Hashes;
}

/** How many pairs of unrelated parts lie at each distance, by which rule. */
export interface FalseMatches {
  readonly pdqWithoutFloor: Float64Array;
  readonly pdq: Float64Array;
  readonly blockhashWithoutFloor: Float64Array;
  readonly blockhash: Float64Array;
  /** With the floor of PDQ besides its own. */
  readonly blockhashWithBothFloors: Float64Array;
  /** By what the platform tells a person, PDQ or blockhash: at 0 the pairs it would tell, at 1 the others. */
  readonly told: Float64Array;
}

export const CROPS = 58;

/** Parts with a fifth to three fifths of the sides of a picture, the same ones in every run. */
export function cropsOf(picture: Picture, source: number): Part[] {
  return Array.from({ length: CROPS }, (_, nth) => ({ source, hashes: hashesOf(cut(picture, source * CROPS + nth)) }));
}

/** Compares every part with all parts of the other sources: 78 million pairs take some 30 s. */
export function falseMatches(parts: readonly Part[]): FalseMatches {
  const found: FalseMatches = {
    pdqWithoutFloor: new Float64Array(257),
    pdq: new Float64Array(257),
    blockhashWithoutFloor: new Float64Array(257),
    blockhash: new Float64Array(257),
    blockhashWithBothFloors: new Float64Array(257),
    told: new Float64Array(2),
  };
  for (const [i, one] of parts.entries()) {
    for (const other of parts.slice(0, i)) if (other.source !== one.source) tally(one.hashes, other.hashes, found);
  }
  return found;
}

/** How near what is looked up of each picture comes to the hashes derived from the others. */
export function falseDerived(
  looks: readonly (readonly Hashes[])[],
  derived: readonly (readonly Int32Array[])[],
): Float64Array {
  const counts = new Float64Array(257);
  for (const [i, queries] of looks.entries()) {
    const others = derived.filter((_, source) => source !== i).flat();
    for (const query of queries.filter(pdqIsComparable)) {
      for (const entry of others) add(counts, formsDistance(query, entry));
    }
  }
  return counts;
}

/** How many pairs were compared, and how many of them lie within a distance. */
export function pairsOf(counts: Float64Array, distance: number): { pairs: number; seen: number } {
  const sum = (values: Float64Array) => values.reduce((total, count) => total + count, 0);
  return { pairs: sum(counts), seen: sum(counts.subarray(0, distance + 1)) };
}

function tally(one: Hashes, other: Hashes, found: FalseMatches): void {
  const [byPdq, byBlockhash] = [pdqDistance(one, other), blockhashDistance(one, other)];
  const pdq = pdqIsComparable(one) && pdqIsComparable(other);
  const blockhash = blockhashIsComparable(one) && blockhashIsComparable(other);
  add(found.pdqWithoutFloor, byPdq);
  add(found.blockhashWithoutFloor, byBlockhash);
  if (pdq) add(found.pdq, byPdq);
  if (blockhash) add(found.blockhash, byBlockhash);
  if (pdq && blockhash) add(found.blockhashWithBothFloors, byBlockhash);
  const told = (pdq && byPdq <= PDQ_RADIUS) || (blockhash && byBlockhash <= BLOCKHASH_RADIUS);
  add(found.told, told ? 0 : 1);
}

function add(counts: Float64Array, at: number): void {
  counts[at] = (counts[at] as number) + 1;
}

/** The nth part: places and sizes are spread evenly (multiples of three irrational numbers, without their wholes). */
function cut(picture: Picture, nth: number): Picture {
  const [size, across, down] = [0.8191725134, 0.6710436067, 0.5497004779].map((step) => ((nth + 1) * step) % 1);
  const share = 0.2 + 0.4 * (size as number);
  const [width, height] = [Math.round(picture.width * share), Math.round(picture.height * share)];
  const left = Math.floor((picture.width - width) * (across as number));
  const top = Math.floor((picture.height - height) * (down as number));
  return part(picture, { left, top, right: left + width, bottom: top + height });
}
