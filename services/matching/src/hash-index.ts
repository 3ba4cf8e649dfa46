import type { Hit } from "@ntd/proto/matching/v1/match";
import { Problem } from "@ntd/service";
import type { LoadedSet } from "./loaded-set.ts";
import { strongest } from "./hits.ts";
import { sumOf } from "./row.ts";
import type { SearchPlan } from "./search-plan.ts";

/** The sets that this process holds in memory. Each is swapped as a whole, so that a search sees no half of a list. */
export class HashIndex {
  #sets: readonly LoadedSet[] = [];
  #ready = false;

  /** Every set that is known was loaded at least once since the start. */
  get ready(): boolean {
    return this.#ready;
  }

  get sets(): readonly LoadedSet[] {
    return this.#sets;
  }

  /** Grows with every counter: rows with a smaller mark are behind. */
  get mark(): number {
    return sumOf(this.#sets);
  }

  put(set: LoadedSet): void {
    this.#sets = [...this.#sets.filter(({ setId }) => setId !== set.setId), set];
  }

  becomeReady(): void {
    this.#ready = true;
  }

  counterOf(wanted: string): number {
    return this.#sets.find(({ setId }) => setId === wanted)?.counter ?? 0;
  }

  /** @throws Problem PEER_UNAVAILABLE while the sets are being loaded. */
  async search(plans: readonly SearchPlan[]): Promise<Hit[]> {
    this.requireReady();
    const hits: Hit[] = [];
    for (const set of this.#sets) for (const plan of plans) hits.push(...(await set.search(plan)));
    return strongest(hits);
  }

  requireReady(): void {
    if (!this.#ready) throw new Problem("PEER_UNAVAILABLE", "The hash lists are being loaded. Try again.");
  }
}
