/** Tells the streams of a provider in this process what came for them, so that none of them has to ask. */
export class Bells {
  readonly #byProvider = new Map<string, Set<Bell>>();
  readonly #all = new Set<Bell>();

  get size(): number {
    return this.#all.size;
  }

  /** Providers that a stream of this process listens for. */
  get providers(): number {
    return this.#byProvider.size;
  }

  open(): Bell {
    const bell = new Bell(this.#byProvider, () => this.#all.delete(bell));
    this.#all.add(bell);
    return bell;
  }

  /** Something may wait to be offered: to this provider, or to any. */
  ring(providerId?: string): void {
    for (const bell of this.#of(providerId)) bell.ring(providerId);
  }

  /** Something that was sent before may have to be sent again. */
  again(providerId: string): void {
    for (const bell of this.#of(providerId)) bell.again(providerId);
  }

  /** A stream stamped this revision. The others send it too: the one that did may hang on a dead connection. */
  stamped(providerId: string, noticeId: string, revision: number): void {
    for (const bell of this.#of(providerId)) {
      if ((bell.carried.get(noticeId)?.revision ?? 0) < revision) bell.again(providerId);
    }
  }

  /** The provider took this notice up to this revision, or it is over: whoever carries it has room for another. */
  over(providerId: string, noticeId: string, revision = Infinity): void {
    for (const bell of this.#of(providerId)) {
      if ((bell.carried.get(noticeId)?.revision ?? 0) <= revision) bell.over(noticeId);
    }
  }

  #of(providerId: string | undefined): Iterable<Bell> {
    return providerId === undefined ? this.#all : (this.#byProvider.get(providerId) ?? []);
  }
}

/** What one stream has been told and not yet looked at, and what it carries. */
export class Bell implements Disposable {
  /** Each notice that the stream carries: sent, and neither taken, refused nor over. */
  readonly carried = new Map<string, { providerId: string; revision: number; sentAt: number }>();
  /** Carried for so long that they count in no window any more. */
  readonly aside = new Set<string>();
  /** Providers for whom something may wait. */
  readonly fresh = new Set<string>();
  /** Providers whose notices that were sent before are to be gone through. */
  readonly resent = new Set<string>();
  /** Providers that may have to be told to wait or to restore. */
  readonly urgent = new Set<string>();
  readonly #byProvider: Map<string, Set<Bell>>;
  readonly #close: () => void;
  #listensTo: readonly string[] = [];
  #rung = false;
  #wake: (() => void) | undefined;

  constructor(byProvider: Map<string, Set<Bell>>, close: () => void) {
    this.#byProvider = byProvider;
    this.#close = close;
  }

  /** The providers whose notices the stream carries; those that are new to it are looked at from their beginning. */
  listenTo(providerIds: readonly string[]): void {
    for (const id of this.#listensTo.filter((known) => !providerIds.includes(known))) this.#leave(id);
    for (const id of providerIds.filter((asked) => !this.#listensTo.includes(asked))) {
      this.#byProvider.set(id, (this.#byProvider.get(id) ?? new Set()).add(this));
      this.fresh.add(id);
      this.resent.add(id);
      this.urgent.add(id);
    }
    this.#listensTo = providerIds;
  }

  ring(providerId?: string): void {
    for (const id of providerId === undefined ? this.#listensTo : [providerId]) this.fresh.add(id);
    this.#strike();
  }

  again(providerId?: string): void {
    for (const id of providerId === undefined ? this.#listensTo : [providerId]) {
      this.urgent.add(id);
      this.resent.add(id);
    }
    this.#strike();
  }

  /** The stream has sent it. */
  carry(providerId: string, { noticeId, revision }: { noticeId: string; revision: number }): void {
    this.aside.delete(noticeId);
    this.carried.set(noticeId, { providerId, revision, sentAt: performance.now() });
  }

  over(noticeId: string): void {
    this.aside.delete(noticeId);
    if (this.carried.delete(noticeId)) this.#strike();
  }

  /** Carried notices that fill the window. */
  get inWindow(): number {
    return this.carried.size - this.aside.size;
  }

  /** Resolves at the next stroke, after `ms`, or when `signal` aborts. A stroke while nobody waits is kept. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = () => resolve();
      this.#wake = wake;
      const timer = setTimeout(wake, ms);
      signal.addEventListener("abort", wake, { once: true });
      await promise;
      signal.removeEventListener("abort", wake);
      clearTimeout(timer);
      this.#wake = undefined;
    }
    this.#rung = false;
  }

  [Symbol.dispose](): void {
    for (const id of this.#listensTo) this.#leave(id);
    this.#close();
  }

  #strike(): void {
    this.#rung = true;
    this.#wake?.();
  }

  #leave(providerId: string): void {
    const bells = this.#byProvider.get(providerId);
    bells?.delete(this);
    if (bells?.size === 0) this.#byProvider.delete(providerId);
    this.fresh.delete(providerId);
    this.resent.delete(providerId);
    this.urgent.delete(providerId);
    // No receipt of this stream can free their room any more.
    for (const [noticeId, sent] of this.carried) if (sent.providerId === providerId) this.over(noticeId);
  }
}
