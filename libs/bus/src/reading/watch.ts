import { everyBeat, Problem } from "@ntd/service";

/** What the watch needs of a message. */
export interface Watched {
  /** Tells the server that it is still in hand, so that it is given to nobody else. */
  working(): void;
}

export interface WatchOptions {
  /** How often messages in hand are looked at: well within the server's ack wait. */
  everyMs: number;
  /** A handler that needs longer is cancelled; one that needs twice as long is `stuck`. */
  limitMs: number;
  /** A handler ignored its signal for as long as its limit: nothing in this process can take the message back. */
  stuck: () => void;
}

/** A message in hand. */
export interface Held extends Disposable {
  /** Handling begins now; the signal aborts when it outlives its limit, or when the reader must stop. */
  begin(): AbortSignal;
}

/**
 * Looks after the messages in hand, with one timer for all of them: each is kept `working` until its handler has ended,
 * so that its retry never runs beside it, and a handler that outlives its limit is cancelled.
 */
export class Watch implements Disposable {
  readonly #held = new Set<InHand>();
  readonly #options: WatchOptions;
  readonly #looking: Disposable;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#looking = everyBeat(options.everyMs, () => this.#look());
  }

  hold(message: Watched): Held {
    const entry: InHand = { message, cancel: new AbortController() };
    this.#held.add(entry);
    return {
      begin() {
        entry.since = performance.now();
        return entry.cancel.signal;
      },
      [Symbol.dispose]: () => void this.#held.delete(entry),
    };
  }

  /** Cancels whatever is in hand. */
  cancelAll(reason: Problem): void {
    for (const { cancel } of this.#held) cancel.abort(reason);
  }

  [Symbol.dispose](): void {
    this.#looking[Symbol.dispose]();
  }

  #look(): void {
    const { limitMs, stuck } = this.#options;
    for (const entry of this.#held) {
      entry.message.working();
      if (entry.since === undefined || performance.now() - entry.since < limitMs) continue;
      if (entry.cancel.signal.aborted) return stuck();
      entry.cancel.abort(new Problem("TIMED_OUT", "The handler outlived its limit."));
      entry.since = performance.now();
    }
  }
}

interface InHand {
  message: Watched;
  cancel: AbortController;
  /** When its handling began; once it was cancelled, when that was. */
  since?: number;
}
