import { startLoop, type Loop } from "@ntd/service";
import { writeCase } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { toldWhenDue } from "./hold-back.ts";

/** Tells decisions whose time of holding back is over. The write that ends it is the one that tells it. */
export function startEverySecondTellDecisions(deps: Deps): Loop {
  return startLoop("tell decisions", 1000, deps.log, () => tellDecisions(deps));
}

export async function tellDecisions(deps: Pick<Deps, "cases" | "clock">): Promise<void> {
  const now = deps.clock.now();
  const due = await deps.cases.find({ where: { heldUntil: { lte: now } }, orderBy: "heldUntil", limit: 200 });
  for (const { id } of due) await writeCase(deps, id, (file) => file && toldWhenDue(file, now));
}
