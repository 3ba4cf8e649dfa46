import { Problem, type Clock } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import { renewed } from "../schedule/claim.ts";
import type { Targets } from "../store.ts";
import type { Target } from "../targets/target-state.ts";

export interface LeaseDeps {
  targets: Targets;
  clock: Clock;
  leaseMs: number;
  /** No request begins later than so long after the claim was given or renewed: it must not end under it. */
  slotLimitMs: number;
}

/** The claim of a look: for what takes long it is renewed, a third of the lease apart. */
export class Lease {
  readonly #deps: LeaseDeps;
  #document: Document<Target>;
  #since = performance.now();

  constructor(deps: LeaseDeps, taken: Document<Target>) {
    this.#deps = deps;
    this.#document = taken;
  }

  /** As it was saved last under this claim. */
  get document(): Document<Target> {
    return this.#document;
  }

  /** No further request may begin. */
  late(): boolean {
    return performance.now() - this.#since > this.#deps.slotLimitMs;
  }

  /** @throws what `job` throws, and Problem VERSION_CONFLICT through `lost` when somebody else has the claim. */
  async during<T>(job: (lost: AbortSignal) => Promise<T>): Promise<T> {
    const lost = new AbortController();
    let renewing = Promise.resolve();
    const timer = setInterval(() => {
      renewing = renewing.then(() => this.#renew()).catch((error: unknown) => lost.abort(error));
    }, this.#deps.leaseMs / 3);
    try {
      return await job(lost.signal);
    } finally {
      clearInterval(timer);
      await renewing;
    }
  }

  async #renew(): Promise<void> {
    const { targets, clock, leaseMs } = this.#deps;
    const { claim } = this.#document.state.work;
    const isOurs = ({ work }: Target) => work.claim === claim && work.claimedUntil !== undefined;
    const saved = await change(targets, this.#document.id, (state) =>
      state && isOurs(state) ? { state: renewed(state, clock.now(), leaseMs) } : undefined,
    );
    if (saved === undefined || !isOurs(saved.state)) throw new Problem("VERSION_CONFLICT");
    this.#document = saved;
    this.#since = performance.now();
  }
}
