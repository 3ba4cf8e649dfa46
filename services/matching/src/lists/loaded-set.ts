import { targetIdOf } from "../derived/derived.ts";
import { isNegative, isVictimReported } from "@ntd/facts";
import { comparisonThreshold, DEFAULT_THRESHOLDS, expectedFalseMatches, PDQ_RADIUS } from "@ntd/imagehash/compare";
import type { SetPolicy, Thresholds } from "@ntd/proto/hashlists/v1/release";
import type { Hit } from "@ntd/proto/matching/v1/match";
import type { Algorithm } from "@ntd/proto/common/v1/common";
import type { Listed } from "../entries/entry-rows.ts";
import { framesTogether, shownBy } from "../search/frame-hits.ts";
import { MAX_NEAR_MISSES, strongest } from "../search/hits.ts";
import type { SeenFrame } from "../search/seen-film.ts";
import { policyInForce } from "./policy-in-force.ts";
import type { ReleaseEntries } from "../entries/release-entries.ts";
import {
  DEFAULT_RECIPE,
  ORIGINAL,
  PERCEPTUAL,
  within,
  type PerceptualAlgorithm,
  type SearchPlan,
  type Wanted,
} from "../search/search-plan.ts";
import type { KnownSet } from "../store.ts";

/** Entries that one search by distance may find; the nearest come first. */
const FOUND_AT_MOST = 200;
/** So far a near miss may lie: beyond 47 bits the index reads all rows, 24 ms for ten million. */
const NEAR_MISS_BITS = { ALGORITHM_PDQ: 64, ALGORITHM_BLOCKHASH256: 24 } as const;
const MISSED_AT_MOST = FOUND_AT_MOST + MAX_NEAR_MISSES;

type Found = Pick<Hit, keyof typeof EQUAL | "algorithm" | "rendition" | "nominatesOnly" | "film">;

/** One set as it can be searched: the entries of a release, under a policy and through a counter. */
export class LoadedSet {
  readonly setId: string;
  /** All that was revoked up to here is out. */
  readonly counter: number;
  readonly releaseId: string;
  /** From here on nothing of it is in force; 0: it is not retired. */
  readonly retiredCounter: number;
  readonly activatedTime: Date | undefined;
  readonly entries: ReleaseEntries;
  readonly #edition: number;
  readonly known: KnownSet;
  readonly #policy: SetPolicy;
  readonly #thresholds: Thresholds;

  constructor(known: KnownSet, entries: ReleaseEntries) {
    this.known = known;
    this.setId = known.setId;
    this.counter = known.counter;
    this.releaseId = known.activeReleaseId;
    this.retiredCounter = known.retiredCounter ?? 0;
    this.activatedTime = known.activatedTime;
    this.entries = entries;
    this.#edition = entries.edition;
    this.#policy = policyInForce(known.policy);
    this.#thresholds = thresholdsOf(known);
  }

  get role(): SetPolicy["role"] {
    return this.#policy.role;
  }

  /** Whether its entries are still those of its release. */
  get isAsLoaded(): boolean {
    return this.#edition === this.entries.edition;
  }

  /** Everything the plan finds here within the set's thresholds, the strongest first, a bounded number. */
  async search(wanted: SearchPlan): Promise<Hit[]> {
    // What changes under a search is seen as it was or as it is.
    for (;;) {
      const { edition } = this.entries;
      const hits = await this.#search(wanted);
      if (edition === this.entries.edition) return hits;
    }
  }

