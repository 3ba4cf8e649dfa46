import type { Event } from "@ntd/bus";
import { NoticeState, type Notice } from "@ntd/proto/takedown/v1/notice";
import { injectTrace, type Clock } from "@ntd/service";
import { change } from "@ntd/store";
import { newTarget, withNotice } from "./schedule.ts";
import type { Targets } from "../store.ts";

/** While a notice is open its targets are looked at often; its arrival and an answer ask for a probe at once. */
export function onNotice({ targets, clock, kick }: { targets: Targets; clock: Clock; kick: () => void }) {
  return async ({ data, version }: Event<Notice>): Promise<void> => {
    const now = clock.now();
    const trace = injectTrace();
    for (const { targetId, episode, address, answers } of data.targets) {
      const open = openStates.has(data.state);
      const mark = {
        id: data.noticeId,
        version,
        episode,
        open,
        since: data.issuedTime ?? now,
        answers: answers.length,
      };
      await change(targets, targetId, (known) => {
        // The report may come later than the notice: then this is the first we hear of the address.
        const target = known ?? (address && newTarget(targetId, address, now));
        const state = target && withNotice(target, mark, trace, now);
        return state && { state };
      });
    }
    kick();
  };
}

const openStates: ReadonlySet<NoticeState> = new Set([
  NoticeState.ISSUED,
  NoticeState.UNDELIVERABLE,
  NoticeState.REJECTED,
  NoticeState.ACKNOWLEDGED,
  NoticeState.ANSWERED,
]);
