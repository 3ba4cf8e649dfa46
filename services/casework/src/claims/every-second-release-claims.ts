import { startLoop, tryEach, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { lapsed } from "./claim.ts";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";

/** Puts cases back into the queue whose lease is over. A lease that is over binds nobody, also before this runs. */
export function startEverySecondReleaseClaims(deps: Deps): Loop {
  return startLoop("release claims", 1000, deps.log, (stop) => releaseClaims(deps, stop));
}

export async function releaseClaims(deps: CaseWriter, stop: AbortSignal = new AbortController().signal): Promise<void> {
  const now = deps.clock.now();
  const due = deps.cases.pages({ where: { claimExpireTime: { lte: now } }, orderBy: "claimExpireTime" }, PAGE);
  await tryEach(due, stop, ({ id }) => writeCase(deps, id, (file) => file && lapsed(file, now)));
}

const PAGE = 200;
