import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { created, type Addressee, type Dispatch } from "./dispatch.ts";
import { noticesIssued } from "../metrics.ts";
import type { Notice } from "../notices/notice.ts";
import { signedOf } from "../notices/payload.ts";
import { changeOf, environmentOf } from "../notices/publish.ts";
import { settleStoredDispatch, settleStoredNotice } from "./settle.ts";
import { targetKey } from "./target-view.ts";

/** Makes every notice that a dispatch lists and notes it; may be begun again at any point. */
export async function finishDispatch(deps: Deps, dispatchId: string): Promise<void> {
  const found = await deps.dispatches.load(dispatchId);
  if (found === undefined) return;
  const missing = found.state.addressees.filter((a) => !a.created);
  for (const addressee of missing) await createNotice(deps, found.state, addressee);
  const made = new Set(missing.map((a) => a.noticeId));
  await change(deps.dispatches, dispatchId, (dispatch) => {
    const next = dispatch && created(dispatch, made);
    return next === undefined || next === dispatch ? undefined : { state: next };
  });
  await settleStoredDispatch(deps, dispatchId);
}

// The notice is written first and what was seen is read after it: whatever comes between finds the notice.
async function createNotice(deps: Deps, dispatch: Dispatch, addressee: Addressee): Promise<void> {
  if ((await deps.notices.load(addressee.noticeId)) === undefined) {
    const notice = await issued(deps, dispatch, addressee);
    const made = changeOf(undefined, notice, notice.issuedTime);
    const inserted = await deps.notices.insert(notice.noticeId, notice, made?.event);
    if (inserted !== undefined) noticesIssued();
  }
  await settleStoredNotice(deps, addressee.noticeId);
}

async function issued(deps: Deps, dispatch: Dispatch, addressee: Addressee): Promise<Notice> {
  const now = deps.clock.now();
  const target = await deps.targets.load(targetKey(dispatch));
  const observedTime = target?.state.lastSeenTime;
  const { targetId, episode, address } = dispatch;
  return {
    schemaVersion: 1,
    noticeId: addressee.noticeId,
    dispatchId: dispatch.dispatchId,
    caseId: dispatch.caseId,
    decisionId: dispatch.decisionId,
    providerId: addressee.providerId,
    environment: environmentOf(deps.config.environment),
    kind: "NOTICE_KIND_NOTICE",
    action: addressee.action,
    revision: 1,
    targets: [{ targetId, episode, address, answers: [], goneBeforeOffer: false, version: 0 }],
    complyWithinMs: deps.config.complyWithinMs,
    issuedTime: now,
    acknowledgements: [],
    ledBack: false,
    signed: await signedOf(deps, dispatch, addressee, { now, observedTime }),
    requests: [],
  };
}
