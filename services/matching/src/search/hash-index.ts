import type { Hit } from "@ntd/proto/matching/v1/match";
import { Problem } from "@ntd/service";
import { nearestMisses, strongest } from "./hits.ts";
import type { LoadedSet } from "../lists/loaded-set.ts";
import type { SearchPlan } from "./search-plan.ts";
import { withVetoes } from "./veto.ts";

/** The sets that this process holds in memory. Each is swapped as a whole, so that a search sees no half of a list. */
export class HashIndex implements AsyncDisposable {
  #sets: readonly LoadedSet[] = [];
  #ready = false;

  /** Every set that is known was loaded at least once since the start. */
  get ready(): boolean {
    return this.#ready;
  }

  get sets(): readonly LoadedSet[] {
    return this.#sets;
  }

  /** Takes the place of what was there of this set; what nobody can search any more is let go when no search runs. */
  async put(set: LoadedSet): Promise<void> {
    const before = this.setOf(set.setId);
    this.#sets = [...this.#sets.filter((other) => other !== before), set];
    if (before !== undefined && before.entries !== set.entries) await before.entries[Symbol.asyncDispose]();
  }

  becomeReady(): void {
    this.#ready = true;
  }

  setOf(wanted: string): LoadedSet | undefined {
    return this.#sets.find(({ setId }) => setId === wanted);
  }

  /** Works with the sets as they are now: none of them is let go before it is done. */
  async withSets<T>(work: (sets: readonly LoadedSet[]) => Promise<T>): Promise<T> {
    using held = new DisposableStack();
    const sets = this.#sets;
    for (const { entries } of sets) held.use(entries.hold());
    return await work(sets);
  }

  /**
   * Looks a plan up in every set.
   *
   * @throws Problem PEER_UNAVAILABLE while the sets are being loaded.
   */
  async search(plan: SearchPlan): Promise<Hit[]> {
    this.requireReady();
    return this.withSets(async (sets) => {
      const found = await Promise.all(sets.map((set) => set.search(plan)));
      return withVetoes(strongest(found.flat()));
    });
  }

  /**
   * The nearest entries beyond their thresholds, of all sets: they explain, and decide nothing.
   *
   * @param hits what is found of the plan within them: an entry that is hit is missed by nothing.
   */
  async nearMisses(plan: SearchPlan, hits: readonly Hit[]): Promise<Hit[]> {
    this.requireReady();
    return this.withSets(async (sets) => {
      const found = await Promise.all(sets.map((set) => set.nearMisses(plan)));
      return nearestMisses(found.flat(), hits);
    });
  }

  requireReady(): void {
    if (!this.#ready) throw new Problem("PEER_UNAVAILABLE", "The hash lists are being loaded. Try again.");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { entries } of this.#sets) await entries[Symbol.asyncDispose]();
  }
}
