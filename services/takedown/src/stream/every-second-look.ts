import { startLoop, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { changeOf } from "../notices/publish.ts";
import { retried } from "../notices/undeliverable.ts";
import { SWITCH } from "../store.ts";
import { opened } from "./offer.ts";

const PAGE = 100;
/** How far the clocks of two replicas may be apart, the time of a write included. */
const APART_MS = 10_000;

/**
 * One look for all streams of this process, at what another replica did and no event told: notices it issued, the brake
 * it let go. And each notice that could not be opened has its next try when it is due.
 */
export function startEverySecondLook(deps: Deps): Loop {
  const look = looking(deps);
  return startLoop("look", 1000, deps.log, async (stop) => {
    await retryUndeliverable(deps, stop);
    await look();
  });
}

/** A look that remembers how far it has come. */
export function looking(deps: Deps): () => Promise<void> {
  let since = deps.clock.now();
  let brake: number | undefined;
  return async () => {
    const now = deps.clock.now();
    if (deps.bells.size > 0) {
      const gte = new Date(Math.min(since.getTime(), now.getTime()) - APART_MS);
      const page = await deps.notices.find({ where: { issuedTime: { gte } }, orderBy: "issuedTime", limit: PAGE });
      for (const { state } of page) deps.bells.ring(state.providerId);
      const { version } = (await deps.switches.load(SWITCH)) ?? {};
      if (version !== brake) deps.bells.ring();
      brake = version;
    }
    since = now;
  };
}

export async function retryUndeliverable(deps: Deps, stop: AbortSignal): Promise<void> {
  const where = { undeliverableUntil: { lte: deps.clock.now() } };
  for (const { id } of await deps.notices.find({ where, orderBy: "undeliverableUntil", limit: PAGE })) {
    if (stop.aborted) return;
    const saved = await change(deps.notices, id, (notice) => {
      const now = deps.clock.now();
      return notice && changeOf(notice, retried(notice, opened(deps, notice).fault, now), now);
    });
    if (saved === undefined || saved.state.undeliverable !== undefined) continue;
    deps.bells.ring(saved.state.providerId);
    deps.bells.again(saved.state.providerId);
  }
}
