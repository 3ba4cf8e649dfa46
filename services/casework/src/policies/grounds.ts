import { isOfBytes, mayDecide } from "@ntd/facts";
import { PDQ_MIN_QUALITY, PDQ_RADIUS } from "@ntd/imagehash/compare";
import type { Hit, RevokedHit } from "@ntd/proto/matching/v1/match";
import { HASH_LIST } from "../doubts/doubt.ts";
import { hitInBasis } from "./basis.ts";
import { carryingHits, isWeak, partnerOf, speakAgainst } from "./policy.ts";

type Key = Pick<Hit, "setId" | "entryId" | "algorithm">;

/**
 * A hit that decides. Withdrawn: its entry was taken back for a reason that does not call it wrong. Unlisted: it is there
 * no more, and nobody has said why. Beside: the entry of the other hash without which it would have been weak. Weak: it
 * was one hash alone, and its set allowed that.
 */
type Ground = Key & { withdrawn?: true; unlisted?: true; beside?: string; weak?: true };

/** What an automatic decision rests on: the hits that decide, and how near they had to be when it was made. */
export interface Grounds {
  hits: Ground[];
  pdqRadius: number;
  pdqMinQuality: number;
}

/** The grounds of a decision that is made now. */
export function groundsOf(hits: readonly Hit[]): Grounds {
  return { hits: deciding(hits), pdqRadius: PDQ_RADIUS, pdqMinQuality: PDQ_MIN_QUALITY };
}

/** Those of a decision of release 0.2, which kept one of them, as text; undefined when it cannot be read. */
export function groundsInBasis(basis: string): Grounds | undefined {
  const hit = hitInBasis(basis);
  return hit && { hits: [keyAlone(hit)], pdqRadius: 31, pdqMinQuality: 50 };
}

/** What is known of the hits that a decision rests on. */
export interface Known {
  hits: readonly Hit[];
  revoked: readonly RevokedHit[];
  /** The content is another than the one that was decided on. */
  moved: boolean;
}

/**
 * What the decision rests on now: without the hits that were called wrong, with those that nobody called wrong though
 * they are there no more, and with those that decide by themselves by now, so that it outlives its first ones.
 */
export function settled(grounds: Grounds, known: Known): Grounds {
  const before = grounds.hits.flatMap((ground) => settledGround(grounds, ground, known));
  const left = before.filter((one) => isWhole(one, before));
  // What it was made on keeps the rules of then.
  const found = new Map([...deciding(known.hits), ...left].map((one) => [keyOf(one), one]));
  const hits = [...found.values()];
  const same = hits.length === grounds.hits.length && grounds.hits.every((one) => isSame(one, found.get(keyOf(one))));
  return same ? grounds : { ...grounds, hits };
}

/** Whether the decision stands: on a hit that it rests on, or on another one that decides by itself. */
export function isCarried(grounds: Grounds | undefined, hits: readonly Hit[]): boolean {
  return carriers(grounds, hits).length > 0;
}

/** What the decision stands on. A negative set's hit leaves only equality of the bytes standing. */
export function carriers(grounds: Grounds | undefined, hits: readonly Hit[]): Key[] {
  const vetoed = speakAgainst(hits);
  const all = grounds?.hits ?? [];
  const isLeft = (one: Ground) => isWhole(one, all) && (!vetoed || (isOfBytes(one.algorithm) && one.weak !== true));
  return [...carryingHits(hits), ...all.filter(isLeft)];
}

// Of two hashes that were certain together, one alone carries nothing.
function isWhole({ setId, beside }: Ground, all: readonly Ground[]): boolean {
  return beside === undefined || all.some((one) => one.setId === setId && one.entryId === beside);
}

// A list that drops an entry, another threshold and another policy say nothing about what was decided. Other content may
// be another file; what was found by likeness before it was dropped is the same picture still, or prober would say so.
function settledGround(grounds: Grounds, ground: Ground, { hits, revoked, moved }: Known): Ground[] {
  if (hits.some((hit) => carries(grounds, ground, hit))) return [unmarked(ground)];
  const { setId, entryId } = ground;
  const why = revoked.find((one) => one.setId === setId && one.entryId === entryId);
  if (why !== undefined && isCalledWrong(why)) return [];
  if (moved) return isMarked(ground) && !isOfBytes(ground.algorithm) ? [ground] : [];
  if (why !== undefined) return [{ ...unmarked(ground), withdrawn: true }];
  return isMarked(ground) ? [ground] : [{ ...ground, unlisted: true }];
}

/** Who called a hit wrong or not illegal; "hash-list" where that is not known. */
export function takenBackBy(revoked: readonly RevokedHit[]): string[] {
  const persons = revoked.filter(isCalledWrong).flatMap(({ revokedBy }) => revokedBy);
  return persons.length === 0 ? [HASH_LIST] : [...new Set(persons)].toSorted();
}

/** Whether it was taken back as wrong, as not illegal, or without a cause: it carries nothing any more. */
export function isCalledWrong({ cause }: Pick<RevokedHit, "cause">): boolean {
  return !HARMLESS.has(cause);
}

const HARMLESS: ReadonlySet<RevokedHit["cause"]> = new Set([
  "REVOCATION_CAUSE_WITHDRAWN_BY_CONTRIBUTOR",
  "REVOCATION_CAUSE_EXPIRED",
  "REVOCATION_CAUSE_LICENCE",
  "REVOCATION_CAUSE_RECLASSED",
  "REVOCATION_CAUSE_DUPLICATE",
]);

// Neither votes nor what a set allows matter: they are of today, the decision is not.
function carries(grounds: Grounds, ground: Ground, hit: Hit): boolean {
  if (!mayDecide(hit) || keyOf(hit) !== keyOf(ground)) return false;
  return isOfBytes(hit.algorithm) || isNear(grounds, hit);
}

function isNear({ pdqRadius, pdqMinQuality }: Grounds, hit: Hit): boolean {
  const { distance, queryQuality, entryQuality, nominatesOnly = false } = hit;
  return !nominatesOnly && distance <= pdqRadius && Math.min(queryQuality, entryQuality) >= pdqMinQuality;
}

function isMarked({ withdrawn, unlisted }: Ground): boolean {
  return withdrawn === true || unlisted === true;
}

function isSame(one: Ground, other: Ground | undefined): boolean {
  return one.withdrawn === other?.withdrawn && one.unlisted === other?.unlisted;
}

function deciding(hits: readonly Hit[]): Ground[] {
  return carryingHits(hits).map((hit) => {
    const beside = partnerOf(hit, hits)?.entryId;
    const weak = isWeak(hit, hits) && { weak: true as const };
    return { ...keyAlone(hit), ...(beside !== undefined && { beside }), ...weak };
  });
}

function keyAlone({ setId, entryId, algorithm }: Key): Ground {
  return { setId, entryId, algorithm };
}

function unmarked(ground: Ground): Ground {
  const { withdrawn: _, unlisted: __, ...plain } = ground;
  return plain;
}

function keyOf({ setId, entryId, algorithm }: Key): string {
  return JSON.stringify([setId, entryId, algorithm]);
}
