import type { Container } from "@ntd/imagehash/films";
import type { Sandbox } from "@ntd/sandbox";
import { Turns } from "@ntd/service";
import { decodeFilm } from "./decode-film.ts";
import type { Seen } from "./film-answer.ts";
import { FilmFile } from "./film-file.ts";
import { showPicture } from "./show-picture.ts";
import type { FfmpegBounds } from "./run-ffmpeg.ts";

export interface FilmOptions extends FfmpegBounds {
  /** What they are decoded in; absent: they are not. */
  sandbox: Sandbox | undefined;
  maxBytes: number;
  maxWaiting: number;
}

const TOO_MANY = "Too many films wait to be decoded. Try again later.";

/** Films that are decoded, one at a time: in memory from its first byte to its last frame, and nowhere else. */
export class Films {
  readonly #options: FilmOptions;
  readonly #turns: Turns;
  readonly #pictureTurns: Turns;

  constructor(options: FilmOptions) {
    this.#options = options;
    this.#turns = new Turns(1, options.maxWaiting, TOO_MANY);
    // They are soon done, and do not wait for a film.
    this.#pictureTurns = new Turns(1, options.maxWaiting, TOO_MANY);
  }

  /** Whether frames of films are hashed. */
  get decodes(): boolean {
    return this.#options.sandbox !== undefined;
  }

  /**
   * Takes all chunks, to the last one also of what it does not decode. A film waits for its turn before more of it is taken.
   *
   * @throws Problem RATE_LIMITED when too many wait already; what `chunks` or `signal` throw.
   */
  async see(container: Container | undefined, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Seen> {
    const { sandbox } = this.#options;
    if (container !== undefined && sandbox !== undefined) {
      return this.#turns.take(signal, () => this.#decode(sandbox, container, chunks, signal));
    }
    await passed(chunks);
    return { end: container === undefined ? "no_film" : "no_decoder" };
  }

  /**
   * What a cut picture, a stream of AV1, shows, as BMP: undefined where it shows nothing, or nothing here decodes it.
   *
   * @throws Problem RATE_LIMITED when too many wait already; what `signal` throws.
   */
  async show(av1: Uint8Array, signal: AbortSignal): Promise<Buffer | undefined> {
    const { sandbox } = this.#options;
    return sandbox && this.#pictureTurns.take(signal, () => showPicture(sandbox, av1, this.#options, signal));
  }

  async #decode(sandbox: Sandbox, container: Container, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal) {
    const end = async (why: "too_large" | "no_room"): Promise<Seen> => {
      await passed(rest);
      return { end: why };
    };
    const iterator = chunks[Symbol.asyncIterator]();
    const rest = { [Symbol.asyncIterator]: () => iterator };
    await using file = await FilmFile.open();
    if (file === undefined) return end("no_room");
    let length = 0;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      length += next.value.length;
      if (length > this.#options.maxBytes) return end("too_large");
      if (!(await file.add(next.value))) return end("no_room");
    }
    await using reading = await file.reading();
    return decodeFilm(sandbox, { fd: reading.fd, container }, this.#options, signal);
  }
}

async function passed(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks);
}
