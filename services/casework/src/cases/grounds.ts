import { PDQ_MIN_QUALITY, PDQ_RADIUS } from "@ntd/imagehash/compare";
import type { Hit, RevokedHit } from "@ntd/proto/matching/v1/match";
import { HASH_LIST } from "../doubts/doubt.ts";
import { decidingHits, isEqualBytes, isNegative } from "./policy.ts";

type Key = Pick<Hit, "setId" | "entryId" | "algorithm">;

/** A hit that decides. Withdrawn: its entry was taken back for a reason that does not call it wrong. */
type Ground = Key & { withdrawn?: true };

/** What an automatic decision rests on: the hits that decide, and how near they had to be when it was made. */
export interface Grounds {
  hits: Ground[];
  pdqRadius: number;
  pdqMinQuality: number;
}

/** The grounds of a decision that is made now. */
export function groundsOf(hits: readonly Hit[]): Grounds {
  return { hits: decidingHits(hits).map(groundOf), pdqRadius: PDQ_RADIUS, pdqMinQuality: PDQ_MIN_QUALITY };
}

/** Those of a decision of release 0.2, which kept one of them, as text; undefined when it cannot be read. */
export function groundsInBasis(basis: string): Grounds | undefined {
  const [, name, setId, entryId] = /^(\w+) distance .*; set (.+), release .*, entry (.+), votes \d+$/.exec(basis) ?? [];
  if (name === undefined || setId === undefined || entryId === undefined) return undefined;
  const algorithm = `ALGORITHM_${name}` as Hit["algorithm"];
  return { hits: [{ setId, entryId, algorithm }], pdqRadius: 31, pdqMinQuality: 50 };
}

/** With the hits marked that were taken back without being called wrong: the decision still rests on them. */
export function withWithdrawn(grounds: Grounds, revoked: readonly RevokedHit[]): Grounds {
  const harmless = revoked.filter(({ cause }) => HARMLESS.has(cause));
  const isWithdrawn = ({ setId, entryId }: Ground) =>
    harmless.some((one) => one.setId === setId && one.entryId === entryId);
  if (!grounds.hits.some((ground) => ground.withdrawn === undefined && isWithdrawn(ground))) return grounds;
  return { ...grounds, hits: grounds.hits.map((one) => (isWithdrawn(one) ? { ...one, withdrawn: true } : one)) };
}

/** Who called a hit wrong or not illegal; "hash-list" where that is not known. */
export function takenBackBy(revoked: readonly RevokedHit[]): string[] {
  const persons = revoked.filter(({ cause }) => !HARMLESS.has(cause)).flatMap(({ revokedBy }) => revokedBy);
  return persons.length === 0 ? [HASH_LIST] : [...new Set(persons)].toSorted();
}

const HARMLESS: ReadonlySet<RevokedHit["cause"]> = new Set([
  "REVOCATION_CAUSE_WITHDRAWN_BY_CONTRIBUTOR",
  "REVOCATION_CAUSE_EXPIRED",
  "REVOCATION_CAUSE_LICENCE",
  "REVOCATION_CAUSE_RECLASSED",
  "REVOCATION_CAUSE_DUPLICATE",
]);

/** Whether the decision rests on what was withdrawn. A negative set's hit leaves only equality of the bytes standing. */
export function isUpheld(grounds: Grounds | undefined, hits: readonly Hit[]): boolean {
  const vetoed = hits.some(isNegative);
  return grounds?.hits.some((one) => one.withdrawn === true && (!vetoed || isEqualBytes(one))) ?? false;
}

/** Whether the decision stands on what is hit now: on a hit that it rests on, or on another one that decides by itself. */
export function isCarried(grounds: Grounds | undefined, hits: readonly Hit[]): boolean {
  return decidingHits(hits).length > 0 || (grounds !== undefined && carrying(grounds, hits).length > 0);
}

/** With the hits that decide by themselves now, so that the decision outlives its first ones; without those that are lost. */
export function renewed(grounds: Grounds, hits: readonly Hit[]): Grounds {
  const withdrawn = grounds.hits.filter((one) => one.withdrawn === true);
  const carry = [...withdrawn, ...[...carrying(grounds, hits), ...decidingHits(hits)].map(groundOf)];
  const found = new Map(carry.map((ground) => [keyOf(ground), ground]));
  const same = found.size === grounds.hits.length && grounds.hits.every((ground) => found.has(keyOf(ground)));
  return found.size === 0 || same ? grounds : { ...grounds, hits: [...found.values()] };
}

// Neither votes nor what a set allows matter: they are of today, the decision is not. A negative set's hit leaves only
// equality of the bytes standing.
function carrying(grounds: Grounds, hits: readonly Hit[]): Hit[] {
  const known = new Set(grounds.hits.map(keyOf));
  const vetoed = hits.some(isNegative);
  return hits.filter((hit) => {
    if (isNegative(hit) || !known.has(keyOf(hit))) return false;
    return isEqualBytes(hit) || (!vetoed && isNear(grounds, hit));
  });
}

function isNear({ pdqRadius, pdqMinQuality }: Grounds, { distance, queryQuality, entryQuality }: Hit): boolean {
  return distance <= pdqRadius && Math.min(queryQuality, entryQuality) >= pdqMinQuality;
}

function groundOf({ setId, entryId, algorithm }: Hit): Ground {
  return { setId, entryId, algorithm };
}

function keyOf({ setId, entryId, algorithm }: Key): string {
  return JSON.stringify([setId, entryId, algorithm]);
}
