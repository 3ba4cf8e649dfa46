import { isByMachine } from "@ntd/facts";
import type { Event } from "@ntd/bus";
import type { Case } from "@ntd/proto/casework/v1/case";
import { addressLeft, derivedId, openAddress, Problem, type Sealer } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import { changeFound } from "../change-found.ts";
import { seenCase, type Caused } from "./case-view.ts";
import type { Deps } from "../deps.ts";
import { keepDispatch } from "./every-hour-keep.ts";
import { confirm, removalOf, type Addressee, type Dispatch } from "./dispatch.ts";
import { finish } from "./fan-out.ts";
import { foundIn, namedFingerprints } from "./named-fingerprints.ts";
import { dispatchesUnattributed } from "../metrics.ts";
import { targetKey } from "./target-view.ts";
import { settleNotices, settleRestoring, settleStoredNotice, settleWaiting } from "./settle.ts";

/**
 * A case that is decided illegal makes a dispatch; one that no longer is takes back what has not left, and suspends or
 * withdraws what has. While police hold it nothing leaves; the end of the hold wakes the streams. Under a legal hold what
 * is sealed is kept.
 */
export function onCase(deps: Deps) {
  return async ({ data, version, time }: Event<Case>): Promise<void> => {
    if (data.decision?.verdict === "UNRECOGNIZED") {
      throw new Problem("EVENT_UNREADABLE", "decision.verdict holds a value of a newer release.");
    }
    // What a machine decided on is known again by all that was seen of it; a person's decision is about what they saw.
    const isAutomatic = data.decision !== undefined && isByMachine(data.decision);
    const target = isAutomatic ? await deps.targets.load(targetKey(data)) : undefined;
    const dispatchIdOf = (decisionId: string) => derivedId("dispatch", decisionId);
    const view = await change(deps.cases, data.caseId, (state) => {
      const next = seenCase(state, { version, time, data }, dispatchIdOf, target?.state.seen);
      return next && { state: next };
    });
    if (view === undefined || view.state.version !== version) return;
    const { kept, holds } = view.state;
    for (const caused of view.state.dispatches) {
      if (caused.stands) {
        await dispatch(deps, caused, data);
        if (caused.suspended !== undefined || holds !== undefined) await settleNotices(deps, caused.dispatchId);
      } else await takeBack(deps, caused.dispatchId);
      if (kept) await keepDispatch(deps, caused.dispatchId);
    }
  };
}

async function dispatch(deps: Deps, caused: Caused, data: Case): Promise<void> {
  const found = await deps.dispatches.load(caused.dispatchId);
  const stored = found ?? (await opened(deps, caused, data));
  if (stored !== undefined) await finish(deps, await confirmed(deps, stored, caused));
}

async function opened(deps: Deps, caused: Caused, data: Case): Promise<Document<Dispatch> | undefined> {
  const dispatch = await openDispatch(deps, caused, data);
  const inserted = await deps.dispatches.insert(caused.dispatchId, dispatch);
  if (inserted !== undefined && dispatch.unattributedSince !== undefined) dispatchesUnattributed();
  return inserted ?? (await deps.dispatches.load(caused.dispatchId));
}

/**
 * A person decided the same after it. The view says so first; then each notice is settled, after which none of them is
 * closed any more for what an eye says, and those that were closed unsent before have another made.
 */
async function confirmed(deps: Deps, found: Document<Dispatch>, { confirmedBy }: Caused): Promise<Document<Dispatch>> {
  if (confirmedBy === undefined || found.state.confirmedBy === confirmedBy) return found;
  const unsent = new Set(found.state.addressees.map((a) => a.providerId));
  for (const { noticeId, providerId } of found.state.addressees) {
    const notice = await settleStoredNotice(deps, noticeId);
    if (notice === undefined || notice.offeredTime !== undefined || notice.closedTime === undefined)
      unsent.delete(providerId);
  }
  return changeFound(deps.dispatches, found, (state) => {
    const now = deps.clock.now();
    const added = [...unsent].map((providerId): Addressee => {
      const noticeId = noticeIdOf(derivedId("dispatch", confirmedBy), providerId);
      return { ...attributed(state, providerId, noticeId, now), decisionId: confirmedBy };
    });
    return state.confirmedBy === confirmedBy ? undefined : { state: confirm(state, confirmedBy, added, now) };
  });
}

async function takeBack(deps: Deps, dispatchId: string): Promise<void> {
  const found = await settleNotices(deps, dispatchId);
  if (found === undefined) return;
  await settleWaiting(deps, found);
  for (const { noticeId } of found.state.addressees) {
    const notice = await deps.notices.load(noticeId);
    if (notice !== undefined) await settleRestoring(deps, notice.state);
  }
}

async function openDispatch(deps: Deps, { dispatchId, decisionId, automatic }: Caused, data: Case): Promise<Dispatch> {
  const now = deps.clock.now();
  const address = data.address ?? { keyId: "", nonce: new Uint8Array(), ciphertext: new Uint8Array() };
  // Erased for good, it would fail each time: that is an end of its own, which a person sees.
  const url = (data.address === undefined ? openAddress : addressLeft)(deps.sealer, address)?.fetch;
  const countryAbroad = data.hostingCountry === deps.config.homeCountry ? undefined : data.hostingCountry;
  const embedded = embeddedIn(deps.sealer, data);
  const found = foundIn(data);
  const isErased = url === undefined || embedded.embedded?.length === 0;
  const providerIds = isErased ? [] : await deps.directory.attribute(url, data.resolvedIp, countryAbroad);
  return {
    schemaVersion: 1,
    dispatchId,
    caseId: data.caseId,
    decisionId,
    decidedTime: data.decision?.decidedTime ?? now,
    ...(automatic !== undefined && { automatic: true as const }),
    targetId: data.targetId,
    episode: data.episode,
    address,
    resolvedIp: data.resolvedIp,
    ...(countryAbroad && { countryAbroad }),
    classifications: data.decision?.classifications ?? [],
    fingerprints: namedFingerprints(data),
    ...(found !== undefined && { foundIn: found }),
    ...embedded,
    addressees: providerIds.map((providerId) =>
      attributed(embedded, providerId, noticeIdOf(dispatchId, providerId), now),
    ),
    ...(providerIds.length === 0 ? { unattributedSince: now } : {}),
    ...(isErased && { erased: true as const }),
    ledBackBy: [],
    requests: [],
  };
}

// What is erased by now cannot be named any more: the notice is about the rest.
function embeddedIn(sealer: Sealer, { decision }: Case): Pick<Dispatch, "embedded"> {
  const embedded = decision?.embedded?.items.flatMap(({ address }) => address ?? []);
  if (embedded === undefined) return {};
  return { embedded: embedded.filter((address) => addressLeft(sealer, address) !== undefined) };
}

function attributed(dispatch: Pick<Dispatch, "embedded">, providerId: string, noticeId: string, now: Date): Addressee {
  const action = removalOf(dispatch);
  return { providerId, noticeId, action, assignedBy: "attribution", assignedTime: now, created: false };
}

function noticeIdOf(dispatchId: string, providerId: string): string {
  return derivedId("notice", dispatchId, providerId);
}
