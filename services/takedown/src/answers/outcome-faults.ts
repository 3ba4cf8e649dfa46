import type { FieldFault } from "@ntd/service";
import type { Action } from "@ntd/proto/takedown/v1/notice";
import type { Said } from "./answer.ts";
import { isWord, revisionFault, WORD } from "./faults.ts";
import type { Notice } from "../notices/notice.ts";
import { actionOf } from "../notices/revision.ts";

/** All that is wrong with an answer to this revision, each fault by its field, and how it is mended. */
export function answerFaults(notice: Notice, revision: number, outcomes: readonly AnyOutcome[]): FieldFault[] {
  const strange = revisionFault(notice, revision);
  return [...(strange === undefined ? [] : [strange]), ...outcomesFaults(notice, revision, outcomes)];
}

type AnyOutcome = Omit<Said, "disputeText">;

function outcomesFaults(notice: Notice, revision: number, outcomes: readonly AnyOutcome[]): FieldFault[] {
  if (outcomes.length === 0) return [fault("outcomes", "is empty; name at least one target")];
  const action = actionOf(notice, revision);
  const known = new Set(notice.targets.map((t) => t.targetId));
  return outcomes.flatMap((said, index) => {
    const isKnown = known.delete(said.targetId);
    const faults = [
      ...(isKnown ? [] : [fault("target_id", STRANGE)]),
      ...outcomeFaults(said, revision, action),
      ...reasonFaults(said),
      ...preservationFaults(said),
      ...(isWord(said.reference) ? [] : [fault("reference", `is no ticket number: ${WORD}`)]),
    ];
    return faults.map(({ field, description }) => fault(`outcomes[${index}].${field}`, description));
  });
}

const STRANGE = "is no target of this notice, or is named twice; take it from the notice's payload";

function fault(field: string, description: string): FieldFault {
  return { field, description };
}

const RESTORING: ReadonlySet<string> = new Set(["OUTCOME_RESTORED", "OUTCOME_CANNOT_RESTORE"]);

function outcomeFaults({ outcome }: AnyOutcome, revision: number, action: Action | undefined): FieldFault[] {
  if (!isSet(outcome)) return [fault("outcome", "is not set; set one")];
  const asksToRestore = action === "ACTION_RESTORE";
  // What a revision that was never sent asks for, nobody can answer rightly.
  if (action === undefined || RESTORING.has(outcome) === asksToRestore) return [];
  const word = outcome.replace("OUTCOME_", "");
  const why = asksToRestore
    ? `is ${word}, and revision ${revision} asks to restore; answer RESTORED or CANNOT_RESTORE`
    : `is ${word}, and revision ${revision} does not ask to restore; answer what was done, or name the revision that asks`;
  return [fault("outcome", why)];
}

function reasonFaults({ outcome, cannotComplyReason, cannotRestoreReason }: AnyOutcome): FieldFault[] {
  // Which reason goes with it is known once it is set.
  if (!isSet(outcome)) return [];
  const isWrong = (reason: string, goesWith: string) => isSet(reason) !== (outcome === goesWith);
  const why = (word: string) => `goes with ${word} and with nothing else; mend one of the two`;
  return [
    ...(isWrong(cannotComplyReason, "OUTCOME_CANNOT_COMPLY")
      ? [fault("cannot_comply_reason", why("CANNOT_COMPLY"))]
      : []),
    ...(isWrong(cannotRestoreReason, "OUTCOME_CANNOT_RESTORE")
      ? [fault("cannot_restore_reason", why("CANNOT_RESTORE"))]
      : []),
  ];
}

const PRESERVABLE: ReadonlySet<string> = new Set([
  "OUTCOME_REMOVED",
  "OUTCOME_ACCESS_DISABLED",
  "OUTCOME_BLOCKED",
  "OUTCOME_ALREADY_GONE",
]);

function preservationFaults({ outcome, preservation }: AnyOutcome): FieldFault[] {
  if (preservation === undefined) return [];
  if (preservation !== "PRESERVATION_PRESERVED" && preservation !== "PRESERVATION_CANNOT_PRESERVE") {
    const words = "is no word of this release; say PRESERVED or CANNOT_PRESERVE, or leave it out";
    return [fault("preservation", words)];
  }
  if (PRESERVABLE.has(outcome)) return [];
  return [fault("preservation", "goes with REMOVED, ACCESS_DISABLED, BLOCKED and ALREADY_GONE alone; leave it out")];
}

function isSet(word: string): boolean {
  return word !== "UNRECOGNIZED" && !word.endsWith("_UNSPECIFIED");
}
