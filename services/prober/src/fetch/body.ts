import type { Answer } from "@ntd/wayout";
import { BodyTooLarge, decoded } from "./content-coding.ts";
import { isSameOpening, lengthByRange, OPENING_BYTES, openingOf, type Opening } from "./opening.ts";

/** whole: all there is, unpacked; short: it ended before its time, and counts as far as it came. */
export type Body =
  | { is: "whole"; bytes: Uint8Array; short?: true }
  | { is: "too_large"; opening?: Opening }
  /** It begins as was known, and is too large to be read. */
  | { is: "unchanged" };

export interface Limits {
  maxBytes: number;
  signal: AbortSignal;
  /** How a body that was too large began: if it still does, no more of it is read. */
  known?: Opening | undefined;
}

/**
 * The body, unless it is too large, packed or unpacked, announced or not: then what its opening takes.
 *
 * @throws what the network or zlib say.
 */
export async function readBody(answer: Answer, { maxBytes, signal, known }: Limits): Promise<Body> {
  const { headers } = answer;
  const coding = headers.get("content-encoding")?.join(",") ?? "";
  const announced = Number(headers.get("content-length")?.[0] ?? 0);
  const incoming = new Incoming(answer.body, signal, announced);
  const tooLarge = async (): Promise<Body> => {
    const bytes = await decoded(incoming.bytes(), coding, openingLength(maxBytes), "cut");
    const opening = openingOf(bytes, coding === "" && announced > 0 ? announced : undefined, headers);
    return isKnown(known, opening) ? { is: "unchanged" } : { is: "too_large", opening };
  };
  try {
    // Packed, its opening may take a little more than it is long.
    await incoming.upTo(Math.min(openingLength(maxBytes) * (coding === "" ? 1 : 2), maxBytes + 1));
    if (!incoming.ended && (announced > maxBytes || known !== undefined)) {
      const body = await tooLarge();
      if (announced > maxBytes || body.is === "unchanged") return body;
    }
    await incoming.upTo(maxBytes + 1);
    if (incoming.length > maxBytes) return await tooLarge();
    const bytes = await decoded(incoming.bytes(), coding, maxBytes);
    return { is: "whole", bytes, ...(incoming.ended === "short" && { short: true }) };
  } catch (error) {
    if (error instanceof BodyTooLarge) return tooLarge().catch(() => ({ is: "too_large" }));
    if (signal.aborted && announced > maxBytes) return { is: "too_large" };
    throw error;
  }
}

/** What a host gives of a body that was asked for from its first byte, and no more than was asked for. */
export async function readPart({ headers, body }: Answer, { maxBytes, signal, known }: Limits): Promise<boolean> {
  const length = lengthByRange(headers.get("content-range")?.[0]);
  if (length === undefined || headers.has("content-encoding")) return false;
  const incoming = new Incoming(body, signal, 0);
  await incoming.upTo(openingLength(maxBytes));
  const bytes = incoming.bytes().subarray(0, openingLength(maxBytes));
  return isKnown(known, openingOf(bytes, Number.isNaN(length) ? undefined : length, headers));
}

/** How much of a body is its opening. */
export const openingLength = (maxBytes: number): number => Math.min(OPENING_BYTES, maxBytes);

const isKnown = (known: Opening | undefined, found: Opening) => known !== undefined && isSameOpening(known, found);

/**
 * A length that is too large by no more than this is a mistake in counting: what is left of it never comes, and a
 * connection that is kept alive does not end.
 */
const MISCOUNT_BYTES = 1024;
const MISCOUNT_MS = 1000;

/** The bytes of a body that have come so far. */
class Incoming {
  readonly #next: () => Promise<IteratorResult<Uint8Array>>;
  readonly #signal: AbortSignal;
  readonly #announced: number;
  readonly #chunks: Uint8Array[] = [];
  length = 0;
  ended: "whole" | "short" | undefined;

  constructor(body: AsyncIterable<Uint8Array>, signal: AbortSignal, announced: number) {
    const chunks = body[Symbol.asyncIterator]();
    this.#next = () => chunks.next();
    this.#signal = signal;
    this.#announced = announced;
  }

  /** Waits for so many bytes in all, or the end. */
  async upTo(bytes: number): Promise<void> {
    while (this.ended === undefined && this.length < bytes) {
      try {
        const chunk = await this.#chunk();
        if (chunk === "end") this.ended = "whole";
        else if (chunk === "miscounted") this.ended = "short";
        else {
          this.#chunks.push(chunk);
          this.length += chunk.length;
        }
      } catch (error) {
        if (this.length === 0 || this.#signal.aborted) throw error;
        this.ended = "short";
      }
    }
  }

  async #chunk(): Promise<Uint8Array | "end" | "miscounted"> {
    const next = this.#next().then(({ done, value }) => (done === true ? "end" : value));
    const left = this.#announced - this.length;
    if (this.length === 0 || left <= 0 || left > MISCOUNT_BYTES) return next;
    const { promise: late, resolve } = Promise.withResolvers<"miscounted">();
    const timer = setTimeout(() => resolve("miscounted"), MISCOUNT_MS);
    // Nobody waits any more for what comes later, its failure included.
    next.catch(() => undefined);
    return Promise.race([next, late]).finally(() => clearTimeout(timer));
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
