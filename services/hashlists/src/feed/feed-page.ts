import type { FeedChange, FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import type { RevocationCause } from "@ntd/proto/common/v1/common";
import type { FeedRecipient } from "@ntd/proto/hashlists/v1/hash_list_service";
import { entriesOf, type ChunkState } from "../chunks/entry-chunk.ts";
import { idKeys } from "../entries/entry-id.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { ToldOfSet } from "../standings/known-told.ts";
import { standingAt, type Standing } from "../standings/standing.ts";
import type { Collections } from "../store.ts";
import type { KnownRevoked } from "../revoked/known-revoked.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { placesFor } from "./recipients.ts";

/** What a page is made of. */
export interface Source {
  collections: Pick<
    Collections,
    "sets" | "releases" | "entries" | "prints" | "revocations" | "revoked" | "packedSteps"
  >;
  set: HashSetState;
  recipient: FeedRecipient;
  size: number;
  revokedIn: KnownRevoked;
  /** What members say of its entries. */
  told: ToldOfSet;
  /** What the partner may have, in short: a page that began with other rights does not go on. */
  may: string;
}

export interface SourcePage {
  changes: FeedChange[];
  next: Checkpoint;
  fromPart: number;
  toPart: number;
  /** What is in force when these pages are read to their end. */
  whole?: WholeSet;
  /** Of changes: what was in force before. */
  before?: WholeSet;
}

/** All that a set has at a counter. */
export interface WholeSet {
  counter: number;
  releaseId: string;
}

/** How the entries of a set stand at a counter by what members say, by their keys; undefined where nobody says anything. */
export function standingsAt(told: ToldOfSet, counter: number): (key: string) => Standing | undefined {
  return (key) => {
    const own = told.in(key.charCodeAt(0)).get(key);
    return own && standingAt(own, counter);
  };
}

/** Entries of chunks as partners get them; not for those that this one may not have. */
export class FeedWords {
  readonly #places: ReadonlySet<number>;
  readonly #standingOf: (key: string) => Standing | undefined;
  readonly #chunks = new Map<ChunkState, { entries: ReturnType<typeof entriesOf>; keys: string[] }>();

  /** @param standingOf as they are told. */
  constructor(recipient: FeedRecipient, standingOf: (key: string) => Standing | undefined) {
    this.#places = placesFor(recipient);
    this.#standingOf = standingOf;
  }

  may(chunk: ChunkState, i: number): boolean {
    return this.#places.has(chunk.algorithms[i] ?? -1);
  }

  /** Whether nothing may be found by it now. */
  isDisabled(key: string): boolean {
    return this.#standingOf(key)?.disabled === true;
  }

  put(chunk: ChunkState, i: number): FeedChange {
    return { change: { $case: "put", value: this.entry(chunk, i) } };
  }

  entry(chunk: ChunkState, i: number): FeedEntry {
    const { entries, keys } = this.#of(chunk);
    const { fingerprint, classification, votes = 0, fileKey = new Uint8Array(), sizeBytes = 0 } = entries[i] ?? {};
    const { leastVotes = 0, disputed = false } = this.#standingOf(keys[i] ?? "") ?? {};
    const counted = disputed ? 0 : Math.max(votes, leastVotes);
    return { fingerprint, classification, votes: counted, fileKey, sizeBytes, disputed };
  }

  removal(chunk: ChunkState, i: number, why: { cause?: RevocationCause; disabled?: true } = {}): FeedChange {
    const { cause = "REVOCATION_CAUSE_UNSPECIFIED", disabled = false } = why;
    const { fingerprint } = this.#of(chunk).entries[i] ?? {};
    return { change: { $case: "removal", value: { fingerprint, cause, disabled } } };
  }

  #of(chunk: ChunkState) {
    const of = this.#chunks.get(chunk) ?? { entries: entriesOf(chunk), keys: idKeys(chunk.ids) };
    this.#chunks.set(chunk, of);
    return of;
  }
}
