import type { Clock } from "@ntd/service";
import type { Collection, Document, Query } from "@ntd/store";
import { Places, type Place } from "./attribution.ts";
import { hold, release } from "./holders.ts";
import type { Others } from "../provider-changes/provider-change.ts";
import { placeOf, type Provider } from "./stored-provider.ts";

/** How far the clocks of two replicas may be apart, the time of a write included, for `refresh` to see it at once. */
const APART_MS = 10_000;
const PAGE = 500;

interface Held {
  version: number;
  isHotline: boolean;
  isRetired: boolean;
  place: Place & Pick<Provider, "identities">;
}

/**
 * Every provider in memory: where it is found and who speaks for it. A provider that this replica writes is in force at
 * once; what another wrote is asked for once a second by its index on the time of change.
 */
export class Directory {
  readonly #providers: Collection<Provider, "changedAt">;
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  readonly #places = new Places();
  readonly #identities = new Map<string, Set<string>>();
  #askedAt: Date;
  #speakers = 0;

  private constructor(providers: Collection<Provider, "changedAt">, clock: Clock) {
    this.#providers = providers;
    this.#clock = clock;
    this.#askedAt = clock.now();
  }

  static async open(providers: Collection<Provider, "changedAt">, clock: Clock): Promise<Directory> {
    const directory = new Directory(providers, clock);
    for await (const page of providers.pages({}, PAGE)) page.forEach((document) => directory.take(document));
    return directory;
  }

  /** Rises whenever somebody begins or ceases to speak for a provider. */
  get speakers(): number {
    return this.#speakers;
  }

  providersOf(identity: string): string[] {
    return [...(this.#identities.get(identity) ?? [])];
  }

  /** What a hotline is for; undefined of every other provider. What is not known is asked for. */
  async hotline(providerId: string): Promise<readonly string[] | undefined> {
    if (!this.#held.has(providerId)) await this.refresh();
    const held = this.#held.get(providerId);
    return held?.isHotline ? (held.place.countries ?? []) : undefined;
  }

  isRetired(providerId: string): boolean {
    return this.#held.get(providerId)?.isRetired ?? false;
  }

  /** What is known of all but one. */
  othersThan(providerId: string): Others {
    const places = [...this.#held.values()]
      .map(({ place }) => place)
      .filter((place) => place.providerId !== providerId);
    return { places, speaksFor: (identity) => this.providersOf(identity).find((id) => id !== providerId) };
  }

  /** Where all providers are found now, and where they would be found with this one as it is given. */
  compared(next: Place): { now: Places; after: Places } {
    const after = new Places();
    for (const place of this.othersThan(next.providerId).places) after.add(place);
    after.add(next);
    return { now: this.#places, after };
  }

  /** Whether an identity speaks for a provider. Before it says no, it asks for what is new. */
  async speaksFor(identity: string, providerId: string): Promise<boolean> {
    const speaks = () => this.#identities.get(identity)?.has(providerId) ?? false;
    if (speaks()) return true;
    await this.refresh();
    return speaks();
  }

  /** The providers of an address. Before it says that there is none, it asks for what is new. */
  async attribute(url: string, resolvedIp: string, country = ""): Promise<string[]> {
    const found = this.#places.of(url, resolvedIp, country);
    if (found.length > 0) return found;
    await this.refresh();
    return this.#places.of(url, resolvedIp, country);
  }

  /**
   * Takes in what was written since it was last asked. Each write stamps the provider with its replica's clock and is
   * seen some time after, so it asks from a little before: by its own clock, and not by the newest stamp that it saw,
   * which a clock that is fast would push past the writes of the others. What it has already is known by its version,
   * so two writes of one millisecond are two.
   */
  async refresh(): Promise<void> {
    const now = this.#clock.now();
    const gte = new Date(Math.min(this.#askedAt.getTime(), now.getTime()) - APART_MS);
    await this.#takeNewer({ where: { changedAt: { gte } }, orderBy: "changedAt" });
    this.#askedAt = now;
  }

  /** Compares the versions of all: a clock that is further apart, or a write that took longer, is found late, not never. */
  async compare(): Promise<void> {
    await this.#takeNewer({});
  }

  async #takeNewer(query: Omit<Query<"changedAt">, "limit">): Promise<void> {
    const { columns } = await this.#providers.project(query, { id: "text", version: "number" });
    for (const [i, id] of columns.id.entries()) {
      if ((this.#held.get(id)?.version ?? 0) >= (columns.version[i] ?? 0)) continue;
      const document = await this.#providers.load(id);
      if (document !== undefined) this.take(document);
    }
  }

  take({ id, version, state }: Document<Provider>): void {
    const held = this.#held.get(id);
    if (held !== undefined && held.version >= version) return;
    const { identities } = state;
    const place = { ...placeOf({ ...state, providerId: id }), identities };
    if (held !== undefined) this.#places.remove(held.place);
    for (const identity of held?.place.identities ?? []) release(this.#identities, identity, id);
    const [isHotline, isRetired] = [state.route === "ROUTE_HOTLINE", state.retired !== undefined];
    this.#held.set(id, { version, isHotline, isRetired, place });
    this.#places.add(place);
    for (const identity of identities) hold(this.#identities, identity, id);
    if (held?.place.identities.toString() !== identities.toString()) this.#speakers++;
  }
}

/** When a provider was last written. */
export function changedAt({ changes }: Provider): Date {
  return changes.at(-1)?.at ?? new Date(0);
}
