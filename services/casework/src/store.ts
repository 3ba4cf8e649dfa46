import type { Channel } from "@ntd/proto/intake/v1/report";
import type { QueueReason } from "@ntd/proto/casework/v1/case";
import { derivedId } from "@ntd/service";
import { many, type Collection, type Store } from "@ntd/store";
import type { Breaker } from "./breakers/breaker.ts";
import { standing, uncountedIn } from "./breakers/reversals.ts";
import { isWaiting, type CaseFile } from "./cases/case.ts";
import type { Bulk } from "./bulk/bulk.ts";
import { causeKeys } from "./impact/causes.ts";
import { holdDueTime, holdOrder, holdsInForce } from "./holds/hold.ts";
import { differenceOrder, DIFFERS } from "./policies/policy-difference.ts";
import { untoldSince } from "./precedents/precedent.ts";
import { heldUntil } from "./queue/hold-back.ts";
import type { Reading } from "./readings/reading.ts";
import { disputantOf, openAgainst, waitsUntil, type Review } from "./reviews/review.ts";
import { absentOrder, waitsAsAbsent, type Closing } from "./queue/absent.ts";
import { decidersOf } from "./second-look/deciders.ts";
import { lookDueTime, openLook } from "./second-look/second-look.ts";

/** One report about one target. Which of the target's cases it belongs to follows from when it was received. */
export interface Link {
  schemaVersion: 1;
  reportId: string;
  targetId: string;
  receivedTime: Date;
  channel: Channel;
  /** Whether the reporter's own fingerprints are listed. */
  nomination: "none" | "pending" | "listed" | "not_listed";
}

/** The cases that a set decided by itself in one minute. */
export interface Brake {
  minute: number;
  caseIds: string[];
}

/** A decision that was taken back by two persons' words, for one breaker: counted until it is older than the window. */
export interface Reversal {
  schemaVersion: 1;
  /** Key of the breaker's subject. */
  subject: string;
  decisionId: string;
  reversedTime: Date;
}

export type CaseField =
  | "targetId"
  | "episode"
  | "queueOrder"
  | "queueReason"
  | "decider"
  | "lookDueTime"
  | "claimExpireTime"
  | "heldUntil"
  | "holdDueTime"
  | "holdOrder"
  | "holdWaits"
  | "absentOrder"
  | "cause"
  | "waitsAsAbsent"
  | "untoldSince"
  | typeof DIFFERS
  | "standsBy"
  | "decidedByRule"
  | "decidedTime"
  | "isUncounted";

export type LinkField = "targetId" | "receivedTime" | "raised" | "police";

export type ReadingField = "caseId" | "reader" | "readTime";

export type BulkField = "dueTime";

export type ReviewField =
  | "waitsUntil"
  | "isUntold"
  | "isUncounted"
  | "openAgainst"
  | "openAgainstRule"
  | "providerId"
  | "disputant"
  | "openedTime";

export interface Collections {
  cases: Collection<CaseFile, CaseField>;
  links: Collection<Link, LinkField>;
  /** By set id. */
  brakes: Collection<Brake>;
  /** By assessor. */
  closings: Collection<Closing>;
  /** By assessor. */
  bulks: Collection<Bulk, BulkField>;
  reviews: Collection<Review, ReviewField>;
  /** By what they stop. */
  breakers: Collection<Breaker, "isTripped">;
  /** One per (breaker, decision). */
  reversals: Collection<Reversal, "subject" | "reversedTime">;
  /** One per opening of an address or of words. */
  readings: Collection<Reading, ReadingField>;
}

function openCases(store: Store): Promise<Collections["cases"]> {
  return store.collection<CaseFile, CaseField>({
    name: "cases",
    fields: {
      targetId: (file) => file.targetId,
      episode: (file) => file.episode,
      queueOrder,
      queueReason,
      decider: many(decidersOf),
      lookDueTime,
      claimExpireTime: ({ progress, second }) =>
        progress.kind === "claimed" ? progress.claimExpireTime : second?.claim?.claimExpireTime,
      heldUntil,
      holdDueTime,
      holdOrder,
      holdWaits: (file) => holdsInForce(file).some(({ waitsForSupervisor }) => waitsForSupervisor) || undefined,
      absentOrder,
      cause: many(causeKeys),
      waitsAsAbsent: (file) => waitsAsAbsent(file) || undefined,
      untoldSince,
      [DIFFERS]: differenceOrder,
      standsBy: (file) => standing(file).by,
      decidedByRule: (file) => standing(file).rule,
      decidedTime: (file) => standing(file).time,
      isUncounted: (file) => uncountedIn(file).length > 0 || undefined,
    },
    indexes: [
      { fields: ["targetId", "episode"] },
      { fields: ["queueReason", "queueOrder"] },
      { fields: ["holdWaits", "holdOrder"] },
      { fields: ["standsBy", "decidedTime"] },
      { fields: ["decidedByRule", "decidedTime"] },
    ],
  });
}

