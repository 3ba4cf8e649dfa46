import type { PerceptualAlgorithm } from "@ntd/imagehash";
import type { Sandbox } from "@ntd/sandbox";
import { Problem, Turns, type Logger } from "@ntd/service";
import { DecoderProcess, type DecodeBounds } from "./decoder-process.ts";
import type { DecoderTask, Decoding } from "./decoding.ts";
import { countKilledDecoder } from "./metrics.ts";

export interface DecoderPoolOptions extends DecodeBounds {
  workers: number;
  maxWaiting: number;
  sandbox: Sandbox;
  /** One picture in so many has its hashes computed by other code too. */
  watchEvery: number;
}

const TOO_MANY = "Too many pictures wait to be decoded. Try again later.";

/** Who hears that hashes of a picture, or of known ones, differ from what other code computes. */
export type KernelAlarm = (kernels: readonly PerceptualAlgorithm[], over: "picture" | "vectors") => void;

/** Decoder processes, started when there is work for them and replaced as soon as they end. */
export class DecoderPool implements AsyncDisposable {
  readonly #options: DecoderPoolOptions;
  readonly #log: Logger;
  readonly #alarm: KernelAlarm;
  readonly #turns: Turns;
  readonly #decoders = new Set<DecoderProcess>();
  readonly #idle = new Set<DecoderProcess>();
  /** One that is being started before there is work for it. */
  #spare: Promise<void> | undefined;
  #startsWell = false;
  #closing = false;
  /** Those that ran when a picture's hashes differed, until another one has shown that known pictures' do not. */
  readonly #distrusted = new WeakSet<DecoderProcess>();
  #distrusts = false;
  /** Pictures since one was watched. */
  #unwatched = 0;

  constructor(options: DecoderPoolOptions, log: Logger, alarm: KernelAlarm = () => undefined) {
    this.#options = options;
    this.#log = log;
    this.#alarm = alarm;
    this.#turns = new Turns(options.workers, options.maxWaiting, TOO_MANY);
  }

  /**
   * @throws Problem RATE_LIMITED when too many wait already, PEER_UNAVAILABLE when no decoder starts, SHUTTING_DOWN.
   */
  decode(task: Omit<DecoderTask, "watch">, signal: AbortSignal): Promise<Decoding> {
    return this.#turns.take(signal, async () => {
      const watch = ++this.#unwatched >= this.#options.watchEvery;
      const first = await this.#decodeOnce({ ...task, watch });
      if (first.kind === "decoded" && first.watched === true) this.#unwatched = 0;
      // The picture is blamed for a crash only if it happens again: something else may have ended the process, and a
      // picture before it may have made it say what no decoder says. Nor is it blamed for what watching it took.
      const misspoke = first.kind === "killed" && first.reason === "answer";
      const isBlameless = first.kind === "crashed" || misspoke || (watch && first.kind === "killed");
      return isBlameless ? this.#decodeOnce({ ...task, watch: false }) : first;
    });
  }

  /** What decoders are kept in. */
  get sandboxKind(): string {
    return this.#options.sandbox.kind;
  }

  /** For health: a decoder is there, or can be started, and computes known pictures' hashes as it shall. */
  async check(): Promise<void> {
    if (this.#decoders.size > 0 && this.#spare === undefined && !this.#distrusts) return;
    const spare = this.#startSpare();
    // That one is replaced is no news as long as the last start went well: a picture must not make the service unwell.
    if (!this.#startsWell || this.#distrusts) await spare;
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
    if (decoding.kind === "differs") await this.#distrustAll(decoding.kernels);
    if (decoding.kind === "crashed") this.#log.warn("a decoder crashed");
    if (decoding.kind === "killed") {
      const { reason } = decoding;
      this.#log.warn({ reason }, "a decoder was killed");
      countKilledDecoder(reason);
    } else await this.#giveBack(decoder);
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
    const differing = await decoder.ready();
    if (differing.length > 0) {
      await decoder[Symbol.asyncDispose]();
      this.#alarm(differing, "vectors");
      throw new Problem("PEER_UNAVAILABLE", "The process that decodes pictures computes wrong hashes of known ones.");
    }
    this.#startsWell = true;
    this.#distrusts = false;
    return decoder;
  }

  /** No decoder that was there then takes another picture: each new one shows first that known pictures' hashes are right. */
  async #distrustAll(kernels: readonly PerceptualAlgorithm[]): Promise<void> {
    this.#alarm(kernels, "picture");
    this.#distrusts = true;
    for (const decoder of this.#decoders) this.#distrusted.add(decoder);
    await Promise.all([...this.#idle].map((decoder) => decoder[Symbol.asyncDispose]()));
  }

  async #giveBack(decoder: DecoderProcess): Promise<void> {
    const spent = decoder.spent(this.#options.maxRssMb) || this.#distrusted.has(decoder);
    if (spent || this.#decoders.size > this.#options.workers) await decoder[Symbol.asyncDispose]();
    else if (this.#decoders.has(decoder)) this.#idle.add(decoder);
  }

  #requireOpen(): void {
    if (this.#closing) throw new Problem("SHUTTING_DOWN");
  }
}
