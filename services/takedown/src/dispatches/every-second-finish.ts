import { Problem, startLoop, tryEach, type Loop } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { stuck, type Dispatch } from "./dispatch.ts";
import { finish } from "./fan-out.ts";
import { settleNotice } from "./settle.ts";

/** Finishes what a crash cut short: dispatches without all their notices, notices that are gone but not closed. */
export function startEverySecondFinish(deps: Deps): Loop {
  return startLoop("finish", 1000, deps.log, (stop) => finishAll(deps, stop));
}

export async function finishAll(deps: Deps, stop: AbortSignal): Promise<void> {
  const due = { where: { unfinishedUntil: { lte: deps.clock.now() } }, orderBy: "unfinishedUntil" } as const;
  const unsettled = { where: { unsettled: true } } as const;
  try {
    await tryEach(deps.dispatches.pages(due, PAGE), stop, (dispatch) => finishOrWait(deps, dispatch));
  } finally {
    await tryEach(deps.notices.pages(unsettled, PAGE), stop, (notice) => settleNotice(deps, notice));
  }
}

const PAGE = 100;

// One that cannot be finished (its month's key was retired) keeps no other waiting, and is said once.
async function finishOrWait(deps: Deps, found: Document<Dispatch>): Promise<void> {
  try {
    await finish(deps, found);
  } catch (error) {
    const problem = Problem.from(error);
    const { id, state } = found;
    if (state.stuck === undefined)
      deps.log.error({ error: problem, id }, "a dispatch cannot be finished; it is tried again");
    await change(
      deps.dispatches,
      id,
      (dispatch) => dispatch && { state: stuck(dispatch, problem.reason, deps.clock.now()) },
    );
  }
}
