import { startLoop, tryEach, type Loop } from "@ntd/service";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { withExpired } from "./hold.ts";

/** Ends holds whose time is over, or leaves them to a supervisor. The write that ends one is the one that tells it. */
export function startEverySecondReleaseHolds(deps: Deps): Loop {
  return startLoop("release holds", 1000, deps.log, (stop) => releaseHolds(deps, stop));
}

export async function releaseHolds(deps: CaseWriter, stop: AbortSignal = new AbortController().signal): Promise<void> {
  const now = deps.clock.now();
  const due = deps.cases.pages({ where: { holdDueTime: { lte: now } }, orderBy: "holdDueTime" }, PAGE);
  await tryEach(due, stop, ({ id }) => writeCase(deps, id, (file) => file && withExpired(file, now)));
}

const PAGE = 200;
