import { Problem } from "@ntd/service";
import type { Caller } from "../identity/caller.ts";
import { callEnded } from "./metrics.ts";

/** `stream`: lasts, in either direction. `unary`: a question and its answer, which are let finish in a drain. */
export type CallKind = "stream" | "unary";

/** What a call is about, for those who end calls. */
export interface CallFacts {
  readonly caller: Caller;
  readonly method: string;
  readonly kind: CallKind;
  /** Its HTTP/2 session. */
  readonly connection: object | undefined;
}

/** One call under way, from its first header on: its signal aborts with the problem that ends it. */
export interface OpenCall extends CallFacts {
  /** What the call's metadata names it by. */
  readonly key: string;
  readonly signal: AbortSignal;
  /** False until all that its handler needs has come: until then nobody but the door can answer it. */
  isHandled: boolean;
  /** Stops it: its signal aborts with the problem, which whoever answers it says. */
  stop(problem: Problem): void;
  /** Ends it with OK or the name of a problem: it is measured, and nothing ends it any more. */
  end(reason: string): void;
}

/** The calls that are under way now, so that their time limit, a denied identity or a stopping server can end them. */
export class OpenCalls {
  readonly #open = new Map<string, OpenCall>();
  #last = 0;

  /** @param maxMs the call ends with TIMED_OUT after that; Infinity: never. */
  add(facts: CallFacts, maxMs: number): OpenCall {
    const stopping = new AbortController();
    const stop = (problem: Problem) => stopping.abort(problem);
    const ended = callEnded(facts.method);
    const late = () => stop(new Problem("TIMED_OUT", `The call took longer than ${maxMs} ms; it was given up.`));
    const timer = maxMs === Infinity ? undefined : setTimeout(late, maxMs);
    const key = String((this.#last += 1));
    const end = (reason: string) => {
      clearTimeout(timer);
      if (this.#open.delete(key)) ended(reason);
    };
    const call: OpenCall = { ...facts, key, signal: stopping.signal, isHandled: false, stop, end };
    this.#open.set(key, call);
    return call;
  }

  /** The call of this name. */
  get(key: string): OpenCall | undefined {
    return this.#open.get(key);
  }

  /** Stops the calls that `which` picks. */
  end(problem: Problem, which: (call: OpenCall) => boolean = () => true): void {
    for (const call of this.#open.values()) if (which(call)) call.stop(problem);
  }
}
