import { isStill } from "@ntd/host";
import type { Deps } from "../deps.ts";
import { SWITCH } from "../store.ts";

/** Whether no notice may leave for the first time: an operator set the brake, or a backup was restored and nobody has lifted that. */
export async function isHalted(deps: Pick<Deps, "switches" | "restored">): Promise<boolean> {
  const [brake, still] = await Promise.all([deps.switches.load(SWITCH), isStill(deps)]);
  return still || brake?.state.halted === true;
}
