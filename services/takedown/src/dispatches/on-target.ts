import type { Event } from "@ntd/bus";
import type { Target } from "@ntd/proto/prober/v1/target";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { settleNotice, settleWaiting } from "./settle.ts";
import { seenTarget, targetKey } from "./target-view.ts";

/** What the prober saw is noted first, then told to the open notices and waiting dispatches of that very episode. */
export function onTarget(deps: Deps) {
  return async ({ data, version }: Event<Target>): Promise<void> => {
    const target = targetKey(data);
    const view = await change(deps.targets, target, (state) => {
      const next = seenTarget(state, version, data);
      return next && { state: next };
    });
    if (view?.state.version !== version) return;
    const notices = await deps.notices.find({ where: { target }, limit: 1000 });
    for (const notice of notices) await settleNotice(deps, notice, view.state);
    const waiting = await deps.dispatches.find({ where: { target }, limit: 1000 });
    for (const dispatch of waiting) await settleWaiting(deps, dispatch, view.state);
  };
}
