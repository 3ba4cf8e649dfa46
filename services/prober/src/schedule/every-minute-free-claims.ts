import { latestLeaseEnd, startLoop, type Loop, type Logger } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { freed } from "./claim.ts";
import { claimedBeyond } from "./lane.ts";

const PAGE = 100;

type FreeingDeps = Pick<Deps, "targets" | "clock"> & { leaseMs: number; log: Logger };

/** A clock that was ahead when a process died keeps nothing claimed for as long as it was ahead. */
export function startFreeingClaims(deps: FreeingDeps): Loop {
  return startLoop("free claims", 60_000, deps.log, (stop) => freeClaims(deps, stop));
}

export async function freeClaims(deps: Omit<FreeingDeps, "log">, stop: AbortSignal): Promise<void> {
  const { targets, clock, leaseMs } = deps;
  const queue = claimedBeyond(latestLeaseEnd(clock.now(), leaseMs));
  for await (const page of targets.pages({ where: { queue }, orderBy: "queue" }, PAGE)) {
    for (const { id } of page) {
      if (stop.aborted) return;
      await change(targets, id, (target) => {
        const state = target && freed(target, clock.now(), leaseMs);
        return state && { state };
      });
    }
  }
}
