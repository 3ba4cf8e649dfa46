import type { FeedChange, FeedEntry } from "@ntd/proto/feed/v1/feed_service";
import type { RevocationCause } from "@ntd/proto/common/v1/common";
import type { FeedRecipient } from "@ntd/proto/hashlists/v1/hash_list_service";
import { entriesOf, type ChunkState } from "../entries/entry-chunk.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import type { Collections } from "../store.ts";
import type { KnownRevoked } from "../views/known-revoked.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { placesFor } from "./recipients.ts";

/** What a page is made of. */
export interface Source {
  collections: Pick<Collections, "releases" | "entries" | "revocations" | "revoked">;
  set: HashSetState;
  recipient: FeedRecipient;
  size: number;
  revokedIn: KnownRevoked;
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

/** Entries of chunks as partners get them; undefined for those that this one may not have. */
export class FeedWords {
  readonly #places: ReadonlySet<number>;
  readonly #entries = new Map<ChunkState, ReturnType<typeof entriesOf>>();

  constructor(recipient: FeedRecipient) {
    this.#places = placesFor(recipient);
  }

  may(chunk: ChunkState, i: number): boolean {
    return this.#places.has(chunk.algorithms[i] ?? -1);
  }

  put(chunk: ChunkState, i: number): FeedChange {
    return { change: { $case: "put", value: this.entry(chunk, i) } };
  }

  entry(chunk: ChunkState, i: number): FeedEntry {
    const entry = this.#of(chunk)[i];
    const { fingerprint, classification, votes = 0, fileKey = new Uint8Array(), sizeBytes = 0 } = entry ?? {};
    return { fingerprint, classification, votes, fileKey, sizeBytes };
  }

  removal(chunk: ChunkState, i: number, cause: RevocationCause = "REVOCATION_CAUSE_UNSPECIFIED"): FeedChange {
    return { change: { $case: "removal", value: { fingerprint: this.#of(chunk)[i]?.fingerprint, cause } } };
  }

  #of(chunk: ChunkState) {
    const entries = this.#entries.get(chunk) ?? entriesOf(chunk);
    this.#entries.set(chunk, entries);
    return entries;
  }
}
