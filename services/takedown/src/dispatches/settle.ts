import { change } from "@ntd/store";
import { leadsBack } from "../notices/answer.ts";
import { stands } from "./case-view.ts";
import type { Deps } from "../deps.ts";
import { leadBack, settleDispatch } from "./dispatch.ts";
import { settle, type Around, type Notice } from "../notices/notice.ts";
import { changeOf } from "../notices/publish.ts";
import { targetKey } from "./target-view.ts";

/**
 * Brings a notice in line with what was seen of its target and decided in its case. Whoever writes one of the three
 * calls it afterwards, so that the last writer sees both others.
 */
export async function settleStoredNotice(deps: Deps, noticeId: string): Promise<void> {
  const found = await deps.notices.load(noticeId);
  if (found === undefined) return;
  const around = await aroundOf(deps, found.state);
  // Two steps at most: what was seen, then the close that follows from it.
  for (let step = 0; step < 2; step++) {
    await change(deps.notices, noticeId, (notice) => {
      const now = deps.clock.now();
      return notice && changeOf(notice, settle(notice, around, now), now);
    });
  }
  await tellDispatch(deps, noticeId);
}

export async function settleStoredDispatch(deps: Deps, dispatchId: string): Promise<void> {
  const found = await deps.dispatches.load(dispatchId);
  if (found?.state.unattributedSince === undefined) return;
  const { caseId } = found.state;
  const [target, aCase] = await Promise.all([deps.targets.load(targetKey(found.state)), deps.cases.load(caseId)]);
  const around = { stands: stands(aCase?.state, dispatchId), gone: target?.state.goneTime !== undefined };
  await change(deps.dispatches, dispatchId, (dispatch) => {
    const next = dispatch && settleDispatch(dispatch, around);
    return next === undefined || next === dispatch ? undefined : { state: next };
  });
}

export async function aroundOf(deps: Deps, notice: Notice): Promise<Around> {
  const key = notice.targets.map(targetKey).find(() => true) ?? "";
  const [target, aCase] = await Promise.all([deps.targets.load(key), deps.cases.load(notice.caseId)]);
  return { stands: stands(aCase?.state, notice.dispatchId), target: target?.state };
}

// "Not hosted here": the dispatch is told first and the notice marked after, so that a crash repeats the telling.
async function tellDispatch(deps: Deps, noticeId: string): Promise<void> {
  const notice = (await deps.notices.load(noticeId))?.state;
  if (notice === undefined || !leadsBack(notice)) return;
  await change(deps.dispatches, notice.dispatchId, (dispatch) => {
    const next = dispatch && leadBack(dispatch, noticeId, deps.clock.now());
    return next === undefined || next === dispatch ? undefined : { state: next };
  });
  await settleStoredDispatch(deps, notice.dispatchId);
  await change(deps.notices, noticeId, (state) =>
    state === undefined || state.ledBack ? undefined : { state: { ...state, ledBack: true } },
  );
}
