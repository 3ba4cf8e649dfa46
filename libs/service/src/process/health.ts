import type { Logger } from "../telemetry/log.ts";
import { systemClock, type Clock } from "./clock.ts";
import { startLoop, type Loop } from "./loop.ts";
import { Problem } from "../problem/problem.ts";
import { within } from "./within.ts";
import { gauge } from "../telemetry/metrics.ts";

/** One thing that must answer before a service says SERVING, for example "store" or "bus". */
export interface Check {
  name: string;
  /** Resolves when well, rejects or outlives `timeoutMs` when not. */
  run(): Promise<void>;
}

/** A check that failed when it was looked at last. */
export interface FailedCheck {
  name: string;
  /** A sentence of the catalogue: of what nobody named, the log has the cause. */
  reason: string;
  since: Date;
}

/**
 * Health that is earned: NOT_SERVING until every check has passed, and again when one fails. Degradation (an outbox
 * that cannot drain, say) keeps SERVING and is told apart by its cause.
 */
export class Health implements AsyncDisposable {
  readonly #log: Logger;
  readonly #checks: Check[] = [];
  readonly #clock: Clock;
  readonly #degraded = new Map<string, Date>();
  readonly #seenCauses = new Set<string>();
  readonly #listeners = new Set<() => void>();
  /** Undefined before the first look. */
  #failed: readonly FailedCheck[] | undefined;
  #draining = false;
  readonly #gauges = new DisposableStack();
  readonly #began: Date;
  #loop: Loop | undefined;

  constructor(log: Logger, clock: Clock = systemClock) {
    this.#log = log;
    this.#clock = clock;
    this.#began = clock.now();
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
    return new Set(this.#degraded.keys());
  }

  /** Causes now in force, and since when. */
  get causes(): readonly { cause: string; since: Date }[] {
    return [...this.#degraded].map(([cause, since]) => ({ cause, since }));
  }

  /** What keeps it from serving; before the first look every check has yet to pass. */
  get failed(): readonly FailedCheck[] {
    return this.#failed ?? this.#checks.map(({ name }) => ({ name, reason: NOT_LOOKED, since: this.#began }));
  }

  add(check: Check): void {
    this.#checks.push(check);
  }

  degrade(cause: string, on = true): void {
    if (on === this.#degraded.has(cause)) return;
    this.#seenCauses.add(cause);
    if (on) this.#degraded.set(cause, this.#clock.now());
    else this.#degraded.delete(cause);
    this.#log.warn({ cause, degraded: on }, on ? "degraded" : "no longer degraded");
  }

  /** Starts checking every `periodMs`; a check that takes longer than `timeoutMs` has failed. */
  start(periodMs = 1000, timeoutMs = 800): void {
    this.#loop = startLoop("health", periodMs, this.#log, async () => {
      const failed = await this.#failing(timeoutMs);
      const isChanged = this.#failed === undefined || namesOf(failed).join() !== namesOf(this.#failed).join();
      this.#failed = failed;
      if (!isChanged) return;
      const reasons = failed.map(({ reason }) => reason);
      this.#log.info({ failed: namesOf(failed), reasons }, failed.length === 0 ? "serving" : "not serving");
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

  async #failing(timeoutMs: number): Promise<FailedCheck[]> {
    const results = await Promise.allSettled(this.#checks.map(async (check) => within(timeoutMs, check.run())));
    return results.flatMap((result, i) => {
      const name = this.#checks[i]?.name ?? "";
      return result.status === "fulfilled"
        ? []
        : [{ name, reason: this.#reasonOf(result.reason), since: this.#since(name) }];
    });
  }

  #since(name: string): Date {
    return this.#failed?.find((one) => one.name === name)?.since ?? this.#clock.now();
  }

  // What nobody named must not leave the process; told at each look, it would fill the log.
  #reasonOf(error: unknown): string {
    const problem = Problem.from(error);
    if (problem.reason === "INTERNAL") this.#log.debug({ error }, "a check failed");
    return problem.message;
  }
}

const NOT_LOOKED = "It was not looked at yet.";

function namesOf(checks: readonly { name: string }[]): string[] {
  return checks.map(({ name }) => name);
}
