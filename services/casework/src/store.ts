import { derivedId } from "@ntd/service";
import { many, type Collection, type Store } from "@ntd/store";
import { openReadings, type Readings } from "@ntd/host";
import type { Breaker } from "./breakers/breaker.ts";
import { standing, uncountedIn } from "./breakers/reversals.ts";
import type { CaseFile } from "./cases/case.ts";
import { protects } from "./cases/protects.ts";
import type { Bulk } from "./bulk/bulk.ts";
import { workOf } from "./clusters/star.ts";
import { causeKeys } from "./impact/causes.ts";
import { isKept } from "./legal-holds/legal-hold.ts";
import { holdDueTime, holdOrder, holdsInForce } from "./holds/hold.ts";
import { openLinks, type Link, type LinkField } from "./links/link.ts";
import { isSet, type Mark } from "./marks/mark.ts";
import { differenceOrder, DIFFERS } from "./policies/policy-difference.ts";
import { setsInConflict } from "./policies/policy.ts";
import { embeddedTargets, embedsUnchecked, standingUntold } from "./pages/standing.ts";
import { untoldSince } from "./precedents/precedent.ts";
import { heldUntil } from "./queue/hold-back.ts";
import { icseWaitsSince } from "./icse/icse.ts";
import { referralOrder } from "./referrals/referral.ts";
import {
  claimedLane,
  holderName,
  queueOrder,
  queueReason,
  unassessedSince,
  waitsIn,
  waitsSince,
} from "./queue/order.ts";
import { complaintAbout, disputantOf, openAgainst, waitsUntil, type Review } from "./reviews/review.ts";
import { absentOrder, waitsAsAbsent, type Closing } from "./absent/absent.ts";
import { decidersOf } from "./second-look/deciders.ts";
import { lookDueTime } from "./second-look/second-look.ts";
import { openViews, type ViewCollections } from "./views/view-store.ts";

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
  | "laneOrder"
  | "waitsIn"
  | "claimedLane"
  | "holder"
  | "unassessedSince"
  | "queueReason"
  | "decider"
  | "lookDueTime"
  | "claimExpireTime"
  | "heldUntil"
  | "holdDueTime"
  | "markKey"
  | "metMark"
  | "isUnkeyed"
  | "holdOrder"
  | "holdWaits"
  | "heldBy"
  | "isKept"
  | "reportsDueTime"
  | "wordsWait"
  | "referralOrder"
  | "icseDueTime"
  | "icseWaitsSince"
  | "absentOrder"
  | "cause"
  | "conflict"
  | "waitsAsAbsent"
  | "untoldSince"
  | "embeds"
  | "embedsUnchecked"
  | "standingUntold"
  | typeof DIFFERS
  | "standsBy"
  | "decidedByRule"
  | "decidedTime"
  | "clusterWaits"
  | "isUncounted";

export type BulkField = "dueTime";

export type ReviewField =
  | "waitsUntil"
  | "isUntold"
  | "isUncounted"
  | "openAgainst"
  | "complaintAbout"
  | "concerns"
  | "openAgainstRule"
  | "providerId"
  | "disputant"
  | "openedTime";

export type MarkField = "digest" | "setTime" | "openTime" | "liveUnder" | "expireTime" | "meetDueTime";

export interface Collections extends ViewCollections {
  cases: Collection<CaseFile, CaseField, "opened">;
  links: Collection<Link, LinkField>;
  /** By set id. */
  brakes: Collection<Brake>;
  /** By assessor. */
  closings: Collection<Closing>;
  /** By assessor. */
  bulks: Collection<Bulk, BulkField>;
  reviews: Collection<Review, ReviewField>;
  marks: Collection<Mark, MarkField>;
  /** By what they stop. */
  breakers: Collection<Breaker, "isTripped">;
  /** One per (breaker, decision). */
  reversals: Collection<Reversal, "subject" | "reversedTime">;
  /** One per opening of an address or of words. */
  readings: Readings;
}

