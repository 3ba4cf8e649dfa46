import type { Channel } from "@ntd/proto/intake/v1/report";
import { derivedId } from "@ntd/service";
import type { Collection, Store } from "@ntd/store";
import { isWaiting, type CaseFile } from "./cases/case.ts";
import { heldUntil } from "./queue/hold-back.ts";
import { waitsUntil, type Review } from "./reviews/review.ts";
import { absentOrder, waitsAsAbsent, type Closing } from "./queue/absent.ts";

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

export type CaseField =
  | "targetId"
  | "episode"
  | "queueOrder"
  | "claimExpireTime"
  | "heldUntil"
  | "absentOrder"
  | "waitsAsAbsent";

export type LinkField = "targetId" | "receivedTime" | "raised" | "police";

export type ReviewField = "waitsUntil" | "isUntold";

export interface Collections {
  cases: Collection<CaseFile, CaseField>;
  links: Collection<Link, LinkField>;
  /** By set id. */
  brakes: Collection<Brake>;
  /** By assessor. */
  closings: Collection<Closing>;
  reviews: Collection<Review, ReviewField>;
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    cases: await store.collection<CaseFile, CaseField>({
      name: "cases",
      fields: {
        targetId: (file) => file.targetId,
        episode: (file) => file.episode,
        queueOrder,
        claimExpireTime: ({ progress }) => (progress.kind === "claimed" ? progress.claimExpireTime : undefined),
        heldUntil,
        absentOrder,
        waitsAsAbsent: (file) => waitsAsAbsent(file) || undefined,
      },
      indexes: [{ fields: ["targetId", "episode"] }],
    }),
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
    reviews: await store.collection<Review, ReviewField>({
      name: "reviews",
      fields: { waitsUntil, isUntold: ({ isUntold }) => isUntold },
    }),
  };
}

/** Raised priority first, then what waits longest; undefined for what does not wait. */
export function queueOrder({ progress, reports }: CaseFile): string | undefined {
  return isWaiting(progress) ? `${reports.raised ? "0" : "1"}${progress.queuedTime.toISOString()}` : undefined;
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
