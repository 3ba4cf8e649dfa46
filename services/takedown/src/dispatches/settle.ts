import { change, type Document } from "@ntd/store";
import { changeFound } from "../change-found.ts";
import { leadsBack } from "../notices/answer.ts";
import { caused, stands } from "./case-view.ts";
import type { Deps } from "../deps.ts";
import { leadBack, settleDispatch, type Dispatch } from "./dispatch.ts";
import { settle, type Around } from "../notices/leaving.ts";
import { isUnoffered, type Notice } from "../notices/notice.ts";
import { changeOf } from "../notices/publish.ts";
import { targetKey, type TargetView } from "./target-view.ts";

/**
 * Brings a notice in line with what was seen of its target and decided in its case. Whoever writes one of the three
 * loads the others afterwards and calls it, so that the last writer sees both others.
 */
export async function settleNotice(deps: Deps, found: Document<Notice>, seen?: TargetView): Promise<Notice> {
  const around = await aroundOf(deps, found.state, seen);
  let document = found;
  // Two steps at most: what was seen, then the close that follows from it.
  for (let step = 0; step < 2; step++) {
    document = await changeFound(deps.notices, document, (notice) => {
      const now = deps.clock.now();
      return changeOf(notice, settle(notice, around, now), now);
    });
  }
  if (isUnoffered(document.state) && !isUnoffered(found.state)) deps.bells.ring(document.state.providerId);
  await tellDispatch(deps, document.state);
  return document.state;
}

export async function settleStoredNotice(deps: Deps, noticeId: string): Promise<Notice | undefined> {
  const found = await deps.notices.load(noticeId);
  return found && (await settleNotice(deps, found));
}

/** Whether anybody need still look for a provider. */
export async function settleWaiting(deps: Deps, found: Document<Dispatch>, seen?: TargetView): Promise<void> {
  if (found.state.unattributedSince === undefined) return;
  const { dispatchId, caseId } = found.state;
  const [target, aCase] = await Promise.all([seen ?? viewOf(deps, targetKey(found.state)), deps.cases.load(caseId)]);
  const gone = target?.goneTime !== undefined && target.told !== undefined;
  const around = { stands: stands(aCase?.state, dispatchId), gone };
  await changeFound(deps.dispatches, found, (dispatch) => {
    const next = settleDispatch(dispatch, around);
    return next === dispatch ? undefined : { state: next };
  });
}

/** What stands beside a notice; its target is loaded unless the caller has just seen it. */
export async function aroundOf(deps: Deps, notice: Notice, seen?: TargetView): Promise<Around> {
  const key = notice.targets.map(targetKey).find(() => true) ?? "";
  const [target, aCase] = await Promise.all([seen ?? viewOf(deps, key), deps.cases.load(notice.caseId)]);
  const { stands: inForce = false, suspended = false, automatic } = caused(aCase?.state, notice.dispatchId) ?? {};
  return { stands: inForce, suspended, automatic, target, freshMs: deps.config.freshSightingMs };
}

async function viewOf(deps: Deps, key: string): Promise<TargetView | undefined> {
  return (await deps.targets.load(key))?.state;
}

/** "Not hosted here": the dispatch is told first and the notice marked after, so that a crash repeats the telling. */
export async function tellDispatch(deps: Deps, notice: Notice): Promise<void> {
  if (!leadsBack(notice)) return;
  const { noticeId, dispatchId } = notice;
  const told = await change(deps.dispatches, dispatchId, (dispatch) => {
    const next = dispatch && leadBack(dispatch, noticeId, deps.clock.now());
    return next === undefined || next === dispatch ? undefined : { state: next };
  });
  if (told !== undefined) await settleWaiting(deps, told);
  await change(deps.notices, noticeId, (state) =>
    state === undefined || state.ledBack ? undefined : { state: { ...state, ledBack: true } },
  );
}
