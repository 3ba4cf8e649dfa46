import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { noticesOffered } from "../metrics.ts";
import { offer, type Notice } from "../notices/notice.ts";
import { changeOf } from "../notices/publish.ts";
import { aroundOf } from "../dispatches/settle.ts";
import { SWITCH } from "../store.ts";

/**
 * Stamps a notice before it is first sent; returns it as it then is, offered or not.
 *
 * The notice is loaded first and all that could stop it after, then it is saved by the version that was loaded. Whoever
 * stops notices (a halt, a decision that fell, a target that went) writes its own document first and the notice after
 * it: either this sees that document, or its save finds the version moved and begins again.
 */
export async function offerStored(deps: Deps, noticeId: string): Promise<Notice | undefined> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const found = await deps.notices.load(noticeId);
    if (found === undefined) return undefined;
    const [around, brake] = await Promise.all([aroundOf(deps, found.state), deps.switches.load(SWITCH)]);
    const now = deps.clock.now();
    const next = offer(found.state, { ...around, halted: brake?.state.halted ?? false }, now);
    const changed = changeOf(found.state, next, now);
    if (changed === undefined) return found.state;
    if ((await deps.notices.save(found, changed.state, changed.event)) === undefined) continue;
    if (found.state.offeredTime === undefined && next.offeredTime !== undefined) noticesOffered();
    return next;
  }
  throw new Problem("VERSION_CONFLICT");
}
