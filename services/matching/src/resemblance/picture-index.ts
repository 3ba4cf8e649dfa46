import { setImmediate } from "node:timers/promises";
import { createBuilder, MAX_LIMIT, type HammingIndex, type IndexOptions } from "@ntd/hammingindex";
import { comparisonThreshold } from "@ntd/imagehash/compare";
import type { SimilarTarget } from "@ntd/proto/matching/v1/resemblance_service";
import type { Likeness } from "./likeness-column.ts";

/** What is asked of the index: everything by distance to one picture, in whatever form it lies. */
export interface Wanted {
  /** Whose picture it is. */
  targetId: string;
  forms: readonly Uint8Array[];
  /** How they were made. */
  recipe: string;
  maxDistance: number;
  minQuality: number;
  maxCount: number;
}

const HASH_BYTES = 32;
/** Hashes that are handed to the index at a time: others have their turn in between. */
const SLICE = 10_000;

/** The newest picture of every target, one each, in memory. What there is at the start is taken in first, then built at once. */
export class PictureIndex implements AsyncDisposable {
  readonly #options: IndexOptions;
  #index: HammingIndex | undefined;
  /** By place, until the index is built. */
  #hashes = new Uint8Array();
  /** A target has one place for as long as the process lives. */
  readonly #places = new Map<string, number>();
  readonly #targets: string[] = [];
  readonly #contents: Content[] = [];

  constructor(options: IndexOptions = {}) {
    this.#options = options;
  }

  /** Targets whose picture can be found. */
  get size(): number {
    return this.#index?.size ?? 0;
  }

  /** The newest episode of a target that is known here. */
  episodeOf(targetId: string): number | undefined {
    return this.#contents[this.#places.get(targetId) ?? -1]?.episode;
  }

  /** Takes over what is newer than what is known of its target, in whatever order it comes, and however often. */
  take({ targetId, episode, revision, pdq }: Likeness): void {
    const known = this.#places.get(targetId);
    const place = known ?? this.#targets.length;
    const before = known === undefined ? undefined : this.#contents[known];
    if (before !== undefined && !isNewer({ episode, revision }, before)) return;
    if (known === undefined) {
      this.#places.set(targetId, place);
      this.#targets.push(targetId);
    } else this.#index?.remove(place);
    this.#contents[place] = { episode, revision, quality: pdq?.quality ?? 0, recipe: pdq?.recipe ?? "" };
    if (pdq === undefined) return;
    if (this.#index === undefined) this.#keep(place, pdq.hash);
    else this.#index.add(place, pdq.hash);
  }

  /** Makes what was taken in so far searchable; nothing is taken in meanwhile. */
  async build(): Promise<void> {
    using builder = createBuilder(this.#options);
    for (const [place, { quality }] of this.#contents.entries()) {
      if (place % SLICE === 0) await setImmediate();
      if (quality > 0) builder.add(place, this.#hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES));
    }
    this.#index = await builder.build();
    this.#hashes = new Uint8Array();
  }

  /** The nearest first, each target once, at its least distance of all forms. */
  async find({ targetId, forms, recipe, maxDistance, minQuality, maxCount }: Wanted): Promise<Found> {
    // All of it: who says too little for the caller, and what is too far by its recipe, takes nobody's place.
    if (this.#index === undefined) return { similar: [], isCut: false };
    const results = await this.#index.searchMany(forms, maxDistance, MAX_LIMIT);
    const own = this.#places.get(targetId);
    const nearest = new Map<number, number>();
    for (const { ids, distances } of results) {
      for (const [nth, place] of ids.entries()) {
        const distance = Math.min(distances[nth] ?? 0, nearest.get(place) ?? Infinity);
        if (place !== own) nearest.set(place, distance);
      }
    }
    const all = [...nearest].flatMap(([place, distance]) => this.#similar(place, distance, recipe));
    const similar = all.filter(({ quality, distance }) => quality >= minQuality && distance <= maxDistance);
    return { similar: similar.toSorted(byDistance).slice(0, maxCount), isCut: similar.length > maxCount };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#index?.[Symbol.asyncDispose]();
  }

  #keep(place: number, hash: Uint8Array): void {
    const at = place * HASH_BYTES;
    if (at + HASH_BYTES > this.#hashes.length) {
      const grown = new Uint8Array(Math.max(at + HASH_BYTES, this.#hashes.length * 2));
      grown.set(this.#hashes);
      this.#hashes = grown;
    }
    this.#hashes.set(hash, at);
  }

  #similar(place: number, distance: number, recipe: string): SimilarTarget[] {
    const [targetId, content] = [this.#targets[place], this.#contents[place]];
    if (targetId === undefined || content === undefined) return [];
    const { episode, quality } = content;
    return [{ targetId, episode, quality, distance: distance + driftBetween(recipe, content.recipe) }];
  }
}

interface Content {
  episode: number;
  revision: number;
  quality: number;
  recipe: string;
}

export interface Found {
  similar: SimilarTarget[];
  /** There are more than were asked for. */
  isCut: boolean;
}

// Across recipes two hashes may lie so much nearer than the pictures do: the distance that is told is the farthest.
function driftBetween(recipe: string, other: string): number {
  return -comparisonThreshold("pdq", 0, recipe, other).threshold;
}

function isNewer(one: Pick<Content, "episode" | "revision">, other: Content): boolean {
  return one.episode === other.episode ? one.revision > other.revision : one.episode > other.episode;
}

function byDistance(a: SimilarTarget, b: SimilarTarget): number {
  return a.distance - b.distance || (a.targetId < b.targetId ? -1 : 1);
}