function openReadings(store: Store): Promise<Collections["readings"]> {
  return store.collection<Reading, ReadingField>({
    name: "readings",
    fields: {
      caseId: ({ caseId }) => caseId || undefined,
      reader: ({ reader }) => reader,
      readTime: ({ readTime }) => readTime,
    },
    indexes: [
      { fields: ["caseId", "readTime"] },
      { fields: ["reader", "readTime"] },
      { fields: ["caseId", "reader", "readTime"] },
    ],
  });
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    cases: await openCases(store),
    links: await store.collection<Link, LinkField>({
      name: "links",
      fields: {
        targetId: (link) => link.targetId,
        receivedTime: (link) => link.receivedTime,
        raised: isRaised,
        police: (link) => isFromPolice(link) || undefined,
      },
      indexes: [
        { fields: ["targetId", "receivedTime"] },
        { fields: ["raised", "targetId", "receivedTime"] },
        { fields: ["police", "targetId", "receivedTime"] },
      ],
    }),
    brakes: await store.collection<Brake>({ name: "brakes", fields: {} }),
    closings: await store.collection<Closing>({ name: "closings", fields: {} }),
    bulks: await store.collection<Bulk, BulkField>({ name: "bulks", fields: { dueTime: ({ open }) => open?.dueTime } }),
    reviews: await store.collection<Review, ReviewField>({
      name: "reviews",
      fields: {
        waitsUntil,
        isUntold: ({ isUntold }) => isUntold,
        isUncounted: ({ isUncounted }) => isUncounted,
        openAgainst: (review) => openAgainst(review).by,
        openAgainstRule: (review) => openAgainst(review).rule,
        providerId: ({ providerId }) => providerId || undefined,
        disputant: disputantOf,
        openedTime: ({ openedTime }) => openedTime,
      },
      indexes: [
        { fields: ["disputant", "openedTime"] },
        { fields: ["openAgainst", "providerId"] },
        { fields: ["openAgainst", "providerId", "openedTime"] },
        { fields: ["openAgainstRule", "providerId"] },
        { fields: ["openAgainstRule", "providerId", "openedTime"] },
      ],
    }),
    breakers: await store.collection<Breaker, "isTripped">({
      name: "breakers",
      fields: { isTripped: ({ trip }) => trip !== undefined || undefined },
    }),
    reversals: await store.collection<Reversal, "subject" | "reversedTime">({
      name: "reversals",
      fields: { subject: ({ subject }) => subject, reversedTime: ({ reversedTime }) => reversedTime },
      indexes: [{ fields: ["subject", "reversedTime"] }],
    }),
    readings: await openReadings(store),
  };
}

/** Raised priority and overdue looks first, then what waits longest; undefined for what does not wait. */
export function queueOrder(file: CaseFile): string | undefined {
  const look = openLook(file);
  const since = waitsSince(file);
  if (since === undefined) return undefined;
  const isFirst = file.reports.raised || look?.overdue === true;
  return `${isFirst ? "0" : "1"}${since.toISOString()}`;
}

/** Since when it waits for a person, or what is decided for another one's look. */
export function waitsSince(file: CaseFile): Date | undefined {
  return isWaiting(file.progress) ? file.progress.queuedTime : openLook(file)?.sinceTime;
}

/** Why. */
export function queueReason(file: CaseFile): QueueReason | undefined {
  if (isWaiting(file.progress)) return file.progress.reason;
  return openLook(file) === undefined ? undefined : "QUEUE_REASON_SECOND_LOOK";
}

/** Whether the report raises the priority of its case. */
export function isRaised(link: Link): boolean {
  return isFromPolice(link) || link.nomination === "listed";
}

export function isFromPolice({ channel }: Link): boolean {
  return channel === "CHANNEL_POLICE";
}

export function caseIdOf(targetId: string, episode: number): string {
  return derivedId("case", targetId, episode);
}

export function linkIdOf(reportId: string, targetId: string): string {
  return derivedId("link", reportId, targetId);
}
