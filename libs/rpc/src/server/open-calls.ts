import { Problem } from "@ntd/service";
import type { Caller } from "../identity/caller.ts";

/** One call under way: its signal aborts with the problem that ends it. */
export interface OpenCall extends Disposable {
  readonly signal: AbortSignal;
}

/** `stream`: lasts, in either direction. `unary`: a question and its answer, which are let finish in a drain. */
export type CallKind = "stream" | "unary";

/** The calls that are under way now, so that their time limit, a denied identity or a stopping server can end them. */
export class OpenCalls {
  readonly #open = new Map<AbortController, { id: string; kind: CallKind }>();

  /** @param maxMs the call ends with TIMED_OUT after that; Infinity: never. */
  add(caller: Caller, kind: CallKind, maxMs: number): OpenCall {
    const stop = new AbortController();
    this.#open.set(stop, { id: caller.id, kind });
    const late = () => stop.abort(new Problem("TIMED_OUT", `The call took longer than ${maxMs} ms; it was given up.`));
    const timer = maxMs === Infinity ? undefined : setTimeout(late, maxMs);
    return {
      signal: stop.signal,
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        this.#open.delete(stop);
      },
    };
  }

  /** Ends the calls that `which` picks. */
  end(problem: Problem, which: (call: { id: string; kind: CallKind }) => boolean = () => true): void {
    for (const [stop, call] of this.#open) if (which(call)) stop.abort(problem);
  }
}
