import { startLoop, type Loop } from "@ntd/service";
import { writeCase } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { holdLater } from "./hold-to-precedent.ts";
import { passedOn } from "./precedent.ts";

/** Holds later episodes to a NOT_ILLEGAL that a person said of an earlier one after they were opened. */
export function startEverySecondPassOnDecisions(deps: Deps): Loop {
  return startLoop("pass on decisions", 1000, deps.log, () => passOnDecisions(deps));
}

// Noted behind the other writes: whoever is ended in between does it again, and finds it done.
export async function passOnDecisions(deps: Pick<Deps, "cases" | "clock">): Promise<void> {
  const untold = await deps.cases.find({ orderBy: "untoldSince", limit: 200 });
  for (const { id, state } of untold) {
    await holdLater(deps, state);
    await writeCase(deps, id, (file) => file && passedOn(file));
  }
}
