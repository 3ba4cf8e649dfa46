/** What a host is given to send what is not collected: what it waits for us is none of its time. */
export interface Pace {
  /** Of waiting for it, in all. */
  timeoutMs: number;
}

/**
 * A length that is too large by no more than this is a mistake in counting: what is left of it never comes, and a
 * connection that is kept alive does not end.
 */
const MISCOUNT_BYTES = 1024;
const MISCOUNT_MS = 1000;
/** Slower than this on average, once it had so long, it would only hold up who waits for the same turn. */
const LEAST_BYTES_PER_S = 32 * 1024;
const FREE_MS = 20_000;

const LATE = Symbol("late");

/** The bytes of a body as they come: those that came so far are held until they are handed on. */
export class Incoming {
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
      const chunk = await this.#come();
      if (chunk !== undefined) this.#chunks.push(chunk);
    }
  }

  /** Those that came, as long as none was handed on. */
  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** All of it from its first byte, once: nothing of it is held any more. @throws Error of code ETIMEDOUT. */
  async *all(pace: Pace): AsyncGenerator<Uint8Array> {
    for (let held = this.#chunks.shift(); held !== undefined; held = this.#chunks.shift()) yield held;
    const [before, begun] = [this.length, { waitedMs: 0 }];
    while (this.ended === undefined) {
      const chunk = await this.#comeWithin(pace, begun);
      if (chunk !== undefined) yield chunk;
      const least = (LEAST_BYTES_PER_S * begun.waitedMs) / 1000;
      if (begun.waitedMs > FREE_MS && this.length - before < least) throw tooSlow();
    }
  }

  async #comeWithin({ timeoutMs }: Pace, begun: { waitedMs: number }): Promise<Uint8Array | undefined> {
    const since = performance.now();
    const chunk = await orLate(this.#come(), timeoutMs - begun.waitedMs);
    if (chunk === LATE) throw tooSlow();
    begun.waitedMs += performance.now() - since;
    return chunk;
  }

  /** What comes next; undefined when that is its end. */
  async #come(): Promise<Uint8Array | undefined> {
    try {
      const next = this.#next().then(({ done, value }) => (done === true ? undefined : value));
      const left = this.#announced - this.length;
      const isLast = this.length > 0 && left > 0 && left <= MISCOUNT_BYTES;
      const chunk = isLast ? await orLate(next, MISCOUNT_MS) : await next;
      if (chunk === undefined || chunk === LATE) this.ended = chunk === LATE ? "short" : "whole";
      else {
        this.length += chunk.length;
        return chunk;
      }
    } catch (error) {
      if (this.length === 0 || this.#signal.aborted) throw error;
      this.ended = "short";
    }
    return undefined;
  }
}

async function orLate<T>(next: Promise<T>, ms: number): Promise<T | typeof LATE> {
  const { promise: late, resolve } = Promise.withResolvers<typeof LATE>();
  const timer = setTimeout(() => resolve(LATE), Math.max(0, ms));
  // Nobody waits any more for what comes later, its failure included.
  next.catch(() => undefined);
  return Promise.race([next, late]).finally(() => clearTimeout(timer));
}

const tooSlow = () => Object.assign(new Error("the host is too slow"), { code: "ETIMEDOUT" });
