import { Algorithm, RevocationCause } from "@ntd/proto/common/v1/common";
import type {
  AddedImpact,
  EntriesImpact,
  EntrySample,
  PolicyEffect,
  RemovedImpact,
} from "@ntd/proto/hashlists/v1/impact";
import type { ReleaseComparison } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { Cell } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";
import { classWord } from "./kinds-table.ts";

type Listed = Record<string, Cell>;

/** What stands on some entries, and what falls with them. */
export function entriesImpactWords(impact: EntriesImpact | undefined): Listed {
  if (impact === undefined) return { "stands on it": "not known: casework does not answer" };
  const { caseCount, isMore, targetCount, liveEntryCount, askedEntryCount, assessedTime } = impact;
  const { inDoubtCount, basisRevokedCount } = impact;
  return {
    cases: `${caseCount}${isMore ? " and more" : ""}, of ${targetCount} targets`,
    "decided by nobody": impact.undecidedCount,
    "illegal, by machines": impact.machineCount,
    "illegal, by persons": impact.personCount,
    "in doubt": `${inDoubtCount}${basisRevokedCount > 0 ? `, ${basisRevokedCount} as basis revoked` : ""}`,
    withdrawn: impact.withdrawnCount,
    "rest on it alone": impact.restingCount,
    "fall with its cause": impact.fallingCount,
    notices: noticeWords(impact),
    entries: `${liveEntryCount} of ${askedEntryCount} carry what is in force`,
    counted: assessedTime,
  };
}

/** "3 of 7 cases" */
export function fallsInShort({ fallingCount, caseCount, isMore }: EntriesImpact): string {
  return `${fallingCount} of ${caseCount}${isMore ? " and more" : ""} cases`;
}

function noticeWords(impact: EntriesImpact): string {
  const { liveNoticeCount, fallingNoticeCount = 0, suspendedNoticeCount = 0 } = impact;
  const { withdrawnNoticeCount = 0, restoredNoticeCount = 0 } = impact;
  if (liveNoticeCount === undefined) return "not known: takedown does not answer";
  const falling = fallingNoticeCount > 0 ? ` (${fallingNoticeCount} would be suspended)` : "";
  const restored = restoredNoticeCount > 0 ? ` (${restoredNoticeCount} restored)` : "";
  return `${liveNoticeCount} live${falling}, ${suspendedNoticeCount} suspended, ${withdrawnNoticeCount} withdrawn${restored}`;
}

/** What another policy would have decided. */
export function effectWords(effect: PolicyEffect | undefined): Listed {
  if (effect === undefined) return { effect: "not known yet; ask again: ntd set changes, with its id" };
  const { newlyDecidedCount, againstPersonCount, waitingCount, noLongerDecidedCount, findsMore } = effect;
  return {
    effect: `${inShort(effect)} would have been decided otherwise`,
    "decided by machine": `${newlyDecidedCount}: ${againstPersonCount} against a person's word, ${waitingCount} that wait`,
    "left to a person": noLongerDecidedCount,
    "finds more": findsMore ? "yes: how much, no case knows before" : undefined,
    counted: effect.assessedTime,
  };
}

/** "412 of 500 cases" */
export function inShort({ newlyDecidedCount, noLongerDecidedCount, caseCount, isMore }: PolicyEffect): string {
  return `${newlyDecidedCount + noLongerDecidedCount} of ${isMore ? `the newest ${caseCount}` : caseCount} cases`;
}

/** What stands on what a release removes and takes back, and what it adds would meet. */
export function releaseImpactWords(comparison: ReleaseComparison): Listed {
  const { removedImpact: removed, addedImpact: added, takenBackImpacts } = comparison;
  // After an upload, a dry run too, nobody has been asked.
  if (removed === undefined && added === undefined)
    return { "what would follow": "not known yet; ask: ntd set compare" };
  const fallen = takenBackImpacts.map(({ cause, impact }) => {
    const { fallingCount = 0, fallingNoticeCount } = impact ?? {};
    const notices = fallingNoticeCount === undefined ? "notices not known" : `${fallingNoticeCount} notices`;
    return `${wordOf(RevocationCause, cause)}: ${fallingCount} cases, ${notices}`;
  });
  const isUnknown = fallen.length === 0 && (comparison.takenBack ?? 0n) > 0n;
  return {
    "stands on what it removes": removed ? removedWords(removed) : "not known: casework does not answer",
    "falls with what it takes back": isUnknown ? "not known: casework does not answer" : fallen.join("; "),
    "near a negative set": added ? ofAsked(added.nearNegativeCount, added) : "not known: matching does not answer",
    "near a positive set": added?.nearPositiveCount === undefined ? "" : ofAsked(added.nearPositiveCount, added),
    "was seen already": added ? seenWords(added) : "not known: matching does not answer",
  };
}

function removedWords(removed: RemovedImpact): string {
  const { liveEntryCount, askedCount, liveNoticeCount, noticedEntryCount = 0n, caseCount, isMore } = removed;
  const notices =
    liveNoticeCount === undefined
      ? "notices are not known"
      : `${liveNoticeCount} notices live, on ${noticedEntryCount} of them`;
  return `on ${liveEntryCount} of ${askedCount} entries; ${caseCount}${isMore ? " and more" : ""} cases, ${notices}`;
}

function seenWords(added: AddedImpact): string {
  const looked = `${added.metRowCount} of ${added.isMore ? "the first " : ""}${added.rowCount} things seen would be hit`;
  return `${ofAsked(added.metEntryCount, added)}; ${looked}`;
}

function ofAsked(count: bigint, { askedCount }: AddedImpact): string {
  return `${count} of ${askedCount} new entries`;
}

/** Rows of entries that were drawn: what became of each, what it is. */
export function sampleRows(what: string, samples: readonly EntrySample[]): Cell[][] {
  return samples.map(({ entryId, algorithm, classification, classificationBefore, votes, value }) => {
    const before = classificationBefore === undefined ? "" : `, was ${classWord(classificationBefore)}`;
    const kind = classWord(classification) + before;
    return [what, { id: entryId }, wordOf(Algorithm, algorithm), kind, votes, Buffer.from(value).toString("hex")];
  });
}
