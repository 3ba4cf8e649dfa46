import { startLoop, tryEach, type Loop } from "@ntd/service";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { toldWhenDue } from "./hold-back.ts";

/** Tells decisions whose time of holding back is over. The write that ends it is the one that tells it. */
export function startEverySecondTellDecisions(deps: Deps): Loop {
  return startLoop("tell decisions", 1000, deps.log, (stop) => tellDecisions(deps, stop));
}

export async function tellDecisions(deps: CaseWriter, stop: AbortSignal = new AbortController().signal): Promise<void> {
  const now = deps.clock.now();
  const due = deps.cases.pages({ where: { heldUntil: { lte: now } }, orderBy: "heldUntil" }, PAGE);
  await tryEach(due, stop, ({ id }) => writeCase(deps, id, (file) => file && toldWhenDue(file, now)));
}

const PAGE = 200;
