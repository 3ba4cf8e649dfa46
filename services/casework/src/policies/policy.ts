import { isNegative, isNothingToSee, isOfBytes, mayDecide } from "@ntd/facts";
import { PDQ_MIN_QUALITY, PDQ_RADIUS } from "@ntd/imagehash/compare";
import type { QueueReason } from "@ntd/proto/casework/v1/case";
import type { Hit, ItemCounts } from "@ntd/proto/matching/v1/match";
import type { TargetState } from "@ntd/proto/prober/v1/target";

/** What the platform itself knows of a target in one episode. */
export interface Evidence {
  target: { state: TargetState; saw: "nothing" | "file" | "picture"; absentFromTheFirst: boolean } | undefined;
  match: { hits: readonly Hit[]; tooLittleDetail: boolean; page?: { counts: ItemCounts } } | undefined;
}

/** What the policy says: decided by a hit, for a person, or too early to say. */
export type Judgement = { kind: "wait" } | { kind: "automatic"; hit: Hit } | { kind: "queue"; reason: QueueReason };

/**
 * A machine decides only when a set allows it and the match is as good as certain; all else goes to a person with its
 * reason. It waits while the target is unknown, since a decision must name its address. What was seen once is judged by
 * that, whatever later looks see or do not see.
 */
export function judge({ target, match }: Evidence): Judgement {
  if (target === undefined) return { kind: "wait" };
  const hits = match?.hits ?? [];
  const [hit] = decidingHits(hits);
  if (hit !== undefined) return { kind: "automatic", hit };
  if (hits.some((hit) => !isNegative(hit)) || speakAgainst(hits)) return queue(reasonOfHits(hits));
  // What a page shows is its own case: of the page, a person decides, also where nothing on it is known.
  if (match?.page !== undefined && showsAny(match.page.counts)) return queue("QUEUE_REASON_PAGE_ITEMS");
  if (target.state === "TARGET_STATE_NOT_MEDIA" || target.saw === "file") return queue("QUEUE_REASON_NOT_MEDIA");
  if (target.saw === "nothing" && target.absentFromTheFirst) return queue("QUEUE_REASON_ABSENT");
  if (target.saw === "nothing" && isNothingToSee(target)) return queue("QUEUE_REASON_UNREACHABLE");
  if (match === undefined) return { kind: "wait" };
  return queue(match.tooLittleDetail ? "QUEUE_REASON_TOO_LITTLE_DETAIL" : "QUEUE_REASON_NO_HIT");
}

/** The hits that decide, the best first; none where one of a negative set speaks against them, equal bytes or not. */
export function decidingHits(hits: readonly Hit[]): Hit[] {
  return speakAgainst(hits) ? [] : carryingHits(hits);
}

/** The hits on which a decision stands that was made before: what a negative set says later takes equal bytes from none. */
export function carryingHits(hits: readonly Hit[]): Hit[] {
  return knownHits(hits)
    .filter((hit) => hit.autoIssue && hit.votes >= hit.minVotes)
    .toSorted((a, b) => strength(a) - strength(b) || compare(a.setId, b.setId) || compare(a.entryId, b.entryId));
}

/**
 * The hits that are as good as certain, whatever their sets allow; none whose entry is disputed. A negative set's hit
 * leaves only equality of the bytes standing, and not where one hash alone says so.
 */
export function knownHits(hits: readonly Hit[]): Hit[] {
  const vetoed = speakAgainst(hits);
  return hits
    .filter((hit) => isCertain(hit, hits))
    .filter((hit) => !vetoed || (isOfBytes(hit.algorithm) && !isWeak(hit, hits)));
}

/**
 * Whether one set lists what another one calls innocent: the bytes equal those of a positive set's entry, or it is as
 * good as certain, and a negative set's hit speaks against that. Neither silences the other; a person looks. What a set
 * of a role of a newer release says is not known.
 */
export function isConflict(hits: readonly Hit[]): boolean {
  return contradicting(hits).length > 0;
}

/** The hits of both sides of a conflict; none where there is none. */
export function contradicting(hits: readonly Hit[]): Hit[] {
  const against = speaking(hits).filter(({ setRole }) => setRole === "SET_ROLE_NEGATIVE");
  const listed = hits.filter((hit) => mayDecide(hit) && (isOfBytes(hit.algorithm) || isCertain(hit, hits)));
  return against.length > 0 && listed.length > 0 ? [...listed, ...against] : [];
}

/** The sets that contradict each other. */
export function setsInConflict(hits: readonly Hit[]): string[] {
  return [...new Set(contradicting(hits).map(({ setId }) => setId))];
}

