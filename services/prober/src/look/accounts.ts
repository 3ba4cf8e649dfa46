/**
 * Whose turn it is, by the time that each has had so far: the least is next. Deficit round robin without rounds: who
 * comes anew begins at what the least of those taking part has had, so nothing is saved up by staying away, and who has
 * had much waits until the others have had as much.
 */
export class Accounts {
  readonly #accounts = new Map<string, Account>();
  readonly #weightOf: (name: string) => number;

  /** One of twice the weight gets twice the time. */
  constructor(weightOf: (name: string) => number = () => 1) {
    this.#weightOf = weightOf;
  }

  /** Takes part from now on; does nothing for one who does already. */
  join(name: string, now: number): void {
    if (this.#accounts.has(name)) return;
    let least = Number.POSITIVE_INFINITY;
    for (const other of this.#accounts.keys()) least = Math.min(least, this.spent(other, now));
    this.#accounts.set(name, { spent: Number.isFinite(least) ? least : 0, running: 0, begun: 0 });
  }

  /** No longer takes part, unless something of it still runs. */
  leave(name: string): void {
    if (this.#accounts.get(name)?.running === 0) this.#accounts.delete(name);
  }

  begin(name: string, now: number): void {
    this.join(name, now);
    const account = this.#accounts.get(name);
    if (account === undefined) return;
    account.running++;
    account.begun += now;
    account.spent += BEGIN_MS / this.#weightOf(name);
  }

  end(name: string, begun: number, now: number): void {
    const account = this.#accounts.get(name);
    if (account === undefined) return;
    account.running--;
    account.begun -= begun;
    account.spent += Math.max(0, now - begun) / this.#weightOf(name);
  }

  running(name: string): number {
    return this.#accounts.get(name)?.running ?? 0;
  }

  /** What runs counts as far as it got. */
  spent(name: string, now: number): number {
    const account = this.#accounts.get(name);
    if (account === undefined) return 0;
    return account.spent + Math.max(0, account.running * now - account.begun) / this.#weightOf(name);
  }
}

/** What beginning costs, so that turns are taken also when nothing takes time. */
const BEGIN_MS = 20;

interface Account {
  spent: number;
  running: number;
  /** Sum of the times at which what runs began. */
  begun: number;
}
