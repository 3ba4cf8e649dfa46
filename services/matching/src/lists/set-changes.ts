import type { RevokedHit } from "@ntd/proto/matching/v1/match";
import type { ChangesHeader, Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import type { LoadedSet } from "./loaded-set.ts";
import { ReleaseBuilder } from "../entries/release-builder.ts";
import type { Sources } from "./set-entries.ts";
import { Turns } from "./turns.ts";

/** More of them, and more than a tenth of the list, are not taken for a change: rows are searched in the whole list then. */
const MOST = 100_000;
const SHARE = 0.1;

type Why = Pick<RevokedHit, "cause" | "revokedBy">;

/** What a row that was searched at an earlier counter has to be searched in. */
export interface Changes {
  /** What is new, as a small set of its own. Undefined: nothing is; "all": search in the whole list. */
  fresh: LoadedSet | "all" | undefined;
  /** Entries whose hits may be gone or others now; "many": any. */
  lost: readonly string[] | "many";
  /** Nothing but revocations since: what was ahead of that counter lost no more than what was at it. */
  onlyRevocations: boolean;
}

const NOTHING_BEFORE: Changes = { fresh: "all", lost: [], onlyRevocations: false };
const UNKNOWN: Changes = { fresh: "all", lost: "many", onlyRevocations: false };

const RETIRED: Changes = { fresh: undefined, lost: "many", onlyRevocations: false };

/** What lies between earlier counters of a set and the one that it is loaded through. Each is asked for once. */
export class SetChanges implements AsyncDisposable {
  readonly set: LoadedSet;
  readonly #sources: Pick<Sources, "hashlists" | "threads">;
  readonly #turns: Pick<Turns, "work">;
  readonly #known = new Map<number, Changes>();
  readonly #revoked = new Map<number, ReadonlyMap<string, Why>>();

  constructor(
    set: LoadedSet,
    sources: Pick<Sources, "hashlists" | "threads">,
    turns: Pick<Turns, "work"> = new Turns(),
  ) {
    this.set = set;
    this.#sources = sources;
    this.#turns = turns;
  }

  /** @throws Problem PEER_UNAVAILABLE when hashlists does not answer, or not with all of it. */
  async since(counter: number, signal: AbortSignal): Promise<Changes> {
    const known = this.#known.get(counter);
    if (known !== undefined) return known;
    const changes = counter === 0 ? NOTHING_BEFORE : await this.#changes(counter, signal);
    this.#known.set(counter, changes);
    return changes;
  }

  /**
   * Those of the entries that were revoked behind a counter, why, and by whom. Hashlists is asked only when there is one to ask
   * for: a release brings no revocation.
   *
   * @throws Problem PEER_UNAVAILABLE when hashlists does not answer.
   */
  async revokedAmong(entryIds: readonly string[], after: number, signal: AbortSignal): Promise<RevokedHit[]> {
    if (entryIds.length === 0) return [];
    const { setId } = this.set;
    const revoked = this.#revoked.get(after) ?? (await this.#readRevoked(after, signal));
    this.#revoked.set(after, revoked);
    return [...new Set(entryIds)].flatMap((entryId) => {
      const why = revoked.get(entryId);
      return why === undefined ? [] : [{ setId, entryId, ...why }];
    });
  }

  // The first time that an entry is revoked counts; it may come twice.
  async #readRevoked(after: number, signal: AbortSignal): Promise<Map<string, Why>> {
    const revoked = new Map<string, Why>();
    const stream = { setId: this.set.setId, afterCounter: BigInt(after), together: true };
    for await (const { entryIds, cause, revokedBy } of this.#sources.hashlists.streamRevocations(stream, { signal })) {
      for (const entryId of entryIds) if (!revoked.has(entryId)) revoked.set(entryId, { cause, revokedBy });
    }
    return revoked;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { fresh } of this.#known.values()) {
      if (fresh !== undefined && fresh !== "all") await fresh.entries[Symbol.asyncDispose]();
    }
  }

  async #changes(counter: number, signal: AbortSignal): Promise<Changes> {
    // All that it had is gone, and nobody needs to name it.
    return counter < this.set.retiredCounter ? RETIRED : await this.#read(counter, signal);
  }

  async #read(counter: number, signal: AbortSignal): Promise<Changes> {
    const { setId, counter: through, entries } = this.set;
    const { hashlists, threads } = this.#sources;
    // On threads however small it is: a million rows are searched in it.
    using builder = new ReleaseBuilder(entries.floors, { threads });
    let header: ChangesHeader | undefined;
    let lost: string[] | "many" = [];
    const most = Math.max(MOST, SHARE * entries.size);
    const stream = { setId, afterCounter: BigInt(counter), throughCounter: BigInt(through) };
    for await (const some of hashlists.streamChanges(stream, { signal })) {
      header ??= some.header;
      if (header === undefined || header.historyUnknown || header.policyChanged) break;
      // What members say of a listed entry matters to who hit it; to all others where it can be found again.
      const back = some.restated.filter(({ fingerprint }) => fingerprint !== undefined);
      await this.#turns.work(() => [...some.added, ...some.changed, ...back].forEach((entry) => builder.add(entry)));
      if (builder.size > most) return UNKNOWN;
      if (lost !== "many") lost.push(...some.removedEntryIds, ...idsOf(some.changed), ...idsOf(some.restated));
      if (lost.length > MOST) lost = "many";
    }
    if (header === undefined) throw new Problem("PEER_UNAVAILABLE", "Changes of a set came without their header.");
    if (header.historyUnknown || header.policyChanged) return UNKNOWN;
    const fresh = builder.size === 0 ? undefined : this.set.withEntries(await builder.build());
    return { fresh, lost, onlyRevocations: !header.othersInBetween };
  }
}

function idsOf(entries: readonly Entry[]): string[] {
  return entries.map(({ entryId }) => entryId);
}
