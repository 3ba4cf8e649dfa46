import { setImmediate } from "node:timers/promises";
import type { HammingIndex, IndexBatch, SearchResult } from "@ntd/hammingindex";
import { PDQ_RADIUS } from "@ntd/imagehash/compare";
import type { FilmMatch } from "@ntd/proto/matching/v1/match";
import { filmMatch, isFilmMatch, kinOf, NO_KIN, shareOf, type FrameFound, type Kin } from "../search/film-match.ts";
import type { SeenFrame } from "../search/seen-film.ts";
import type { EntryRows, Listed } from "./entry-rows.ts";
import type { PackedRows } from "./packed-rows.ts";
import { RowMarks } from "./row-marks.ts";

/** Bytes of a listed frame. */
export const FRAME_WIDTH = 32;

/** Listed frames that one frame may find; the nearest come first. */
const FRAMES_FOUND = 200;
/** Frames that are looked up together: others have their turn behind them. */
const TOGETHER = 256;
/** Films that are compared frame by frame, of all that show a frame of the seen one: those that show most. */
const CANDIDATES = 20;
/** Matches that are told; more say nothing more. */
const MATCHES = 10;
/** Films of which is kept what they are related to. */
const KEPT = 1000;

export interface FoundFilm {
  /** Its row. */
  film: number;
  /** Of the two frames that are nearest. */
  distance: number;
  match: FilmMatch;
}

/** Takes the hashes of a film's frames, side by side, into rows of `frames`, and tells each with its row. */
export function takeFrames(
  frames: PackedRows,
  rowOf: () => number,
  hashes: Uint8Array,
  take: (row: number, hash: Uint8Array) => void,
): void {
  for (let at = 0; at < hashes.length; at += FRAME_WIDTH) {
    const row = rowOf();
    const hash = hashes.subarray(at, at + FRAME_WIDTH);
    new Uint8Array(frames.view(row).buffer).set(hash, frames.offset(row));
    take(row, hash);
  }
}

/** The films of a release: an entry's detail is how many frames of it count, and those lie side by side, film by film. */
export class ListedFilms implements AsyncDisposable {
  readonly rows: EntryRows;
  readonly frames: PackedRows;
  /** A frame's id in it is its row. */
  readonly index: HammingIndex;
  /** Of each film the first frame, and behind them the number of all. */
  readonly #starts: number[] = [0];
  readonly #hidden = new RowMarks();
  #kin = new Map<number, Promise<Kin>>();

  constructor({ rows, frames, index }: Pick<ListedFilms, "rows" | "frames" | "index">) {
    this.rows = rows;
    this.frames = frames;
    this.index = index;
    for (let film = 0; film < rows.length; film++) {
      this.#starts.push((this.#starts[film] ?? 0) + rows.at(film).detail);
    }
  }

  /** How many a search can find. */
  get size(): number {
    return this.rows.length - this.#hidden.size;
  }

  /** Which of them are not found any more. */
  get hidden(): Iterable<number> {
    return this.#hidden;
  }

