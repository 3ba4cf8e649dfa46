import type { FrozenList } from "../frozen-list.ts";
import type { Sealed } from "@ntd/proto/common/v1/common";
import type { CaseFile } from "../cases/case.ts";
import { confirmed } from "../doubts/confirm.ts";
import { toldIllegal } from "../doubts/doubt.ts";
import { reopened } from "../queue/reopen.ts";
import { refusedLooker } from "../second-look/lookers.ts";
import type { Item } from "./pictures.ts";

/** An assessor's word against many decisions at once. */
export type Bulk = FrozenList<OpenBulk, BulkCounts>;

export interface OpenBulk {
  requestId: string;
  digest: string;
  what: "reopen" | "withdraw";
  reason: Sealed;
  items: Item[];
  changedPictures: string[];
  /** When all of it is said, also what is written after a crash. */
  time: Date;
  /** When it is gone on with though nobody calls again. */
  dueTime: Date;
}

export interface BulkCounts {
  doneCount: number;
  leftCount: number;
  changedPictures: string[];
}

/** The case with the person's word; undefined where it is left alone: it has changed, or may not be written so (now). */
export function withBulkWord(
  file: CaseFile,
  of: OpenBulk,
  item: Item,
  { person, supervisors }: { person: string; supervisors: readonly string[] },
): CaseFile | undefined {
  if (toldIllegal(file)?.decisionId !== item.decisionId || isDone(file, of, item, person)) return undefined;
  const { reason, time } = of;
  if (of.what === "withdraw" && file.evidenceRevision !== item.evidenceRevision) return undefined;
  // Two who disagree are a supervisor's to settle.
  if (of.what === "withdraw" && refusedLooker(file, person, supervisors) !== undefined) return undefined;
  const after =
    of.what === "withdraw"
      ? confirmed(file, { person, decisionId: item.decisionId, reason }, time)
      : reopened(file, { reopenedBy: person, reopenedTime: time, reason });
  return "refused" in after ? undefined : after;
}

/** Whether the person's word of this bulk is in the case, now or before a crash. */
export function isDone(file: CaseFile, { what, time }: OpenBulk, { decisionId }: Item, person: string): boolean {
  const isIt = (by: string, at: Date, of: string) =>
    by === person && at.getTime() === time.getTime() && of === decisionId;
  return what === "withdraw"
    ? (file.confirmations ?? []).some((one) => isIt(one.confirmedBy, one.confirmedTime, one.decisionId))
    : (file.reopenings ?? []).some((one) => isIt(one.reopenedBy, one.reopenedTime, one.decisionId));
}
