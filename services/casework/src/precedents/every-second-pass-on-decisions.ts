import { startLoop, tryEach, type Loop } from "@ntd/service";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { holdLater } from "./hold-to-precedent.ts";
import { passedOn } from "./precedent.ts";

/** Holds later episodes to a NOT_ILLEGAL that a person said of an earlier one after they were opened. */
export function startEverySecondPassOnDecisions(deps: Deps): Loop {
  return startLoop("pass on decisions", 1000, deps.log, (stop) => passOnDecisions(deps, stop));
}

// Noted behind the other writes: whoever is ended in between does it again, and finds it done.
export async function passOnDecisions(
  deps: CaseWriter,
  stop: AbortSignal = new AbortController().signal,
): Promise<void> {
  await tryEach(deps.cases.pages({ orderBy: "untoldSince" }, PAGE), stop, async ({ id, state }) => {
    await holdLater(deps, state);
    await writeCase(deps, id, (file) => file && passedOn(file));
  });
}

const PAGE = 200;
