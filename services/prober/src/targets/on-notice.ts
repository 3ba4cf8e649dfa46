import type { Event } from "@ntd/bus";
import { NoticeState, type Notice } from "@ntd/proto/takedown/v1/notice";
import { injectTrace } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { laneFor, laneOf } from "../schedule/lane.ts";
import { asksToRestore } from "./restoring.ts";
import { newTarget, withNotice } from "../schedule/schedule.ts";

/**
 * While a notice is open its targets are looked at often; its arrival, an answer and a withdrawal ask for a look at once.
 */
export function onNotice({ targets, clock, wake }: Pick<Deps, "targets" | "clock" | "wake">) {
  return async ({ data, version }: Event<Notice>): Promise<void> => {
    const now = clock.now();
    const asks = { lane: laneFor("answer", data.providerId), trace: injectTrace() };
    const open = openStates.has(data.state);
    for (const { targetId, episode, address, answers } of data.targets) {
      const since = data.issuedTime ?? now;
      const mark = {
        id: data.noticeId,
        version,
        episode,
        open,
        since,
        answers: answers.length,
        ...(data.offeredTime && { offered: true }),
        ...(data.lookAskedTime && { lookAsked: data.lookAskedTime }),
        ...(data.state === NoticeState.SUSPENDED && { suspended: true as const }),
        ...(asksToRestore(data, answers) && data.withdrawnTime && { withdrawn: data.withdrawnTime }),
      };
      const noted = await change(targets, targetId, (known) => {
        // The report may come later than the notice: then this is the first we hear of the address.
        const target = known ?? (address && newTarget(targetId, address, now));
        const state = target && withNotice(target, mark, asks, now);
        return state && { state };
      });
      if (noted !== undefined) wake(laneOf(noted.state));
    }
  };
}

const openStates: ReadonlySet<NoticeState> = new Set([
  NoticeState.ISSUED,
  NoticeState.UNDELIVERABLE,
  NoticeState.REJECTED,
  NoticeState.ACKNOWLEDGED,
  NoticeState.ANSWERED,
  NoticeState.SUSPENDED,
]);
