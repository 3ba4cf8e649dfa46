import type { Event } from "@ntd/bus";
import { isWatchOver } from "@ntd/facts";
import type { Target } from "@ntd/proto/prober/v1/target";
import { change } from "@ntd/store";
import { noteFetched } from "./former-target.ts";
import { withTarget } from "./status.ts";
import type { Deps } from "../deps.ts";

/** Keeps what the prober last said of a target, for the reporters' status, and which address it is that it fetches. */
export function onTarget(deps: Pick<Deps, "targetStatus" | "aliases" | "sealer" | "targetKey">) {
  return async ({ data, version, time }: Event<Target>): Promise<void> => {
    const over = isWatchOver(data);
    await change(deps.targetStatus, data.targetId, (known) => {
      const next = withTarget(known, { version, episode: data.episode, over, time });
      return next && { state: next };
    });
    if (data.address !== undefined) await noteFetched(deps, data.targetId, data.address, version);
  };
}
