import { isStill } from "@ntd/host";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";

/** @throws Problem WRONG_STATE while the store, brought back from a backup, keeps it from asking anybody. */
export async function requireGoesOn(deps: Pick<Deps, "restored">): Promise<void> {
  if (!(await isStill(deps))) return;
  const sentence =
    "exchange was brought back from a backup and asks nobody before two operators have read what differs: ntd restore show, ntd restore lift.";
  throw new Problem("WRONG_STATE", sentence);
}
