import { startLoop, tryEach, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { changeOf } from "../notices/publish.ts";
import { lapsed } from "../notices/suspension.ts";
import { settleNotice, settleStoredNotice } from "../dispatches/settle.ts";
import { noticeChanged } from "./notice-changed.ts";

const PAGE = 100;

/** A suspension that nobody confirmed in time ends: what was asked for is asked for again. */
export function startEverySecondLapse(deps: Deps): Loop {
  return startLoop("lapse", 1000, deps.log, (stop) => lapseSuspensions(deps, stop));
}

export async function lapseSuspensions(deps: Deps, stop: AbortSignal): Promise<void> {
  const due = { where: { lapses: { lte: deps.clock.now() } }, orderBy: "lapses" } as const;
  await tryEach(deps.notices.pages(due, PAGE), stop, async ({ id, state }) => {
    // Its doubt may have ended, and whoever heard of that not have come to this notice yet.
    const before = await settleStoredNotice(deps, id);
    const saved = await change(deps.notices, id, (notice) => {
      const now = deps.clock.now();
      return notice && changeOf(notice, lapsed(notice, now), now);
    });
    if (saved === undefined) return;
    noticeChanged(deps.bells, before ?? state, saved.state);
    await settleNotice(deps, saved);
  });
}
