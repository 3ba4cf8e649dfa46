import { setImmediate } from "node:timers/promises";
import { createBuilder, MAX_LIMIT, type HammingIndex, type IndexOptions } from "@ntd/hammingindex";
import { comparisonThreshold } from "@ntd/imagehash/compare";
import type { SimilarTarget } from "@ntd/proto/matching/v1/resemblance_service";
import type { ComparedPicture, Likeness } from "./likeness-column.ts";

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
/** Ids from here on are of further pictures; no process knows so many targets. */
const FURTHER = 2 ** 31;
/** Hashes that are handed to the index at a time: others have their turn in between. */
const SLICE = 10_000;

/**
 * What every target shows by its newest content, in memory: its picture, and others of its file. What there is at the start
 * is taken in first, then built at once.
 */
export class PictureIndex implements AsyncDisposable {
  readonly #options: IndexOptions;
  #index: HammingIndex | undefined;
  /** Of first pictures, by place, until the index is built. */
  #hashes = new Uint8Array();
  /** A target has one place for as long as the process lives: its first picture's id. */
  readonly #places = new Map<string, number>();
  readonly #targets: string[] = [];
  readonly #contents: Content[] = [];
  /** The others, by id. */
  readonly #further = new Map<number, Further>();
  readonly #freed: number[] = [];

  constructor(options: IndexOptions = {}) {
    this.#options = options;
  }

  /** Pictures that can be found. */
  get size(): number {
    return this.#index?.size ?? 0;
  }

  /** The newest episode of a target that is known here. */
  episodeOf(targetId: string): number | undefined {
    return this.#contents[this.#places.get(targetId) ?? -1]?.episode;
  }

  /** Takes over what is newer than what is known of its target, in whatever order it comes, and however often. */
  take({ targetId, episode, revision, recipe, pictures: [first, ...others] }: Likeness): void {
    const known = this.#places.get(targetId);
    const place = known ?? this.#targets.length;
    const before = known === undefined ? undefined : this.#contents[known];
    if (before !== undefined && !isNewer({ episode, revision }, before)) return;
    if (known === undefined) {
      this.#places.set(targetId, place);
      this.#targets.push(targetId);
    } else this.#remove(place, before);
    const content: Content = { episode, revision, quality: first?.quality ?? 0, recipe };
    this.#contents[place] = content;
    if (first === undefined) return;
    if (this.#index === undefined) this.#keep(place, first.hash);
    else this.#index.add(place, first.hash);
    if (others.length > 0) content.others = others.map((one) => this.#addFurther(place, one));
  }

  /** Makes what was taken in so far searchable; nothing is taken in meanwhile. */
  async build(): Promise<void> {
    using builder = createBuilder(this.#options);
    for (const [place, { quality }] of this.#contents.entries()) {
      if (place % SLICE === 0) await setImmediate();
      if (quality > 0) builder.add(place, this.#hashes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES));
    }
    for (const [id, one] of this.#further) {
      if (id % SLICE === 0) await setImmediate();
      if (one.hash !== undefined) builder.add(id, one.hash);
      delete one.hash;
    }
    this.#index = await builder.build();
    this.#hashes = new Uint8Array();
  }

  /** The nearest first, each target once, at its least distance of all forms and of all that it shows. */
  async find({ targetId, forms, recipe, maxDistance, minQuality, maxCount }: Wanted): Promise<Found> {
    // All of it: who says too little for the caller, and what is too far by its recipe, takes nobody's place.
    if (this.#index === undefined) return { similar: [], isCut: false };
    const results = await this.#index.searchMany(forms, maxDistance, MAX_LIMIT);
    const own = this.#places.get(targetId);
    const nearest = new Map<number, SimilarTarget>();
    for (const { ids, distances } of results) {
      for (const [nth, id] of ids.entries()) {
        const { place, quality } = this.#pictureAt(id);
        const similar = this.#similar(place, quality, distances[nth] ?? 0, recipe);
        if (similar === undefined || place === own || quality < minQuality || similar.distance > maxDistance) continue;
        if (similar.distance < (nearest.get(place)?.distance ?? Infinity)) nearest.set(place, similar);
      }
    }
    const all = [...nearest.values()].toSorted(byDistance);
    return { similar: all.slice(0, maxCount), isCut: all.length > maxCount };
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

  #addFurther(place: number, { hash, quality }: ComparedPicture): number {
    const id = this.#freed.pop() ?? FURTHER + this.#further.size;
    // It is a view of what is read, which goes.
    this.#further.set(id, { place, quality, ...(this.#index === undefined && { hash: Uint8Array.from(hash) }) });
    this.#index?.add(id, hash);
    return id;
  }

  #remove(place: number, before: Content | undefined): void {
    this.#index?.remove(place);
    for (const id of before?.others ?? []) {
      this.#index?.remove(id);
      this.#further.set(id, { place, quality: 0 });
      this.#freed.push(id);
    }
  }

  #pictureAt(id: number): { place: number; quality: number } {
    return this.#further.get(id) ?? { place: id, quality: this.#contents[id]?.quality ?? 0 };
  }

  #similar(place: number, quality: number, distance: number, recipe: string): SimilarTarget | undefined {
    const [targetId, content] = [this.#targets[place], this.#contents[place]];
    if (targetId === undefined || content === undefined) return undefined;
    return { targetId, episode: content.episode, quality, distance: distance + driftBetween(recipe, content.recipe) };
  }
}

interface Content {
  episode: number;
  revision: number;
  /** Of its first picture; 0: it shows nothing that can be compared. */
  quality: number;
  recipe: string;
  /** Ids of its other pictures. */
  others?: number[];
}

/** Another picture than the first one that a target shows. */
interface Further {
  place: number;
  quality: number;
  /** Until the index is built. */
  hash?: Uint8Array;
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
