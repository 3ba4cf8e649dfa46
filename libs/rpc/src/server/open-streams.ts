import type { Problem } from "@ntd/service";
import type { Caller } from "../identity/caller.ts";

/** One open stream: its signal aborts with the problem that ends it. */
export interface OpenStream extends Disposable {
  readonly signal: AbortSignal;
}

/** The streams that are open now, so that a denied identity or a stopping server can end them at once. */
export class OpenStreams {
  readonly #open = new Map<AbortController, string>();

  add(caller: Caller): OpenStream {
    const stop = new AbortController();
    this.#open.set(stop, caller.id);
    return { signal: stop.signal, [Symbol.dispose]: () => void this.#open.delete(stop) };
  }

  /** Ends the streams of the identities that `which` picks. */
  end(problem: Problem, which: (id: string) => boolean = () => true): void {
    for (const [stop, id] of this.#open) if (which(id)) stop.abort(problem);
  }
}