  /** From now on no frame of these films is found, nor keeps another film's from being; in slices. */
  *hide(films: Iterable<number>): Generator<void, void> {
    for (const film of films) {
      this.#hidden.add(film);
      for (let frame = this.#startOf(film); frame < this.#startOf(film + 1); frame++) this.index.disable(frame);
      this.#kin = new Map();
      yield;
    }
  }

  /** One more film, by the hashes of its frames, side by side, found from `settle` on; false when its id is no UUID. */
  stage(hashes: Uint8Array, listed: Listed, batch: IndexBatch): boolean {
    takeFrames(
      this.frames,
      () => this.frames.stage(),
      hashes,
      (frame, hash) => batch.add(frame, hash),
    );
    this.#starts.push(this.frames.length + this.frames.staged);
    return this.rows.stage(listed);
  }

  /** From now on what is staged is found. */
  settle(batch: IndexBatch): void {
    this.frames.settle();
    this.rows.packed.settle();
    batch.commit();
    this.#kin = new Map();
  }

  unstage(): void {
    this.frames.unstage();
    this.rows.packed.unstage();
    this.#starts.length = this.rows.length + 1;
  }

  /**
   * The films that match the seen frames, the surest first.
   *
   * @param ofAnyFrame every film is told that shows one frame, and what others show, too, counts: of films that are innocent.
   */
  async find(seen: readonly SeenFrame[], ofAnyFrame: boolean): Promise<FoundFilm[]> {
    if (this.size === 0) return [];
    const byFilm = new Map<number, FrameFound[]>();
    const filmsAt = new Map<number, Set<number>>();
    const results = await this.#alike(seen.map(({ value }) => value));
    for (const [nth, { place }] of seen.entries()) {
      const films = new Set<number>();
      filmsAt.set(place, films);
      results[nth]?.ids.forEach((listed, i) => {
        const film = this.#filmOf(listed);
        const found = byFilm.get(film) ?? [];
        byFilm.set(film, found);
        found.push({ place, listed, distance: results[nth]?.distances[i] ?? 0 });
        films.add(film);
      });
    }
    const placesIn = (found: readonly FrameFound[]) => new Set(found.map(({ place }) => place)).size;
    const candidates = [...byFilm].toSorted((a, b) => placesIn(b[1]) - placesIn(a[1]) || a[0] - b[0]);
    const matches = await Promise.all(
      candidates.slice(0, CANDIDATES).map(async ([film, found]): Promise<FoundFilm> => {
        const kin = ofAnyFrame ? NO_KIN : await this.#kinOf(film);
        const all = (place: number) => (ofAnyFrame ? new Set<number>() : (filmsAt.get(place) ?? new Set()));
        const match = filmMatch({ film, frames: this.#framesIn(film), kin }, seen.length, found, all);
        return { film, distance: Math.min(...found.map(({ distance }) => distance)), match };
      }),
    );
    const told = matches.filter(({ match }) => (ofAnyFrame ? match.found.length > 0 : isFilmMatch(match)));
    return told.toSorted((a, b) => shareOf(b.match) - shareOf(a.match) || a.film - b.film).slice(0, MATCHES);
  }

  /** Whether any film shows one of the frames. */
  async showsAny(seen: readonly SeenFrame[]): Promise<boolean> {
    if (this.size === 0) return false;
    const values = seen.map(({ value }) => value);
    const results = await this.index.searchMany(values, PDQ_RADIUS, 1);
    return results.some(({ ids }) => ids.length > 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.index[Symbol.asyncDispose]();
  }

  async #alike(values: readonly Uint8Array[]): Promise<SearchResult[]> {
    const results: SearchResult[] = [];
    for (let at = 0; at < values.length; at += TOGETHER) {
      results.push(...(await this.index.searchMany(values.slice(at, at + TOGETHER), PDQ_RADIUS, FRAMES_FOUND)));
      await setImmediate();
    }
    return results;
  }

  // Only of films that are hit, and once: of a million it would take long, and nobody asks.
  #kinOf(film: number): Promise<Kin> {
    const known = this.#kin.get(film);
    if (known !== undefined) return known;
    if (this.#kin.size >= KEPT) this.#kin = new Map();
    const kin = this.#readKin(film);
    this.#kin.set(film, kin);
    // What failed is tried again.
    void kin.catch(() => this.#kin.delete(film));
    return kin;
  }

  async #readKin(film: number): Promise<Kin> {
    const first = this.#startOf(film);
    const values = Array.from({ length: this.#framesIn(film) }, (_, nth) => this.#valueOf(first + nth));
    const results = await this.#alike(values);
    const alike = new Map(results.map(({ ids }, nth) => [first + nth, [...ids]]));
    return kinOf(
      film,
      alike,
      (frame) => this.#filmOf(frame),
      (one) => this.#framesIn(one),
    );
  }

  #valueOf(frame: number): Uint8Array {
    return new Uint8Array(this.frames.view(frame).buffer, this.frames.offset(frame), FRAME_WIDTH);
  }

  #startOf(film: number): number {
    return this.#starts[film] ?? this.frames.length;
  }

  #framesIn(film: number): number {
    return this.#startOf(film + 1) - this.#startOf(film);
  }

  #filmOf(frame: number): number {
    let [from, to] = [0, this.rows.length];
    while (to - from > 1) {
      const middle = (from + to) >>> 1;
      if (this.#startOf(middle) <= frame) from = middle;
      else to = middle;
    }
    return from;
  }
}
