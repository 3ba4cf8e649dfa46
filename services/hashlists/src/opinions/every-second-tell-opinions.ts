import { startLoop, tryEach, type Loop } from "@ntd/service";
import { change, removeOlder } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { noteActs } from "./note-acts.ts";
import { expired } from "./entry-opinions.ts";
import { finishCall } from "./finish-call.ts";
import { tellStandings } from "../standings/tell-standings.ts";

const PAGE = 100;

/** Finishes what calls left, ends what was disabled for a time, and tells what counts. It wakes by what is due alone. */
export function startTellingOpinions(
  deps: Pick<Deps, "sets" | "opinions" | "opinionCalls" | "entryActs" | "clock" | "log" | "notedStandings">,
): Loop {
  return startLoop("tell opinions", 1000, deps.log, async (stop) => {
    const { opinions, opinionCalls, clock } = deps;
    await tryEach(opinionCalls.pages({ orderBy: "unfinished" }, PAGE), stop, ({ state }) => finishCall(deps, state));
    const due = opinions.pages({ where: { endsAt: { lte: clock.now() } }, orderBy: "endsAt" }, PAGE);
    await tryEach(due, stop, async ({ id }) => {
      await change(opinions, id, (of) => {
        const state = of && expired(of, clock.now());
        return state && { state };
      });
    });
    await tryEach(opinions.pages({ orderBy: "actsIn" }, PAGE), stop, ({ state }) => noteActs(deps, state));
    await tryEach(opinions.pages({ orderBy: "untoldIn" }, PAGE), stop, ({ state }) => tellStandings(deps, state.setId));
    await removeOlder(opinionCalls, "removeAt", clock.now());
  });
}
