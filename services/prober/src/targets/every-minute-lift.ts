import { startLoop, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { isGoneBySilence, withSilenceNamed } from "./lift.ts";
import { eventIfNews } from "./publish.ts";

const PAGE = 100;

type LiftDeps = Pick<Deps, "targets" | "clock" | "settings" | "log">;

/** Names what release 0.2 called gone by silence, as the store finds it after an upgrade; then there is nothing to do. */
export function startLifting(deps: LiftDeps): Loop {
  return startLoop("lift", 60_000, deps.log, (stop) => liftSilence(deps, stop));
}

export async function liftSilence({ targets, clock, settings }: LiftDeps, stop: AbortSignal): Promise<void> {
  for await (const page of targets.pages({ where: { goneBySilence: true } }, PAGE)) {
    for (const { id } of page) {
      if (stop.aborted) return;
      await change(targets, id, (target) => {
        if (target === undefined || !isGoneBySilence(target)) return undefined;
        const now = clock.now();
        const state = withSilenceNamed(target, now);
        const event = eventIfNews(settings, target, state, now);
        return { state, ...(event && { event }) };
      });
    }
  }
}
