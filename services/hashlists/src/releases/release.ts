import type { RevocationCause } from "@ntd/proto/common/v1/common";
import type { Layer } from "../entries/layers.ts";
import type { RefusedReasonName } from "../formats/fault.ts";
import type { FormatName } from "../formats/list-format.ts";
import type { QuarantineReason, ReleaseInfo } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { AnsweredRequest } from "@ntd/rpc";
import type { Comparison } from "../comparison/comparison.ts";

/** One upload of a full list. "Superseded" is not stored: it is computed from the set. */
export interface ReleaseState {
  schemaVersion: 1;
  releaseId: string;
  setId: string;
  uploadedBy: string;
  uploadedTime: Date;
  stage: Stage;
  /** Parts whose entries are of no use any more and wait to be removed. */
  leftovers: string[];
  /** The bytes that are kept of its file: what each attempt received from there on. Absent once it came whole. */
  staged?: Staged[];
  /** When the cleaner may take it, if there is something to clean. */
  cleanAt?: Date;
  requests: AnsweredRequest<ReleaseInfo>[];
  /** What it takes back is taken back. */
  tookBack?: true;
  /** Read to its end it told other than so many entries as it has, as after a restore: nobody is to have it in force. */
  isHalf?: true;
  /** With what was in force when it was compared last; absent where it never was. */
  comparison?: Comparison;
}

/** An attempt, and the place in the file where it went on. */
export interface Staged {
  part: string;
  from: number;
}

/** Entries that a release takes back for one cause; their ids hang on `part`. */
export interface Tombstones {
  cause: RevocationCause;
  part: string;
  count: number;
}

/** Entries hang on a part, one for each attempt to upload, so that what broke off never mixes with what came whole. */
export type Stage =
  | { name: "uploading"; part: string; leaseUntil: Date }
  | { name: "abandoned" }
  /** Nothing is left of it, and its document goes next: no attempt begins in between. */
  | { name: "removed" }
  | ({ name: "rejected"; digest: string; problems: LineFault[] } & Read)
  | ({ name: "validated" } & Whole)
  /** Approved by one person, and so much is other that it takes another one. */
  | ({ name: "quarantined" } & Whole & Approval)
  | ({ name: "approved" } & Whole & Approval & { first?: Approval; refused?: Refusal })
  | ({ name: "refused"; digest: string; entryCount: number } & Refusal & Read);

/** By whose word a release ended, and why. */
export interface Refusal {
  by: string;
  time: Date;
  reason: string;
}

/** What was uploaded and how it was read; some of it is absent in releases of earlier versions. */
export interface Read {
  format?: FormatName;
  fileName?: string;
  remarks?: string[];
  /** How many columns are not kept that may have classes; absent: none. */
  classColumns?: number;
  /** It was proposed as a single entry of a negative set, as an innocent object. */
  negativeEntry?: { note: string; perceptual: boolean };
  /** Absent: a full list. */
  delta?: { baseReleaseId: string };
  /** Of the file as it was sent. */
  fileSha256?: Uint8Array;
  fileBytes?: number;
  report?: Report;
  /** Faults, of which a row may have several, and the attempt that has written them all. */
  problemCount?: number;
  refusedIn?: string;
}

/** What was in its file, see `UploadReport`; with what it was compared. */
export interface Report {
  rows: number;
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  duplicate: number;
  refused: { reason: RefusedReasonName; count: number }[];
  inForce: string;
  /** Why it would be in quarantine, as it was then; absent: it would not. */
  quarantine?: QuarantineReason[];
}

interface Whole extends Read {
  digest: string;
  part: string;
  /** Of a delta: what it is written on, the oldest first. */
  below?: Layer[];
  /** How many entries its own part tells of; absent: all that it lists. */
  rows?: number;
  /** How many documents hold these; absent in releases of earlier versions. */
  chunks?: number;
  entryCount: number;
  tombstones?: Tombstones[];
}

export interface Approval {
  approvedBy: string;
  approvedTime: Date;
  /** What was in force then, "" for nothing; absent in releases of earlier versions. */
  approvedAgainst?: string;
  /** The set's counter then: what was given back behind it nobody has approved to be taken away. Absent as above. */
  approvedCounter?: number;
  /** How much was other, as who approved it saw. Absent as above. */
  approvedOther?: Pick<Comparison, "added" | "removed" | "reclassed" | "revoted">;
}

/** What is wrong in a line of the file, and how to mend it. */
export interface LineFault {
  line: number;
  field: string;
  problem: string;
  /** Absent in releases of version 0.3 and before. */
  reason?: RefusedReasonName;
  value?: string;
}

export type Outcome =
  | ({ name: "rejected"; digest: string; problems: LineFault[] } & Read)
  | ({ name: "validated" } & Omit<Whole, "part">);

