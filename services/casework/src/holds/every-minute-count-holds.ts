import type { HoldCause } from "@ntd/proto/casework/v1/case";
import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { showHolds } from "../metrics.ts";

const CAUSES = ["HOLD_CAUSE_MARK", "HOLD_CAUSE_OFFICER", "HOLD_CAUSE_POLICE_FIRST"] as const;

/** How many cases are held, and how many of them wait for a supervisor, for whoever is to be woken. */
export function startEveryMinuteCountHolds(deps: Deps): Loop {
  return startLoop("count holds", 60_000, deps.log, async () => showHolds(await countHolds(deps)));
}

export async function countHolds({
  cases,
}: Pick<Deps, "cases">): Promise<{ held: [HoldCause, number][]; waiting: number }> {
  const count = async (heldBy: HoldCause): Promise<[HoldCause, number]> => [
    heldBy,
    (await cases.count({ heldBy })).count,
  ];
  return { held: await Promise.all(CAUSES.map(count)), waiting: (await cases.count({ holdWaits: true })).count };
}
