import type { GetTargetRequest, GetTargetResponse } from "@ntd/proto/prober/v1/probe_service";
import { Problem } from "@ntd/service";
import { toTarget, type PublishSettings } from "./publish.ts";
import type { Targets } from "../store.ts";

/** What the platform itself saw at an address; the address stays sealed. */
export function getTarget(targets: Targets, settings: PublishSettings) {
  return async ({ targetId }: GetTargetRequest): Promise<GetTargetResponse> => {
    const found = await targets.load(targetId);
    if (found === undefined) throw new Problem("NOT_FOUND");
    return { target: toTarget(found.state, settings) };
  };
}