function openCases(store: Store): Promise<Collections["cases"]> {
  return store.collection<CaseFile, CaseField, "opened">({
    name: "cases",
    journaled: protects,
    fields: {
      targetId: (file) => file.targetId,
      episode: (file) => file.episode,
      // Of another name than in 0.2, which had no lanes: the store computes it anew.
      laneOrder: queueOrder,
      queueReason,
      waitsIn,
      claimedLane,
      holder: holderName,
      unassessedSince,
      decider: many(decidersOf),
      lookDueTime,
      claimExpireTime: ({ progress, second }) =>
        progress.kind === "claimed" ? progress.claimExpireTime : second?.claim?.claimExpireTime,
      heldUntil,
      holdDueTime,
      markKey: many(({ markKeys = [] }) => markKeys),
      isUnkeyed: ({ target, markKeys }) => (target !== undefined && markKeys === undefined) || undefined,
      metMark: many(({ metMarks = [] }) => metMarks),
      holdOrder,
      holdWaits: (file) => holdsInForce(file).some(({ waitsForSupervisor }) => waitsForSupervisor) || undefined,
      isKept: (file) => isKept(file) || undefined,
      reportsDueTime: ({ reportsDueTime }) => reportsDueTime,
      heldBy: many((file) => [...new Set(holdsInForce(file).map(({ cause }) => cause))]),
      wordsWait: (file) => (file.textOnly === true && waitsSince(file) !== undefined) || undefined,
      referralOrder,
      icseDueTime: ({ icse }) => icse?.dueTime,
      icseWaitsSince,
      absentOrder,
      cause: many(causeKeys),
      conflict: many((file) => setsInConflict(file.match?.hits ?? [])),
      waitsAsAbsent: (file) => waitsAsAbsent(file) || undefined,
      untoldSince,
      embeds: many(embeddedTargets),
      embedsUnchecked,
      standingUntold,
      clusterWaits: (file) => workOf(file) !== undefined || undefined,
      [DIFFERS]: differenceOrder,
      standsBy: (file) => standing(file).by,
      decidedByRule: (file) => standing(file).rule,
      decidedTime: (file) => standing(file).time,
      isUncounted: (file) => uncountedIn(file).length > 0 || undefined,
    },
    // Of many cases of a list the newest are found by it.
    columns: { opened: ({ openedTime }) => openedTime },
    indexes: [
      { fields: ["targetId", "episode"] },
      { fields: ["holdWaits", "holdOrder"] },
      { fields: ["queueReason", "laneOrder"] },
      { fields: ["waitsIn", "laneOrder"] },
      { fields: ["waitsIn", "queueReason", "laneOrder"] },
      { fields: ["standsBy", "decidedTime"] },
      { fields: ["decidedByRule", "decidedTime"] },
    ],
  });
}

export async function openCollections(store: Store): Promise<Collections> {
  return {
    cases: await openCases(store),
    links: await openLinks(store),
    brakes: await store.collection<Brake>({ name: "brakes", fields: {} }),
    closings: await store.collection<Closing>({ name: "closings", fields: {} }),
    bulks: await store.collection<Bulk, BulkField>({ name: "bulks", fields: { dueTime: ({ open }) => open?.dueTime } }),
    marks: await store.collection<Mark, MarkField>({
      name: "marks",
      journaled: () => true,
      fields: {
        digest: ({ digest }) => digest,
        setTime: ({ set }) => set.time,
        openTime: ({ removed, set }) => (removed === undefined ? set.time : undefined),
        liveUnder: (mark) => (isSet(mark) ? mark.searched : undefined),
        expireTime: ({ expireTime }) => expireTime,
        meetDueTime: ({ meetDueTime }) => meetDueTime,
      },
      indexes: [{ fields: ["digest", "setTime"] }, { fields: ["liveUnder", "expireTime"] }],
    }),
    reviews: await store.collection<Review, ReviewField>({
      name: "reviews",
      fields: {
        waitsUntil,
        isUntold: ({ isUntold }) => isUntold,
        isUncounted: ({ isUncounted }) => isUncounted,
        complaintAbout: many(complaintAbout),
        concerns: many(({ caseId, targetId }) => [caseId, targetId].filter((id) => id !== "")),
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
      journaled: ({ trip }) => trip !== undefined,
      fields: { isTripped: ({ trip }) => trip !== undefined || undefined },
    }),
    reversals: await store.collection<Reversal, "subject" | "reversedTime">({
      name: "reversals",
      fields: { subject: ({ subject }) => subject, reversedTime: ({ reversedTime }) => reversedTime },
      indexes: [{ fields: ["subject", "reversedTime"] }],
    }),
    readings: await openReadings(store),
    ...(await openViews(store)),
  };
}

export function caseIdOf(targetId: string, episode: number): string {
  return derivedId("case", targetId, episode);
}
