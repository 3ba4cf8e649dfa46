import type { Facts } from "@ntd/host";
import type { Deps } from "./deps.ts";
import { SWITCH } from "./store.ts";

/** What only takedown can say of itself. Open notices are counted up to ten thousand. */
export async function facts({
  notices,
  switches,
  bells,
}: Pick<Deps, "notices" | "switches" | "bells">): Promise<Facts> {
  const [open, brake] = await Promise.all([notices.count({ openAt: { gte: "" } }), switches.load(SWITCH)]);
  return {
    halted: brake?.state.halted === true,
    open_notices: open.isMore ? `${open.count} and more` : open.count,
    connected_providers: bells.providers,
    streams: bells.size,
  };
}
