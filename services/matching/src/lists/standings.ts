import { isUnserved, problemOf } from "@ntd/rpc";
import type { EntryStanding } from "@ntd/proto/hashlists/v1/opinion_service";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { Problem } from "@ntd/service";
import type { KnownSet } from "../store.ts";
import type { Hashlists } from "./set-entries.ts";

type Standing = Pick<EntryStanding, "leastVotes" | "disputed" | "disabled">;

/** Standings as a snapshot keeps them. */
export interface KeptStandings {
  through: number;
  of: [string, Standing][];
}

/** What counts of all that members of a set say of its entries, beside what is listed. Most entries have none. */
export class Standings {
  /** The counter up to which they are known. */
  through: number;
  #of: ReadonlyMap<string, Standing>;

  constructor({ through, of }: KeptStandings = { through: 0, of: [] }) {
    this.through = through;
    this.#of = new Map(of);
  }

  get kept(): KeptStandings {
    return { through: this.through, of: [...this.#of] };
  }

  /** Takes in what is other than it was, all at once for those who search; what was told before it is known already. */
  take(standings: readonly EntryStanding[], through: number): void {
    if (through < this.through) return;
    const of = new Map(this.#of);
    for (const { entryId, leastVotes, disputed, disabled } of standings) {
      if (leastVotes > 0 || disputed || disabled) of.set(entryId, { leastVotes, disputed, disabled });
      else of.delete(entryId);
    }
    this.#of = of;
    this.through = through;
  }

  /** Hits as they count: what is disabled is none. */
  applied(hits: Hit[]): Hit[] {
    if (this.#of.size === 0) return hits;
    return hits.flatMap((hit) => {
      const standing = this.#of.get(hit.entryId);
      if (standing === undefined) return [hit];
      if (standing.disabled) return [];
      const votes = Math.max(hit.votes, standing.leastVotes);
      return [{ ...hit, votes, ...(standing.disputed && { disputed: true }) }];
    });
  }
}

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
