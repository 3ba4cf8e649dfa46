import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { lapsed } from "./claim.ts";
import { writeCase } from "../cases/write-case.ts";

/** Puts cases back into the queue whose lease is over. A lease that is over binds nobody, also before this runs. */
export function startEverySecondReleaseClaims(deps: Deps): Loop {
  return startLoop("release claims", 1000, deps.log, () => releaseClaims(deps));
}

export async function releaseClaims(deps: Pick<Deps, "cases" | "clock">): Promise<void> {
  const now = deps.clock.now();
  const due = await deps.cases.find({
    where: { claimExpireTime: { lte: now } },
    orderBy: "claimExpireTime",
    limit: 200,
  });
  for (const { id } of due) await writeCase(deps, id, (file) => file && lapsed(file, now));
}
