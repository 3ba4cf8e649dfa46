import { atOnce, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { standingsTold } from "../sets/hash-set.ts";
import { loadSet } from "../sets/load-set.ts";
import { releaseEvent } from "../sets/publish.ts";
import { afterTold, untold } from "../opinions/entry-opinions.ts";
import { unpacked, type ToldStandings } from "./told-standings.ts";

/** Entries that are told with one counter. */
const TOGETHER = 1000;
/** Entries that are written at once. */
export const LANES = 8;

type Needed = Pick<Deps, "sets" | "opinions" | "clock" | "notedStandings">;

/**
 * Tells what counts by now of what is said in a set, however often and wherever it is begun: the set's document raises the
 * counter, holds what it tells and says so in one write; then each entry notes it. What was told before is noted first, so
 * that only what the set told last may be without its notes.
 *
 * @throws Problem VERSION_CONFLICT after a hundred lost races; it is told in the background then.
 */
export async function tellStandings(needed: Needed, setId: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const set = await loadSet(needed, setId);
    const { lastStandings: last } = set.state;
    if (last !== undefined) await note(needed, setId, last);
    // Behind the set: what another process told of these meanwhile has raised its version.
    const found = await needed.opinions.find({ where: { untoldIn: setId }, limit: TOGETHER });
    const standings = found.flatMap(({ state }) => {
      const standing = untold(state);
      return standing === undefined ? [] : [{ entryId: state.entryId, standing }];
    });
    if (standings.length === 0) return;
    const now = needed.clock.now();
    const state = standingsTold(set.state, standings);
    if ((await needed.sets.save(set, state, releaseEvent("changed", state, now))) === undefined) continue;
    if (state.lastStandings !== undefined) await note(needed, setId, state.lastStandings);
    if (found.length < TOGETHER) return;
  }
  throw new Problem("VERSION_CONFLICT");
}

async function note({ opinions, notedStandings }: Needed, setId: string, last: ToldStandings): Promise<void> {
  if ((notedStandings.get(setId) ?? 0) >= last.counter) return;
  await atOnce([...unpacked(last)], LANES, async ([entryId, told]) => {
    await change(opinions, entryId, (of) => {
      const state = of && afterTold(of, told);
      return state && { state };
    });
  });
  notedStandings.set(setId, last.counter);
}
