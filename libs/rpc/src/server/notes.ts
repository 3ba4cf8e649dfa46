import type { Logger, Problem } from "@ntd/service";
import { loggedAs, type Caller } from "../identity/caller.ts";

const REFUSALS: ReadonlySet<string> = new Set([
  "IDENTITY_UNKNOWN",
  "IDENTITY_DENIED",
  "IDENTITY_EXPIRED",
  "NOT_ALLOWED",
  "RATE_LIMITED",
]);

/** The same refusal of the same caller is a line at most this often: a flood of calls is no flood of lines. */
const PERIOD_MS = 1000;
const MOST = 10_000;

/** What is written of calls that fail. */
export class Notes {
  readonly #log: Logger;
  readonly #said = new Map<string, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  failed(problem: Problem, method: string, caller: Caller | undefined): void {
    const { reason, metadata } = problem;
    const { quota } = metadata;
    if (REFUSALS.has(reason) && !this.#isNew(`${caller?.id} ${method} ${reason} ${quota}`)) return;
    const entry = { method, caller: caller && loggedAs(caller), reason, ...(reason === "RATE_LIMITED" && { quota }) };
    if (reason === "INTERNAL") this.#log.error({ ...entry, error: problem }, "a call failed without a name");
    else if (REFUSALS.has(reason)) this.#log.warn(entry, "a call was refused");
    else if (problem.cause !== undefined) this.#log.warn({ ...entry, error: problem }, "a call failed");
    else this.#log.debug(entry, "a call failed");
  }

  /** A connection was ended for what was done on it. */
  misused(caller: Caller): void {
    if (this.#isNew(`${caller.id} misuse`))
      this.#log.warn({ caller: loggedAs(caller) }, "a connection was ended for its misuse");
  }

  #isNew(key: string): boolean {
    const now = performance.now();
    if (now - (this.#said.get(key) ?? -Infinity) < PERIOD_MS) return false;
    if (this.#said.size >= MOST) this.#said.clear();
    this.#said.set(key, now);
    return true;
  }
}
