import type { Event } from "@ntd/bus";
import type { Case } from "@ntd/proto/casework/v1/case";
import { derivedId, openAddress, Problem } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import { seenCase } from "./case-view.ts";
import type { Deps } from "../deps.ts";
import type { Dispatch } from "./dispatch.ts";
import { finish } from "./fan-out.ts";
import { dispatchesUnattributed } from "../metrics.ts";
import { settleStoredNotice, settleWaiting } from "./settle.ts";

/** A case that is decided illegal makes a dispatch; one that no longer is takes back what has not left. */
export function onCase(deps: Deps) {
  return async ({ data, version }: Event<Case>): Promise<void> => {
    if (data.decision?.verdict === "UNRECOGNIZED") {
      throw new Problem("EVENT_UNREADABLE", "decision.verdict holds a value of a newer release.");
    }
    const view = await change(deps.cases, data.caseId, (state) => {
      const next = seenCase(state, version, data, (decisionId) => derivedId("dispatch", decisionId));
      return next && { state: next };
    });
    if (view === undefined || view.state.version !== version) return;
    for (const { dispatchId, decisionId, stands } of view.state.dispatches) {
      if (stands) await dispatch(deps, dispatchId, decisionId, data);
      else await takeBack(deps, dispatchId);
    }
  };
}

async function dispatch(deps: Deps, dispatchId: string, decisionId: string, data: Case): Promise<void> {
  const found = await deps.dispatches.load(dispatchId);
  const stored = found ?? (await opened(deps, dispatchId, decisionId, data));
  if (stored !== undefined) await finish(deps, stored);
}

async function opened(
  deps: Deps,
  dispatchId: string,
  decisionId: string,
  data: Case,
): Promise<Document<Dispatch> | undefined> {
  const dispatch = await openDispatch(deps, dispatchId, decisionId, data);
  const inserted = await deps.dispatches.insert(dispatchId, dispatch);
  if (inserted !== undefined && dispatch.unattributedSince !== undefined) dispatchesUnattributed();
  return inserted ?? (await deps.dispatches.load(dispatchId));
}

async function takeBack(deps: Deps, dispatchId: string): Promise<void> {
  const found = await deps.dispatches.load(dispatchId);
  if (found === undefined) return;
  for (const { noticeId } of found.state.addressees) await settleStoredNotice(deps, noticeId);
  await settleWaiting(deps, found);
}

async function openDispatch(deps: Deps, dispatchId: string, decisionId: string, data: Case): Promise<Dispatch> {
  const now = deps.clock.now();
  const address = data.address ?? { keyId: "", nonce: new Uint8Array(), ciphertext: new Uint8Array() };
  const url = openAddress(deps.sealer, address).fetch;
  const providerIds = await deps.directory.attribute(url, data.resolvedIp);
  return {
    schemaVersion: 1,
    dispatchId,
    caseId: data.caseId,
    decisionId,
    decidedTime: data.decision?.decidedTime ?? now,
    targetId: data.targetId,
    episode: data.episode,
    address,
    resolvedIp: data.resolvedIp,
    classifications: data.decision?.classifications ?? [],
    fingerprints: data.fingerprints,
    addressees: providerIds.map((providerId) => ({
      providerId,
      noticeId: derivedId("notice", dispatchId, providerId),
      action: "ACTION_REMOVE",
      assignedBy: "attribution",
      assignedTime: now,
      created: false,
    })),
    ...(providerIds.length === 0 ? { unattributedSince: now } : {}),
    ledBackBy: [],
    requests: [],
  };
}
