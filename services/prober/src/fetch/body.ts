import { CONTAINER_BYTES, containerOf } from "@ntd/imagehash/films";
import type { ComputeFilmResponse } from "@ntd/proto/fingerprint/v1/film_service";
import type { Answer } from "@ntd/wayout";
import { BodyTooLarge, decoded } from "./content-coding.ts";
import { Incoming } from "./incoming.ts";
import { isSameOpening, lengthByRange, OPENING_BYTES, openingOf, type Opening } from "./opening.ts";
import { passed, type Pass } from "./pass.ts";

/**
 * whole: all there is, unpacked; short: it ended before its time, and counts as far as it came; passed: handed on while it
 * came; `film`: by its first bytes it is one.
 */
export type Body =
  | { is: "whole"; bytes: Uint8Array; short?: true }
  | { is: "passed"; hashed: ComputeFilmResponse; start: Uint8Array; opening: Opening; short?: true }
  | { is: "too_large"; opening?: Opening; film?: true }
  /** It begins as was known, and no more of it was read. */
  | { is: "unchanged"; opening: Opening };

export interface Limits {
  maxBytes: number;
  signal: AbortSignal;
  /** How a body began that is known: if it still does, no more of it is read. */
  known?: Opening | undefined;
  /** Absent: all is collected, as far as it may. */
  pass?: Pass | undefined;
  /** Told when it is handed on: from then on its time is that of `pass`. */
  onPass?: () => void;
}

/**
 * The body, unless it is a film, or too large, packed or unpacked, announced or not: then what becomes of it when it is
 * handed on, or, larger than that may be, what its opening takes.
 *
 * @throws what the network or zlib say, and what `pass` throws.
 */
export async function readBody(answer: Answer, limits: Limits): Promise<Body> {
  const { maxBytes, signal, known, pass } = limits;
  const reading = new Reading(answer, limits);
  const { incoming, announced, coding } = reading;
  try {
    await reading.begin();
    if (known !== undefined) {
      const opening = await reading.opening();
      if (isSameOpening(known, opening)) return { is: "unchanged", opening: known };
    }
    const isLarge = announced > maxBytes && !incoming.ended;
    if (pass !== undefined && (isLarge || (await reading.isFilm()))) return await reading.passed(pass);
    if (isLarge) return await reading.tooLarge();
    await incoming.upTo(maxBytes + 1);
    const bytes = incoming.length > maxBytes ? undefined : await unlessTooLarge(incoming.bytes(), coding, maxBytes);
    if (bytes === undefined) return await (pass === undefined ? reading.tooLarge() : reading.passed(pass));
    return { is: "whole", bytes, ...(incoming.ended === "short" && { short: true }) };
  } catch (error) {
    if (error instanceof BodyTooLarge) return reading.tooLarge().catch(() => ({ is: "too_large" }));
    if (signal.aborted && announced > maxBytes) return { is: "too_large" };
    throw error;
  }
}

async function unlessTooLarge(packed: Uint8Array, coding: string, maxBytes: number): Promise<Uint8Array | undefined> {
  try {
    return await decoded(packed, coding, maxBytes);
  } catch (error) {
    if (error instanceof BodyTooLarge) return undefined;
    throw error;
  }
}

/** One body that is read, and what its first bytes say of it. */
class Reading {
  readonly #answer: Answer;
  readonly #limits: Limits;
  readonly coding: string;
  readonly announced: number;
  readonly incoming: Incoming;
  #start: Promise<Uint8Array> | undefined;

  constructor(answer: Answer, limits: Limits) {
    const { headers, body } = answer;
    this.#answer = answer;
    this.#limits = limits;
    this.coding = headers.get("content-encoding")?.join(",") ?? "";
    this.announced = Number(headers.get("content-length")?.[0] ?? 0);
    this.incoming = new Incoming(body, limits.signal, this.announced);
  }

  /** Packed, its opening may take a little more than it is long. */
  begin(): Promise<void> {
    const { maxBytes } = this.#limits;
    return this.incoming.upTo(Math.min(openingLength(maxBytes) * (this.coding === "" ? 1 : 2), maxBytes + 1));
  }

  /** Unpacked; read before anything is handed on. */
  start(): Promise<Uint8Array> {
    const length = openingLength(this.#limits.maxBytes);
    // A copy, since a part keeps all that it is of.
    this.#start ??= decoded(this.incoming.bytes(), this.coding, length, "cut").then((bytes) => new Uint8Array(bytes));
    return this.#start;
  }

  async opening(): Promise<Opening> {
    const { announced, coding } = this;
    const length = coding === "" && announced > 0 ? announced : undefined;
    return openingOf(await this.start(), length, this.#answer.headers);
  }

  async isFilm(): Promise<boolean> {
    const first = this.#start ?? decoded(this.incoming.bytes(), this.coding, CONTAINER_BYTES, "cut");
    return containerOf(await first) !== undefined;
  }

  async passed(pass: Pass): Promise<Body> {
    const [start, opening] = [await this.start(), await this.opening()];
    const { length: announced = 0 } = opening;
    if (announced > pass.maxBytes || pass.take?.(announced) === false) return this.tooLarge();
    this.#limits.onPass?.();
    const hashed = await passed(this.incoming, this.coding, start, pass, announced);
    const short = this.incoming.ended === "short" && { short: true as const };
    return { is: "passed", hashed, start, opening, ...short };
  }

  async tooLarge(): Promise<Body> {
    const film = (await this.isFilm()) && { film: true as const };
    return { is: "too_large", opening: await this.opening(), ...film };
  }
}

/** What a host gives of a body that was asked for from its first byte, and no more than was asked for. */
export async function readPart({ headers, body }: Answer, { maxBytes, signal, known }: Limits): Promise<boolean> {
  const length = lengthByRange(headers.get("content-range")?.[0]);
  if (length === undefined || headers.has("content-encoding")) return false;
  const incoming = new Incoming(body, signal, 0);
  await incoming.upTo(openingLength(maxBytes));
  const bytes = incoming.bytes().subarray(0, openingLength(maxBytes));
  const opening = openingOf(bytes, Number.isNaN(length) ? undefined : length, headers);
  return known !== undefined && isSameOpening(known, opening);
}

/** How much of a body is its opening. */
export const openingLength = (maxBytes: number): number => Math.min(OPENING_BYTES, maxBytes);
