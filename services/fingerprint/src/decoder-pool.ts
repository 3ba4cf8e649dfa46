import type { Sandbox } from "@ntd/sandbox";
import { Problem, type Logger } from "@ntd/service";
import { DecoderProcess, type DecodeBounds } from "./decoder-process.ts";
import type { DecoderTask, Decoding } from "./decoding.ts";
import { countKilledDecoder } from "./metrics.ts";
import { Turns } from "./turns.ts";

export interface DecoderPoolOptions extends DecodeBounds {
  workers: number;
  maxWaiting: number;
  sandbox: Sandbox;
}

/** Decoder processes, started when there is work for them and replaced as soon as they end. */
export class DecoderPool implements AsyncDisposable {
  readonly #options: DecoderPoolOptions;
  readonly #log: Logger;
  readonly #turns: Turns;
  readonly #decoders = new Set<DecoderProcess>();
  readonly #idle = new Set<DecoderProcess>();
  /** One that is being started before there is work for it. */
  #spare: Promise<void> | undefined;
  #startsWell = false;
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

  /** What decoders are kept in. */
  get sandboxKind(): string {
    return this.#options.sandbox.kind;
  }

  /** For health: a decoder is there, or can be started. */
  async check(): Promise<void> {
    if (this.#decoders.size > 0 && this.#spare === undefined) return;
    const spare = this.#startSpare();
    // That one is replaced is no news as long as the last start went well: a picture must not make the service unwell.
    if (!this.#startsWell) await spare;
    else spare.catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#decoders].map((decoder) => decoder[Symbol.asyncDispose]()));
  }

  async #decodeOnce(task: DecoderTask): Promise<Decoding> {
    const decoder = await this.#take();
    const decoding = await decoder.decode(task, this.#options);
    this.#requireOpen();
    if (decoding.kind === "killed" || decoding.kind === "crashed") this.#log.warn({ decoding }, "a decoder ended");
    if (decoding.kind === "killed") countKilledDecoder(decoding.reason);
    else await this.#giveBack(decoder);
    // A start takes longer than most pictures, so the next one is not to wait for it; who needs it hears why it failed.
    if (!this.#decoders.has(decoder)) this.#startSpare().catch(() => undefined);
    return decoding;
  }

  async #take(): Promise<DecoderProcess> {
    if (this.#idle.size === 0) await this.#spare?.catch(() => undefined);
    const [waiting] = this.#idle;
    if (waiting === undefined) return this.#startDecoder();
    this.#idle.delete(waiting);
    return waiting;
  }

  #startSpare(): Promise<void> {
    this.#spare ??= this.#startDecoder()
      .then((decoder) => this.#giveBack(decoder))
      .finally(() => (this.#spare = undefined));
    return this.#spare;
  }

  async #startDecoder(): Promise<DecoderProcess> {
    this.#requireOpen();
    const decoder = new DecoderProcess(this.#options.sandbox);
    this.#startsWell = false;
    this.#decoders.add(decoder);
    void decoder.exited.then(() => {
      this.#decoders.delete(decoder);
      this.#idle.delete(decoder);
    });
    await decoder.ready();
    this.#startsWell = true;
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
