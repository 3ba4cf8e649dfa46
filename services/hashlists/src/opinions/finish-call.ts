import { atOnce } from "@ntd/service";
import { change } from "@ntd/store";
import { idTexts } from "../entries/entry-id.ts";
import type { Deps } from "../deps.ts";
import { afterCall, nothingSaid } from "./entry-opinions.ts";
import type { OpinionCallState } from "./opinion-call.ts";
import { LANES, tellStandings } from "../standings/tell-standings.ts";

type Needed = Pick<Deps, "sets" | "opinions" | "opinionCalls" | "clock" | "notedStandings">;

/** Brings what was said to each of its entries, once, however often it is begun; then it is told what of it counts. */
export async function finishCall(
  needed: Needed,
  { callId, setId, given, ids, isDone }: OpinionCallState,
): Promise<void> {
  if (!isDone) {
    await atOnce(idTexts(ids), LANES, async (entryId) => {
      await change(needed.opinions, entryId, (of) => {
        const state = afterCall(of ?? nothingSaid(setId, entryId), callId, given);
        return state && { state };
      });
    });
    await change(needed.opinionCalls, callId, (call) =>
      call?.isDone === false ? { state: { ...call, isDone: true } } : undefined,
    );
  }
  await tellStandings(needed, setId);
}