  async #search(wanted: SearchPlan): Promise<Hit[]> {
    const { equal, recipe, near, sizeBytes, film = [] } = within(wanted, this.#thresholds);
    const equals = equal.flatMap(({ algorithm, value }) => {
      const { table, rows } = this.entries.equal[algorithm];
      const row = table.find(value);
      return row === undefined ? [] : [this.#equal(rows.at(row), algorithm, sizeBytes)];
    });
    const nears = await Promise.all([
      this.#near("ALGORITHM_PDQ", near.ALGORITHM_PDQ, recipe),
      this.#near("ALGORITHM_BLOCKHASH256", near.ALGORITHM_BLOCKHASH256, recipe),
    ]);
    const found = [...equals, ...nears.flat(), ...(await this.#films(film))];
    return strongest(this.entries.standings.applied(found));
  }

  /** The nearest beyond the set's thresholds: what the set would not have said. */
  async nearMisses(wanted: SearchPlan): Promise<Hit[]> {
    const { recipe, near } = within(wanted, this.#thresholds);
    // Of a film: nobody reads all rows for each of its frames.
    const pictures = (name: PerceptualAlgorithm) => near[name].filter(({ frame }) => frame === undefined);
    const found = await Promise.all(
      PERCEPTUAL.map((name) =>
        this.#near(name, pictures(name), recipe, { within: NEAR_MISS_BITS[name], most: MISSED_AT_MOST }),
      ),
    );
    return this.entries.standings.applied(found.flat()).filter(({ distance, threshold }) => distance > threshold);
  }

  /** The same set with other entries: what is new in it. */
  withEntries(entries: ReleaseEntries): LoadedSet {
    return new LoadedSet(this.known, entries);
  }

  /** Whether each of many plans finds anything here: all that they want goes through the index together. */
  async finds(plans: readonly SearchPlan[]): Promise<boolean[]> {
    const allowed = plans.map((plan) => within(plan, this.#thresholds));
    const found = allowed.map(({ equal }) =>
      equal.some(({ algorithm, value }) => this.entries.equal[algorithm].table.find(value) !== undefined),
    );
    for (const algorithm of PERCEPTUAL) {
      const { index } = this.entries.near[algorithm];
      if (index.size === 0) continue;
      for (const { threshold, values, places } of this.#batches(algorithm, allowed)) {
        const results = await index.searchMany(values, threshold, 1);
        results.forEach(({ ids }, i) => ids.length > 0 && (found[places[i] ?? 0] = true));
      }
    }
    const { films } = this.entries;
    for (const [place, { film = [] }] of plans.entries()) {
      found[place] ||= film.length > 0 && (await films.showsAny(film));
    }
    return found;
  }

  /** What the plans want, by the threshold that holds for their recipes; and which plan wants it. */
  #batches(algorithm: PerceptualAlgorithm, plans: readonly SearchPlan[]) {
    const batches = new Map<number, { threshold: number; values: Uint8Array[]; places: number[] }>();
    for (const [place, { recipe, near }] of plans.entries()) {
      const { threshold } = this.#threshold(algorithm, recipe);
      if (threshold < 0) continue;
      const batch = batches.get(threshold) ?? { threshold, values: [], places: [] };
      batches.set(threshold, batch);
      for (const { value } of near[algorithm]) {
        batch.values.push(value);
        batch.places.push(place);
      }
    }
    return batches.values();
  }

  #threshold(algorithm: PerceptualAlgorithm, recipe: string) {
    const name = SHORT[algorithm];
    return comparisonThreshold(name, this.#thresholds[name], recipe, this.#policy.recipe ?? DEFAULT_RECIPE);
  }

  /** All that is wanted goes through the index in one batch. */
  async #near(
    algorithm: PerceptualAlgorithm,
    wanted: readonly Wanted[],
    recipe: string,
    as?: { within: number; most: number },
  ): Promise<Hit[]> {
    const name = SHORT[algorithm];
    const { threshold, crossRecipe } = this.#threshold(algorithm, recipe);
    const { rows, index } = this.entries.near[algorithm];
    if (wanted.length === 0 || index.size === 0 || threshold < 0) return [];
    const comparisons = index.size * wanted.length;
    const values = wanted.map(({ value }) => value);
    const radius = Math.max(threshold, as?.within ?? 0);
    const results = await index.searchMany(values, radius, as?.most ?? FOUND_AT_MOST);
    const hits = results.flatMap(({ ids, distances }, nth) =>
      Array.from(ids, (row, i) => {
        const distance = distances[i] ?? 0;
        const { form = ORIGINAL, quality: queryQuality = 0 } = wanted[nth] ?? {};
        const expected = expectedFalseMatches(name, distance, comparisons);
        const found = { algorithm, distance, threshold, queryQuality, form, crossRecipe };
        return this.#hit(rows.at(row), { ...found, ...shownBy(wanted[nth]), expectedFalseMatches: expected });
      }),
    );
    return framesTogether(hits, wanted);
  }

  // Of films that are innocent, all that they show is told: it takes frames out of the numbers of others.
  async #films(seen: readonly SeenFrame[]): Promise<Hit[]> {
    const { films } = this.entries;
    const found = seen.length === 0 ? [] : await films.find(seen, isNegative({ setRole: this.#policy.role }));
    return found.map(({ film, distance, match }) =>
      this.#hit({ ...films.rows.at(film), detail: 0 }, { ...FILM, distance, film: match }),
    );
  }

  // Of SHA-256 nothing else needs to agree.
  #equal(listed: Listed, algorithm: Algorithm, querySizeBytes: number | undefined): Hit {
    const hit = this.#hit(listed, { ...EQUAL, algorithm });
    if (algorithm === "ALGORITHM_SHA256") return hit;
    const { fileKey, sizeBytes: entrySizeBytes } = listed;
    return {
      ...hit,
      weakEqualityDecides: this.#policy.weakEquality === "WEAK_EQUALITY_DECIDES",
      ...(fileKey && { fileKey: Buffer.from(fileKey).toString("hex") }),
      ...(entrySizeBytes !== undefined && { entrySizeBytes }),
      ...(querySizeBytes !== undefined && { querySizeBytes }),
    };
  }

  #hit({ entryId, detail, votes, classification }: Listed, found: Found): Hit {
    const { owner, role, autoIssue, minVotes } = this.#policy;
    const edit = role === "SET_ROLE_DERIVED" ? classification?.code : undefined;
    return {
      ...found,
      entryQuality: detail,
      setId: this.setId,
      setOwner: owner,
      setRole: role,
      releaseId: this.releaseId,
      entryId,
      votes,
      autoIssue,
      minVotes,
      classification: edit === undefined ? classification : undefined,
      ...(isVictimReported({ setRole: role }) && { nominatesOnly: true }),
      ...(edit !== undefined && { derivedEdit: edit, nominatesOnly: true, entryId: targetIdOf(entryId) }),
    };
  }
}

export function thresholdsOf({ policy }: Pick<KnownSet, "policy">): Thresholds {
  return policy?.thresholds ?? DEFAULT_THRESHOLDS;
}

const EQUAL = {
  distance: 0,
  threshold: 0,
  queryQuality: 0,
  form: ORIGINAL,
  expectedFalseMatches: 0,
  crossRecipe: false,
};

const FILM = {
  algorithm: "ALGORITHM_VPDQ",
  threshold: PDQ_RADIUS,
  queryQuality: 0,
  form: ORIGINAL,
  nominatesOnly: true,
  crossRecipe: false,
} as const;

/** What an algorithm is called in thresholds and measurements. */
const SHORT = { ALGORITHM_PDQ: "pdq", ALGORITHM_BLOCKHASH256: "blockhash" } as const;
