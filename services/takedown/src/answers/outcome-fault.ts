import type { FieldFault } from "@ntd/service";
import type { Said } from "./answer.ts";
import { isWord, WORD } from "./faults.ts";
import type { Notice } from "../notices/notice.ts";
import { actionOf } from "../notices/revision.ts";

/** What is wrong with an answer to this revision, and how it is mended. */
export function outcomesFault(notice: Notice, revision: number, outcomes: readonly Said[]): FieldFault | undefined {
  if (outcomes.length === 0) return { field: "outcomes", description: "is empty; name at least one target" };
  const asksToRestore = actionOf(notice, revision) === "ACTION_RESTORE";
  const known = new Set(notice.targets.map((t) => t.targetId));
  for (const [index, said] of outcomes.entries()) {
    const description = known.delete(said.targetId)
      ? (wrongOutcome(said, revision, asksToRestore) ??
        wrongReason(said) ??
        wrongPreservation(said) ??
        wrongReference(said))
      : `target_id is no target of this notice, or is named twice; take it from the notice's payload`;
    if (description !== undefined) return { field: `outcomes[${index}]`, description };
  }
  return undefined;
}

const RESTORING: ReadonlySet<string> = new Set(["OUTCOME_RESTORED", "OUTCOME_CANNOT_RESTORE"]);

function wrongOutcome({ outcome }: Said, revision: number, asksToRestore: boolean): string | undefined {
  if (outcome === "OUTCOME_UNSPECIFIED" || outcome === "UNRECOGNIZED") return "outcome is not set; set one";
  if (RESTORING.has(outcome) === asksToRestore) return undefined;
  const word = outcome.replace("OUTCOME_", "");
  return asksToRestore
    ? `outcome is ${word}, and revision ${revision} asks to restore; answer RESTORED or CANNOT_RESTORE`
    : `outcome is ${word}, and revision ${revision} does not ask to restore; answer what was done, or name the revision that asks`;
}

function wrongReason({ outcome, cannotComplyReason, cannotRestoreReason }: Said): string | undefined {
  if (isSet(cannotComplyReason) !== (outcome === "OUTCOME_CANNOT_COMPLY")) {
    return "cannot_comply_reason goes with CANNOT_COMPLY and with nothing else; mend one of the two";
  }
  if (isSet(cannotRestoreReason) !== (outcome === "OUTCOME_CANNOT_RESTORE")) {
    return "cannot_restore_reason goes with CANNOT_RESTORE and with nothing else; mend one of the two";
  }
  return undefined;
}

const PRESERVABLE: ReadonlySet<string> = new Set([
  "OUTCOME_REMOVED",
  "OUTCOME_ACCESS_DISABLED",
  "OUTCOME_BLOCKED",
  "OUTCOME_ALREADY_GONE",
]);

function wrongPreservation({ outcome, preservation }: Said): string | undefined {
  if (preservation === undefined) return undefined;
  if (preservation !== "PRESERVATION_PRESERVED" && preservation !== "PRESERVATION_CANNOT_PRESERVE") {
    return "preservation is no word of this release; say PRESERVED or CANNOT_PRESERVE, or leave it out";
  }
  if (PRESERVABLE.has(outcome)) return undefined;
  return "preservation goes with REMOVED, ACCESS_DISABLED, BLOCKED and ALREADY_GONE alone; leave it out";
}

function wrongReference({ reference }: Said): string | undefined {
  return isWord(reference) ? undefined : `reference is no ticket number: ${WORD}`;
}

function isSet(reason: string): boolean {
  return reason !== "UNRECOGNIZED" && !reason.endsWith("_UNSPECIFIED");
}
