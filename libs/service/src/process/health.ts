import type { Logger } from "../telemetry/log.ts";
import { startLoop, type Loop } from "./loop.ts";
import { gauge } from "../telemetry/metrics.ts";

/** One thing that must answer before a service says SERVING, for example "store" or "bus". */
export interface Check {
  name: string;
  /** Resolves when well, rejects or outlives `timeoutMs` when not. */
  run(): Promise<void>;
}

/**
 * Health that is earned: NOT_SERVING until every check has passed, and again when one fails. Degradation (an outbox
 * that cannot drain, say) keeps SERVING and is told apart by its cause.
 */
export class Health implements AsyncDisposable {
  readonly #log: Logger;
  readonly #checks: Check[] = [];
  readonly #degraded = new Set<string>();
  readonly #seenCauses = new Set<string>();
  readonly #listeners = new Set<() => void>();
  /** Names of the checks that failed last; undefined before the first look. */
  #failed: readonly string[] | undefined;
  #draining = false;
  readonly #gauges = new DisposableStack();
  #loop: Loop | undefined;

  constructor(log: Logger) {
    this.#log = log;
    this.#gauges.use(gauge("ntd_serving", "1 while the service says SERVING", () => [[Number(this.serving), {}]]));
    this.#gauges.use(
      gauge("ntd_degraded", "1 while the cause is in force", () =>
        [...this.#seenCauses].map((cause) => [Number(this.#degraded.has(cause)), { cause }] as const),
      ),
    );
  }

  /** True between the first time all checks passed and the drain, while they pass. */
  get serving(): boolean {
    return this.#failed?.length === 0 && !this.#draining;
  }

  /** True from the first step of a drain on. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Tells `listener` whenever `serving` may have changed, until disposed. */
  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Causes now in force, for `ntd_degraded{cause}`. */
  get degraded(): ReadonlySet<string> {
    return this.#degraded;
  }

  add(check: Check): void {
    this.#checks.push(check);
  }

  degrade(cause: string, on = true): void {
    if (on === this.#degraded.has(cause)) return;
    this.#seenCauses.add(cause);
    if (on) this.#degraded.add(cause);
    else this.#degraded.delete(cause);
    this.#log.warn({ cause, degraded: on }, on ? "degraded" : "no longer degraded");
  }

  /** Starts checking every `periodMs`; a check that takes longer than `timeoutMs` has failed. */
  start(periodMs = 1000, timeoutMs = 800): void {
    this.#loop = startLoop("health", periodMs, this.#log, async () => {
      const failed = await this.#failing(timeoutMs);
      if (failed.join() === this.#failed?.join()) return;
      this.#failed = failed;
      this.#log.info({ failed }, failed.length === 0 ? "serving" : "not serving");
      this.#tell();
    });
  }

  /** First step of a drain: says NOT_SERVING for good. */
  drain(): void {
    this.#draining = true;
    this.#tell();
  }

  /** Drains. Acquire it last, so that it is disposed first. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.drain();
    await this.#loop?.[Symbol.asyncDispose]();
    this.#gauges.dispose();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  async #failing(timeoutMs: number): Promise<string[]> {
    const results = await Promise.allSettled(this.#checks.map(async (check) => within(timeoutMs, check.run())));
    return this.#checks.filter((_, i) => results[i]?.status === "rejected").map((check) => check.name);
  }
}

async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