/** Like what a picture that a person decided illegal would be after an edit: it is in no list, and nominates. */
export function isDerived(hit: Hit): boolean {
  return hit.setRole === "SET_ROLE_DERIVED";
}

/**
 * Whether any hit speaks against the others. An innocent film or picture of which the film that was seen shows a part
 * alone (an intro, a logo) speaks of that part: matching has taken it out of the others' numbers.
 */
export function speakAgainst(hits: readonly Hit[]): boolean {
  return speaking(hits).length > 0;
}

function speaking(hits: readonly Hit[]): Hit[] {
  const vetoes = new Set(hits.map(({ vetoedBySet = "" }) => vetoedBySet));
  return hits.filter((hit) => isNegative(hit) && (isOfWhole(hit) || vetoes.has(hit.setId)));
}

function isOfWhole({ film }: Hit): boolean {
  return film === undefined || 2 * film.filmFramesFound >= film.filmFrames;
}

/** The hash beside this one, SHA-1 beside MD5, that is of the same listed file and equal, too: both are certain then. */
export function partnerOf(hit: Hit, hits: readonly Hit[]): Hit | undefined {
  const { setId, fileKey = "" } = hit;
  if (!isOfTwo(hit) || fileKey === "" || !isSizeEqual(hit)) return undefined;
  const isOther = (one: Hit) => isOfTwo(one) && one.algorithm !== hit.algorithm && one.setRole === hit.setRole;
  const ofFile = hits.filter((one) => isOther(one) && one.setId === setId && one.fileKey === fileKey);
  return ofFile.find((one) => one.disputed !== true && isSizeEqual(one));
}

/** Whether it is MD5 alone or SHA-1 alone that is equal: two files can share it. */
export function isWeak(hit: Hit, hits: readonly Hit[]): boolean {
  return isOfTwo(hit) && partnerOf(hit, hits) === undefined;
}

function isOfTwo({ algorithm }: Hit): boolean {
  return algorithm === "ALGORITHM_MD5" || algorithm === "ALGORITHM_SHA1";
}

/** Where both sizes are known, other bytes of another length are no equal bytes. */
function isSizeEqual({ entrySizeBytes, querySizeBytes }: Hit): boolean {
  return entrySizeBytes === undefined || querySizeBytes === undefined || entrySizeBytes === querySizeBytes;
}

function reasonOfHits(hits: readonly Hit[]): QueueReason {
  if (speakAgainst(hits)) return isConflict(hits) ? "QUEUE_REASON_CONFLICT" : "QUEUE_REASON_NEGATIVE_SET";
  const certain = hits.filter((hit) => isCertain(hit, hits));
  if (certain.length === 0) {
    const undisputed = hits.map((hit) => ({ ...hit, disputed: false }));
    if (undisputed.some((hit, i) => hits[i]?.disputed === true && isCertain(hit, undisputed))) {
      return "QUEUE_REASON_DISPUTED";
    }
    const isWeakly = hits.some((hit) => mayDecide(hit) && isOfTwo(hit));
    return isWeakly ? "QUEUE_REASON_WEAK_EQUALITY" : "QUEUE_REASON_NOMINATED_ONLY";
  }
  return certain.some((hit) => hit.autoIssue) ? "QUEUE_REASON_TOO_FEW_VOTES" : "QUEUE_REASON_SET_NEEDS_PERSON";
}

// Blockhash never gets here: unrelated plain pictures share one too often. Films neither, until it is known how often they do.
function isCertain(hit: Hit, hits: readonly Hit[]): boolean {
  if (!mayDecide(hit) || hit.disputed === true) return false;
  if (isWeak(hit, hits)) return hit.weakEqualityDecides === true && isSizeEqual(hit);
  if (isOfBytes(hit.algorithm)) return true;
  if (hit.nominatesOnly === true) return false;
  const clear = hit.queryQuality >= PDQ_MIN_QUALITY && hit.entryQuality >= PDQ_MIN_QUALITY;
  return hit.algorithm === "ALGORITHM_PDQ" && hit.distance <= PDQ_RADIUS && clear;
}

function showsAny({ known, near, unknown, notJudged }: ItemCounts): boolean {
  return known + near + unknown + notJudged > 0;
}

function strength(hit: Hit): number {
  if (hit.algorithm === "ALGORITHM_SHA256") return -2;
  return isOfBytes(hit.algorithm) ? -1 : hit.distance;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function queue(reason: QueueReason): Judgement {
  return { kind: "queue", reason };
}
