import type { EntryStanding } from "@ntd/proto/hashlists/v1/opinion_service";
import type { Hit } from "@ntd/proto/matching/v1/match";

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