/** What a person may still approve or refuse. */
export type Open = Extract<Stage, { name: "validated" | "quarantined" }>;

/** Whether a person may still approve or refuse it. */
export function isOpen(release: ReleaseState): release is ReleaseState & { stage: Open } {
  return release.stage.name === "validated" || release.stage.name === "quarantined";
}

/**
 * Ends a release by a person's word; undefined when it is over. One that was approved keeps its entries, since deltas may
 * have been made of it, and what its lines took back stays so: that was the word of those who approved it.
 */
export function refuse(release: ReleaseState, by: string, reason: string, now: Date): ReleaseState | undefined {
  const refused = { by, time: now, reason };
  if (release.stage.name === "approved") {
    return release.stage.refused === undefined ? { ...release, stage: { ...release.stage, refused } } : undefined;
  }
  if (!isOpen(release)) return undefined;
  const { part, tombstones: _, below: __, rows: ___, chunks: ____, ...whole } = wholeOf(release.stage);
  return { ...leaving(release, [part], now), stage: { ...whole, name: "refused", ...refused } };
}

export function refusedIn(report: Report | undefined): number {
  return (report?.refused ?? []).reduce((sum, { count }) => sum + count, 0);
}

/** Notes what it would change. */
export function comparedWith(release: ReleaseState, comparison: Comparison): ReleaseState {
  return { ...release, comparison };
}

/** Where its entries hang; undefined when it has none. */
export function partOf({ stage }: Pick<ReleaseState, "stage">): string | undefined {
  return stage.name === "validated" || stage.name === "quarantined" || stage.name === "approved"
    ? stage.part
    : undefined;
}

/** Where an attempt writes, beside its part: a delta as it was read, the rows that were refused, the bytes as they came. */
export function incomingOf(part: string): string {
  return `${part}-incoming`;
}

export function refusedOf(part: string): string {
  return `${part}-refused`;
}

export function stagedOf(part: string): string {
  return `${part}-staged`;
}

/** The parts that hold what a release lists, the oldest first. */
export function layersOf({ part, below = [] }: Pick<Whole, "part" | "below">): string[] {
  return [...below.map((layer) => layer.part), part];
}

/** The same of any release; undefined when it has no entries. */
export function layersIn({ stage }: Pick<ReleaseState, "stage">): string[] | undefined {
  return partOf({ stage }) === undefined ? undefined : layersOf(stage as Whole);
}

/** The same, with what is known of how large each is. */
export function sizedLayersIn(release: Pick<ReleaseState, "stage">): Layer[] | undefined {
  if (partOf(release) === undefined) return undefined;
  const { part, below = [], entryCount, rows = entryCount, chunks } = release.stage as Whole;
  return [...below, { part, rows, ...(chunks !== undefined && { chunks }) }];
}

/** The release before anybody approved or refused it. */
export function asUploaded(release: ReleaseState): ReleaseState {
  const { stage } = release;
  if (stage.name === "refused") {
    // Its entries are gone; what was answered then names none of them.
    const { by: _, time: __, reason: ___, ...read } = stage;
    return { ...release, stage: { ...read, name: "validated", part: "" } };
  }
  if (stage.name !== "approved" && stage.name !== "quarantined") return release;
  return { ...release, stage: { ...wholeOf(stage), name: "validated" } };
}

/** What was uploaded, without what persons said of it. */
export function wholeOf(stage: Whole & Partial<Approval & { name: string; first: Approval; refused: Refusal }>): Whole {
  const { name: _, approvedBy: __, approvedTime: ___, approvedAgainst: _____, first: ____, ...rest } = stage;
  const { approvedCounter: ______, approvedOther: _______, refused: ________, ...whole } = rest;
  return whole;
}

/** What its lines take back, by their causes. */
export function tombstonesIn({ stage }: Pick<ReleaseState, "stage">): Tombstones[] {
  return "tombstones" in stage ? (stage.tombstones ?? []) : [];
}

/** Whether it takes entries back, and has not yet: whose set's it does. */
export function takesBackIn({ stage, setId, tookBack }: ReleaseState): string | undefined {
  if (stage.name !== "approved" || tookBack === true) return undefined;
  return (stage.tombstones ?? []).length > 0 ? setId : undefined;
}

/** Whether people may see it: an upload that is not over, or never was, is nothing yet. */
export function isVisible({ stage }: ReleaseState): boolean {
  return stage.name !== "uploading" && stage.name !== "abandoned" && stage.name !== "removed";
}

export function leaving(release: ReleaseState, parts: readonly string[], now: Date): ReleaseState {
  return { ...release, leftovers: [...new Set([...release.leftovers, ...parts])], cleanAt: now };
}
