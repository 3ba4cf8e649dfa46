import { resealed } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import { changeFound } from "../change-found.ts";
import { leadsBack } from "../answers/answer.ts";
import { caused, isHeld, stands } from "./case-view.ts";
import type { Deps } from "../deps.ts";
import { leadBack, settleDispatch, type Dispatch } from "./dispatch.ts";
import { settle, type Around } from "../notices/leaving.ts";
import type { Notice } from "../notices/notice.ts";
import { placeOf } from "../notices/withdrawal.ts";
import { changeOf } from "../notices/publish.ts";
import { noticeChanged } from "../stream/notice-changed.ts";
import { isAskedByAnother } from "./asked-by-another.ts";
import { targetKey, type TargetView } from "./target-view.ts";

/**
 * Brings a notice in line with what was seen of its target and decided in its case. Whoever writes one of the three
 * loads the others afterwards and calls it, so that the last writer sees both others. Under a legal hold what is sealed
 * in it is kept by the same write.
 */
export async function settleNotice(deps: Deps, found: Document<Notice>, seen?: TargetView): Promise<Notice> {
  const around = await aroundOf(deps, found.state, seen);
  let document = found;
  // Step by step, each with its own event: a doubt that ends, then what was seen, then the close that follows from it.
  for (let step = 0; step < MAX_STEPS; step++) {
    const before = document;
    document = await changeFound(deps.notices, before, (notice) => {
      const now = deps.clock.now();
      const settled = settle(notice, around, now);
      return changeOf(notice, around.kept ? resealed(settled, deps.sealer, now) : settled, now);
    });
    if (document === before) break;
    noticeChanged(deps.bells, before.state, document.state);
  }
  await tellDispatch(deps, document.state);
  return document.state;
}

const MAX_STEPS = 4;

export async function settleStoredNotice(deps: Deps, noticeId: string): Promise<Notice | undefined> {
  const found = await deps.notices.load(noticeId);
  return found && (await settleNotice(deps, found));
}

/** All of a dispatch. */
export async function settleNotices(deps: Deps, dispatchId: string): Promise<Document<Dispatch> | undefined> {
  const found = await deps.dispatches.load(dispatchId);
  for (const { noticeId } of found?.state.addressees ?? []) await settleStoredNotice(deps, noticeId);
  return found;
}

/** A decision about this address has come or fallen: whoever waits to have it restored there is told or withheld. */
export async function settleRestoring(deps: Deps, notice: Notice): Promise<void> {
  for await (const page of deps.notices.pages({ where: { restores: placeOf(notice) } }, 100)) {
    for (const waiting of page) if (waiting.id !== notice.noticeId) await settleNotice(deps, waiting);
  }
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
export async function aroundOf(deps: Deps, notice: Notice, seen?: TargetView): Promise<Around & { kept: boolean }> {
  const key = notice.targets.map(targetKey).find(() => true) ?? "";
  const [target, aCase] = await Promise.all([seen ?? viewOf(deps, key), deps.cases.load(notice.caseId)]);
  const known = caused(aCase?.state, notice.dispatchId);
  const { stands: inForce = false, suspended = false, doubt, withdrawnBy, automatic } = known ?? {};
  const asksBack = withdrawnBy !== undefined && notice.offeredTime !== undefined;
  const isWithheld = asksBack && (await isAskedByAnother(deps, notice));
  const { freshSightingMs: freshMs, suspensionMs } = deps.config;
  const [held, kept] = [isHeld(aCase?.state), aCase?.state.kept === true];
  const rules = { freshMs, suspensionMs };
  return { stands: inForce, suspended, held, kept, doubt, withdrawnBy, isWithheld, automatic, target, ...rules };
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
