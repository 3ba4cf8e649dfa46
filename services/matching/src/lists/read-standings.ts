import { isUnserved, problemOf } from "@ntd/rpc";
import type { EntryStanding } from "@ntd/proto/hashlists/v1/opinion_service";
import { Problem } from "@ntd/service";
import type { KnownSet } from "../store.ts";
import type { Hashlists } from "./set-entries.ts";
import type { Standings } from "./standings.ts";

/**
 * Takes in what members of a set said since it was asked last.
 *
 * @throws Problem PEER_UNAVAILABLE when hashlists does not know all that its event told.
 */
export async function readStandings(
  hashlists: Pick<Hashlists, "streamStandings">,
  { setId, counter }: Pick<KnownSet, "setId" | "counter">,
  standings: Standings,
  signal: AbortSignal,
): Promise<number> {
  const all: EntryStanding[] = [];
  let through = 0;
  try {
    const stream = { setId, afterCounter: BigInt(standings.through) };
    for await (const some of hashlists.streamStandings(stream, { signal })) {
      all.push(...some.standings);
      through = Number(some.throughCounter);
    }
  } catch (cause) {
    // Of an earlier release: nobody can say anything of an entry there.
    if (!isUnserved(problemOf(cause))) throw cause;
    return 0;
  }
  if (through < counter) {
    throw new Problem("PEER_UNAVAILABLE", `Standings came through ${through}; the set's event told ${counter}.`);
  }
  standings.take(all, through);
  return all.length;
}
