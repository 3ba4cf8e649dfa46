import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { isHalted } from "../brake/is-halted.ts";
import { sendRecord } from "./send-record.ts";
import type { Lane } from "./sending.ts";

/** Beyond these the next turn goes on, so that what is urgent waits for few. */
const A_TURN = 100;
const PAUSE_MAX_MS = 60_000;

/**
 * Hands to the link what is for hotlines, in the order of streams: who is to wait or to restore first. While the link is
 * not there it is asked less and less often, up to once a minute; nothing is lost meanwhile, it waits in its lane.
 */
export function startEverySecondSendRecords(deps: Deps): Loop {
  let failures = 0;
  return startLoop("records", 1000, deps.log, async (stop) => {
    try {
      await sendRecords(deps, stop);
      failures = 0;
      deps.health.degrade("hotline-link", false);
      return 1000;
    } catch (error) {
      if (stop.aborted) return 0;
      deps.log.warn({ error, failures }, "records cannot be sent");
      deps.health.degrade("hotline-link");
      return Math.min(1000 * 2 ** failures++, PAUSE_MAX_MS);
    }
  });
}

export async function sendRecords(deps: Deps, stop: AbortSignal): Promise<void> {
  if (deps.hotlines === undefined) return;
  for (const lane of await openLanes(deps)) {
    const where = { lane, laneDueAt: { lte: deps.clock.now() } };
    const due = await deps.notices.find({ where, orderBy: "laneDueAt", limit: A_TURN });
    for (const document of due) {
      if (stop.aborted) return;
      await sendRecord(deps, document);
    }
  }
}

// While dispatch is halted what was never sent is not looked at.
async function openLanes(deps: Deps): Promise<Lane[]> {
  return (await isHalted(deps)) ? ["urgent", "stamped"] : ["urgent", "stamped", "fresh"];
}
