import { Problem, startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { listConfirmed } from "./list-confirmed.ts";
import { takeBackFallen } from "./take-back.ts";
import { tellEntries } from "./tell-entries.ts";

const AGAIN_MS = 1000;

/** The net below what events ask for at once, and again soon where a peer, a store or the bus was away for a moment. */
export function startGrowingList(deps: Deps): Loop {
  return startLoop("grow the national list", 60_000, deps.log, (stop) => growList(deps, stop), AGAIN_MS);
}

/**
 * What fell is taken back first, then what is in doubt is kept from being found, then what two persons confirmed is listed,
 * together. Where one of these fails, the others are done all the same.
 *
 * @returns milliseconds until there is more to do, where that is known.
 */
export async function growList(deps: Deps, stop = new AbortController().signal): Promise<number | void> {
  if (deps.nationalSet === "") return;
  const failures: unknown[] = [];
  const note = (error: unknown) => void failures.push(error);
  await takeBackFallen(deps, stop).catch(note);
  await tellEntries(deps, stop).catch(note);
  const pauseMs = await listConfirmed(deps, stop).catch(note);
  // Many fell at once, and what is told of them has not left yet.
  if (failures.length > 0 && failures.every((error) => Problem.from(error).reason === "STREAM_FULL")) return AGAIN_MS;
  if (failures.length > 0) throw failures[0];
  return pauseMs;
}
