import type { GetTargetRequest, GetTargetResponse } from "@ntd/proto/prober/v1/probe_service";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { isHeld } from "../holds/holds.ts";
import { toTarget } from "./publish.ts";

/** What the platform itself saw at an address; the address stays sealed. */
export function getTarget({ targets, settings }: Pick<Deps, "targets" | "settings">) {
  return async ({ targetId }: GetTargetRequest): Promise<GetTargetResponse> => {
    const found = await targets.load(targetId);
    if (found === undefined) throw new Problem("NOT_FOUND");
    // Whose entries those are is for matching alone.
    const { derived: _, ...target } = toTarget(found.state, settings);
    return { target, ...(isHeld(found.state) && { isHeld: true }) };
  };
}
