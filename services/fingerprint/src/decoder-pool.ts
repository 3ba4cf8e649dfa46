import { Problem, type Logger } from "@ntd/service";
import { DecoderProcess, type DecodeBounds } from "./decoder-process.ts";
import type { DecoderTask, Decoding } from "./decoding.ts";
import { countKilledDecoder } from "./metrics.ts";
import { Turns } from "./turns.ts";

export interface DecoderPoolOptions extends DecodeBounds {
  workers: number;
  maxWaiting: number;
}

/** Decoder processes, started when there is work for them and replaced when they end. */
export class DecoderPool implements AsyncDisposable {
  readonly #options: DecoderPoolOptions;
  readonly #log: Logger;
  readonly #turns: Turns;
  readonly #decoders = new Set<DecoderProcess>();
  readonly #idle = new Set<DecoderProcess>();
  #warmUp: Promise<void> | undefined;
  #closing = false;

  constructor(options: DecoderPoolOptions, log: Logger) {
    this.#options = options;
    this.#log = log;
    this.#turns = new Turns(options.workers, options.maxWaiting);
  }

  /**
   * @throws Problem RATE_LIMITED when too many wait already, PEER_UNAVAILABLE when no decoder starts, SHUTTING_DOWN.
   */
  decode(task: DecoderTask, signal: AbortSignal): Promise<Decoding> {
    return this.#turns.take(signal, async () => {
      const first = await this.#decodeOnce(task);
      // The picture is blamed for a crash only if it happens again: something else may have ended the process.
      return first.kind === "crashed" ? this.#decodeOnce(task) : first;
    });
  }

  /** For health: a decoder is there, or can be started. */
  async check(): Promise<void> {
    if (this.#decoders.size > 0 && this.#warmUp === undefined) return;
    this.#warmUp ??= this.#startDecoder()
      .then((decoder) => this.#giveBack(decoder))
      .finally(() => (this.#warmUp = undefined));
    await this.#warmUp;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#decoders].map((decoder) => decoder[Symbol.asyncDispose]()));
  }

  async #decodeOnce(task: DecoderTask): Promise<Decoding> {
    const [waiting] = this.#idle;
    if (waiting !== undefined) this.#idle.delete(waiting);
    const decoder = waiting ?? (await this.#startDecoder());
    const decoding = await decoder.decode(task, this.#options);
    this.#requireOpen();
    if (decoding.kind === "killed" || decoding.kind === "crashed") this.#log.warn({ decoding }, "a decoder ended");
    if (decoding.kind === "killed") countKilledDecoder(decoding.reason);
    else await this.#giveBack(decoder);
    return decoding;
  }

  async #startDecoder(): Promise<DecoderProcess> {
    this.#requireOpen();
    const decoder = new DecoderProcess();
    this.#decoders.add(decoder);
    void decoder.exited.then(() => {
      this.#decoders.delete(decoder);
      this.#idle.delete(decoder);
    });
    await decoder.ready();
    return decoder;
  }

  async #giveBack(decoder: DecoderProcess): Promise<void> {
    const spent = decoder.spent(this.#options.maxRssMb);
    if (spent || this.#decoders.size > this.#options.workers) await decoder[Symbol.asyncDispose]();
    else if (this.#decoders.has(decoder)) this.#idle.add(decoder);
  }

  #requireOpen(): void {
    if (this.#closing) throw new Problem("SHUTTING_DOWN");
  }
}
