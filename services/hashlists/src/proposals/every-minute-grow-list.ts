import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { listConfirmed } from "./list-confirmed.ts";
import { takeBackFallen } from "./take-back.ts";

/** Lists what two persons confirmed, together, and takes back first what fell. */
export function startGrowingList(deps: Deps): Loop {
  return startLoop("grow the national list", 60_000, deps.log, (stop) => growList(deps, stop));
}

export async function growList(deps: Deps, stop = new AbortController().signal): Promise<void> {
  if (deps.nationalSet === "") return;
  await takeBackFallen(deps, stop);
  await listConfirmed(deps, stop);
}
