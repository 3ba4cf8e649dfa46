import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";

/** Takes in the providers that another replica wrote. */
export function startEverySecondRefresh({ directory, log }: Deps): Loop {
  return startLoop("providers", 1000, log, () => directory.refresh());
}
