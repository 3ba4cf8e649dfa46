import { isSamePerson } from "@ntd/facts";
import type { Classification, Fingerprint, Sealed } from "@ntd/proto/common/v1/common";
import type { Action } from "@ntd/proto/takedown/v1/notice";
import { nextTry, type Undeliverable } from "../notices/undeliverable.ts";
import type { AnsweredRequest } from "@ntd/rpc";

/** What one decision leads to: its list of addressees is frozen before the first notice is made from it. */
export interface Dispatch {
  schemaVersion: 1;
  dispatchId: string;
  caseId: string;
  decisionId: string;
  decidedTime: Date;
  /** A machine decided, and no person has decided the same. Absent: a person did, or release 0.2 did not note who. */
  automatic?: true;
  /** The newest decision of a person that says the same. */
  confirmedBy?: string;
  targetId: string;
  episode: number;
  address: Sealed;
  resolvedIp: string;
  /** Of another country, where its IP is registered. Absent: it is ours, or not known. */
  countryAbroad?: string;
  classifications: Classification[];
  fingerprints: Fingerprint[];
  /** Of a page: addresses of what is embedded in it; that is to be removed from it, not the page. */
  embedded?: Sealed[];
  /** Which pictures of the file it was found in; absent where the one that stands for it is among them. */
  foundIn?: string;
  /** Only a person's assignment, or a person's decision after a machine's, adds to it. */
  addressees: Addressee[];
  /**
   * Its address was erased before the dispatch was made: nothing can be sent. It waits in the list of those without a provider,
   * for a person to know of it, until its decision stands no longer.
   */
  erased?: true;
  /** Waits for a person to find a provider since then. */
  unattributedSince?: Date;
  /** Notices that were answered "not hosted here". */
  ledBackBy: string[];
  /** Its notices cannot be made: the key that sealed the address is not there, say. */
  stuck?: Undeliverable;
  /** Assignments that take two persons, of which one has spoken. Absent: none. */
  proposed?: ProposedAssignment[];
  requests: AnsweredRequest<{ noticeId: string }>[];
}

export interface ProposedAssignment {
  providerId: string;
  action: Action;
  by: string;
  time: Date;
}

export interface Addressee {
  providerId: string;
  noticeId: string;
  action: Action;
  /** "attribution", or the person as "{kind}/{name}". */
  assignedBy: string;
  assignedTime: Date;
  /** Who spoke first, where it takes two persons. */
  proposedBy?: string;
  /** The decision that its notice follows from; absent: the dispatch's own. */
  decisionId?: string;
  /** The notice is in the store. */
  created: boolean;
}

/** What is asked of who hosts it: never to remove a page for what others put there. */
export function removalOf({ embedded }: Pick<Dispatch, "embedded">): Action {
  return embedded === undefined ? "ACTION_REMOVE" : "ACTION_REMOVE_EMBEDDED";
}

export function isUnfinished(dispatch: Dispatch): boolean {
  return dispatch.addressees.some((a) => !a.created);
}

/** When its notices are to be made, undefined when they are. */
export function unfinishedUntil(dispatch: Dispatch): Date | undefined {
  return isUnfinished(dispatch) ? (dispatch.stuck?.retryTime ?? dispatch.decidedTime) : undefined;
}

/** Its notices cannot be made: they are tried again later each time. */
export function stuck(dispatch: Dispatch, reason: string, now: Date): Dispatch {
  return isUnfinished(dispatch) ? { ...dispatch, stuck: nextTry(dispatch.stuck, reason, now) } : dispatch;
}

/** A person names a provider; undefined when that provider has its notice already. */
export function assign(dispatch: Dispatch, addressee: Addressee): Dispatch | undefined {
  if (dispatch.addressees.some((a) => a.providerId === addressee.providerId)) return undefined;
  const { unattributedSince: _, ...rest } = dispatch;
  return { ...rest, addressees: [...dispatch.addressees, addressee] };
}

/**
 * An assignment that takes two persons: the first one's word waits, and another's word for the same provider and action
 * within the time carries it out. `addressee` is of who speaks now; undefined when that provider has its notice already.
 */
export function assignByTwo(dispatch: Dispatch, addressee: Addressee): Dispatch | undefined {
  if (dispatch.addressees.some((a) => a.providerId === addressee.providerId)) return undefined;
  const { providerId, action, assignedBy: by, assignedTime: time } = addressee;
  const same = (p: ProposedAssignment) => p.providerId === providerId && p.action === action;
  const open = (dispatch.proposed ?? []).filter((p) => time.getTime() - p.time.getTime() < PROPOSED_MS);
  const first = open.find((p) => same(p) && !isSamePerson(p.by, by));
  if (first === undefined) {
    const others = open.filter((p) => !(same(p) && isSamePerson(p.by, by)));
    return { ...dispatch, proposed: [...others, { providerId, action, by, time }].slice(-MAX_PROPOSED) };
  }
  const { proposed: _, ...rest } = dispatch;
  return assign(rest, { ...addressee, proposedBy: first.by });
}

const PROPOSED_MS = 7 * 24 * 3600 * 1000;
const MAX_PROPOSED = 20;

/** "Not hosted here" puts it before a person again, once for each notice. */
export function leadBack(dispatch: Dispatch, noticeId: string, now: Date): Dispatch {
  if (dispatch.ledBackBy.includes(noticeId)) return dispatch;
  return { ...dispatch, ledBackBy: [...dispatch.ledBackBy, noticeId], unattributedSince: now };
}

/**
 * A person decides what was decided before: from now on it leaves on the person's word. `added` are those whose notice
 * was closed unsent and who get another; where nobody is left, a provider is looked for again.
 */
export function confirm(dispatch: Dispatch, decisionId: string, added: readonly Addressee[], now: Date): Dispatch {
  const { automatic: _, ...rest } = dispatch;
  const addressees = [...dispatch.addressees, ...added];
  const nobody = addressees.every((a) => dispatch.ledBackBy.includes(a.noticeId));
  return { ...rest, confirmedBy: decisionId, addressees, ...(nobody && { unattributedSince: now }) };
}

/**
 * Nobody need look for a provider any more once the decision fell, or once the target of a machine's decision is gone.
 * A person's waits for a provider whatever an eye says.
 */
export function settleDispatch(dispatch: Dispatch, { stands, gone }: { stands: boolean; gone: boolean }): Dispatch {
  if (dispatch.unattributedSince === undefined || (stands && !(gone && dispatch.automatic))) return dispatch;
  const { unattributedSince: _, ...rest } = dispatch;
  return rest;
}

export function created(dispatch: Dispatch, noticeIds: ReadonlySet<string>): Dispatch {
  if (!dispatch.addressees.some((a) => !a.created && noticeIds.has(a.noticeId))) return dispatch;
  const { stuck: _, ...rest } = dispatch;
  return {
    ...rest,
    addressees: dispatch.addressees.map((a) => (noticeIds.has(a.noticeId) ? { ...a, created: true } : a)),
  };
}
