import { openReadings, openRestored } from "@ntd/host";
import type { Action } from "@ntd/proto/takedown/v1/notice";
import type { AnsweredRequest } from "@ntd/rpc";
import type { Sealed } from "@ntd/service";
import type { Store } from "@ntd/store";
import type { Taken } from "./abroad/every-second-take-answers.ts";
import { dueAtOf, laneOf } from "./abroad/sending.ts";
import { leadsBack } from "./answers/answer.ts";
import type { CaseView } from "./dispatches/case-view.ts";
import { unfinishedUntil, type Dispatch } from "./dispatches/dispatch.ts";
import {
  isGoneAndTaken,
  isInFlight,
  isOpen,
  isUnoffered,
  isUrgent,
  retryTime,
  stateOf,
  waitsForSighting,
  type Notice,
} from "./notices/notice.ts";
import { isAccepted } from "./answers/rejection.ts";
import { wantedAction } from "./notices/revision.ts";
import { lapseTimeOf, openSuspension } from "./notices/suspension.ts";
import { awaitsRestoration, isToRestore, placeOf } from "./notices/withdrawal.ts";
import { changedAt } from "./providers/directory.ts";
import { isDue, waits, type ProviderChange } from "./provider-changes/provider-change.ts";
import type { Provider } from "./providers/stored-provider.ts";
import { targetKey, type TargetView } from "./dispatches/target-view.ts";

/** The brake: one document. */
export interface Switch {
  schemaVersion: 1;
  halted: boolean;
  /** Newest last. */
  uses: { halted: boolean; by: string; at: Date; reason?: Sealed }[];
  requests: AnsweredRequest<{ at: Date }>[];
}

export const SWITCH = "dispatch";

/** Changes of providers are applied one after the other, so that each is held against all others: one document. */
export interface Turn {
  schemaVersion: 1;
  /** The change that is being applied. */
  changeId?: string;
}

export const TURN = "providers";

export type Collections = Awaited<ReturnType<typeof openCollections>>;

/** Opens every collection; its fields are what can be asked for. */
export async function openCollections(store: Store) {
  return {
    ...(await providerCollections(store)),
    taken: await store.collection<Taken>({ name: "taken_answers", fields: {} }),
    switches: await store.collection<Switch>({ name: "switches", fields: {}, journaled: () => true }),
    targets: await store.collection<TargetView>({ name: "targets", fields: {} }),
    cases: await store.collection<CaseView, "kept">({ name: "cases", fields: { kept: ({ kept }) => kept } }),
    dispatches: await store.collection<Dispatch, "unfinishedUntil" | "unattributedSince" | "target">({
      name: "dispatches",
      fields: {
        unfinishedUntil,
        unattributedSince: (dispatch) => dispatch.unattributedSince,
        target: (dispatch) => (dispatch.unattributedSince === undefined ? undefined : targetKey(dispatch)),
      },
    }),
    notices: await noticeCollection(store),
    readings: await openReadings(store),
    restored: await openRestored(store),
  };
}

function noticeCollection(store: Store) {
  return store.collection<
    Notice,
    | "issuedTime"
    | "unoffered"
    | "inFlight"
    | "urgent"
    | "untold"
    | "lapses"
    | "asksFor"
    | "restores"
    | "undeliverableUntil"
    | "askAgain"
    | "sentTo"
    | "openAt"
    | "state"
    | "caseId"
    | "dispatchId"
    | "target"
    | "unsettled"
    | "lane"
    | "laneDueAt"
  >({
    name: "notices",
    journaled: wasTakenBack,
    fields: {
      issuedTime: (notice) => notice.issuedTime,
      unoffered: (notice) => (isUnoffered(notice) ? notice.providerId : undefined),
      inFlight: (notice) => (isInFlight(notice) ? notice.providerId : undefined),
      urgent: (notice) => (isUrgent(notice) ? urgentKey(wantedAction(notice), notice.providerId) : undefined),
      untold: (notice) => (isUntold(notice) ? notice.providerId : undefined),
      lapses: lapseTimeOf,
      asksFor: (notice) => (asksForRemoval(notice) ? placeOf(notice) : undefined),
      restores: (notice) => (isToRestore(notice) ? placeOf(notice) : undefined),
      undeliverableUntil: retryTime,
      askAgain: (notice) => (waitsForSighting(notice) ? notice.askedLook?.askAgainTime : undefined),
      sentTo: (notice) => (notice.offeredTime === undefined ? undefined : notice.providerId),
      openAt: (notice) => (isOpen(notice) ? notice.providerId : undefined),
      state: stateOf,
      caseId: (notice) => notice.caseId,
      dispatchId: (notice) => notice.dispatchId,
      target: followedTarget,
      lane: laneOf,
      laneDueAt: dueAtOf,
      unsettled: (notice) => isUnsettled(notice) || undefined,
    },
    indexes: [
      { fields: ["lane", "laneDueAt"] },
      { fields: ["unoffered", "issuedTime"] },
      { fields: ["inFlight", "issuedTime"] },
      { fields: ["urgent", "issuedTime"] },
      { fields: ["state", "issuedTime"] },
      { fields: ["caseId", "issuedTime"] },
      { fields: ["caseId", "state", "issuedTime"] },
      { fields: ["sentTo", "issuedTime"] },
      { fields: ["sentTo", "state", "issuedTime"] },
    ],
  });
}

/** What was suspended or withdrawn is never sent as if it were not, also from an older backup. */
function wasTakenBack({ suspended, suspensions, withdrawn }: Notice): boolean {
  return suspended === true || (suspensions ?? []).length > 0 || withdrawn !== undefined;
}

function followedTarget(notice: Notice): string | undefined {
  const isFollowed = notice.closedTime === undefined || awaitsRestoration(notice);
  return isFollowed ? notice.targets.map(targetKey).find(() => true) : undefined;
}

function isUnsettled(notice: Notice): boolean {
  return leadsBack(notice) || isGoneAndTaken(notice) || stateOf(notice) === "NOTICE_STATE_VERIFIED_GONE";
}

/** What is to be told before everything else: this action, to this provider. */
export function urgentKey(action: Action, providerId: string): string {
  return `${action} ${providerId}`;
}

// Suspended, and nobody knows yet whether its provider's client can be told.
function isUntold(notice: Notice): boolean {
  const open = openSuspension(notice);
  return open !== undefined && open.revision === 0 && !open.clientTooOld;
}

// Nobody took it back. One that was closed unsent, too: whether its decision stands is asked when it is found.
function asksForRemoval(notice: Notice): boolean {
  return notice.withdrawn === undefined && !isAccepted(notice);
}

async function providerCollections(store: Store) {
  return {
    providers: await store.collection<Provider, "changedAt">({ name: "providers", fields: { changedAt } }),
    providerChanges: await store.collection<
      ProviderChange,
      "proposedTime" | "providerId" | "waiting" | "due" | "leadBackAt"
    >({
      name: "provider_changes",
      fields: {
        proposedTime: (change) => change.proposedTime,
        providerId: (change) => change.providerId,
        waiting: (change) => waits(change) || undefined,
        due: (change) => isDue(change) || undefined,
        leadBackAt: (change) => change.leadBack?.dueAt,
      },
      indexes: [
        { fields: ["providerId", "proposedTime"] },
        { fields: ["waiting", "proposedTime"] },
        { fields: ["providerId", "waiting", "proposedTime"] },
      ],
    }),
    turns: await store.collection<Turn>({ name: "turns", fields: {} }),
  };
}
