import type { Clock } from "@ntd/service";
import type { Collection, Document } from "@ntd/store";
import { Places, type Place } from "./attribution.ts";
import { hold, release } from "./holders.ts";
import type { Provider } from "../store.ts";

/** How far the clocks of two replicas may be apart, the time of a write included. */
const APART_MS = 10_000;
const PAGE = 200;

/**
 * Every provider in memory: where it is found and who speaks for it. A provider that this replica writes is in force at
 * once; what another wrote is asked for once a second by its index on the time of change.
 */
export class Directory {
  readonly #providers: Collection<Provider, "changedAt">;
  readonly #clock: Clock;
  readonly #held = new Map<string, { version: number; place: Place & Pick<Provider, "identities"> }>();
  readonly #places = new Places();
  readonly #identities = new Map<string, Set<string>>();
  #askedAt = new Date(0);
  #changes = 0;

  private constructor(providers: Collection<Provider, "changedAt">, clock: Clock) {
    this.#providers = providers;
    this.#clock = clock;
  }

  static async open(providers: Collection<Provider, "changedAt">, clock: Clock): Promise<Directory> {
    const directory = new Directory(providers, clock);
    await directory.refresh();
    return directory;
  }

  /** Raised by each change that was taken in. */
  get changes(): number {
    return this.#changes;
  }

  providersOf(identity: string): string[] {
    return [...(this.#identities.get(identity) ?? [])];
  }

  /** Whether an identity speaks for a provider. Before it says no, it asks for what is new. */
  async speaksFor(identity: string, providerId: string): Promise<boolean> {
    const speaks = () => this.#identities.get(identity)?.has(providerId) ?? false;
    if (speaks()) return true;
    await this.refresh();
    return speaks();
  }

  /** The providers of an address. Before it says that there is none, it asks for what is new. */
  async attribute(url: string, resolvedIp: string): Promise<string[]> {
    const found = this.#places.of(url, resolvedIp);
    if (found.length > 0) return found;
    await this.refresh();
    return this.#places.of(url, resolvedIp);
  }

  /**
   * Takes in what was written since it was last asked. Each write stamps the provider with its replica's clock and is
   * seen some time after, so it asks from a little before: by its own clock, and not by the newest stamp that it saw,
   * which a clock that is fast would push past the writes of the others. What it has already is known by its version,
   * so two writes of one millisecond are two.
   */
  async refresh(): Promise<void> {
    const now = this.#clock.now();
    const since = new Date(Math.min(this.#askedAt.getTime(), now.getTime()) - APART_MS);
    const query = { where: { changedAt: { gte: since } }, orderBy: "changedAt" as const, limit: PAGE };
    for (let after: object = {}; ;) {
      const page = await this.#providers.find({ ...query, ...after });
      for (const document of page) this.take(document);
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined) break;
      after = { after: { value: changedAt(last.state), id: last.id } };
    }
    this.#askedAt = now;
  }

  take(document: Document<Provider>): void {
    const { id, version, state } = document;
    const held = this.#held.get(id);
    if (held !== undefined && held.version >= version) return;
    if (held !== undefined) {
      this.#places.remove(held.place);
      for (const identity of held.place.identities) release(this.#identities, identity, id);
    }
    this.#changes += 1;
    const { domains, prefixes, identities } = state;
    const place = { providerId: id, domains, prefixes, identities };
    this.#held.set(id, { version, place });
    this.#places.add(place);
    for (const identity of identities) hold(this.#identities, identity, id);
  }
}

/** When a provider was last written. */
export function changedAt({ changes }: Provider): Date {
  return changes.at(-1)?.at ?? new Date(0);
}
