import { DifferenceKind, type EntryDifference, type ListedEntry } from "@ntd/proto/hashlists/v1/set_view_service";
import type { At } from "../entries/bucket-changes.ts";
import type { ChunkState } from "../chunks/entry-chunk.ts";
import type { Difference } from "../entries/store-changes.ts";
import { listedOf } from "./release-entries.ts";

/** Differences as they are shown, those of one kind or all. */
export class DifferenceWords {
  readonly #kind: DifferenceKind;
  readonly #listed = new Map<ChunkState, ReturnType<typeof listedOf>>();

  constructor(kind: DifferenceKind) {
    this.#kind = kind;
  }

  /** One by one; what is not on a page is only counted, and never put into words. */
  *told(difference: Difference): Generator<() => EntryDifference, void, undefined> {
    if ("removed" in difference) {
      if (!this.#wants("DIFFERENCE_KIND_REMOVED")) return;
      for (const [, at] of difference.removed) yield () => this.#of("DIFFERENCE_KIND_REMOVED", at, undefined);
      return;
    }
    const { chunk, added, changed, before } = difference;
    if (this.#wants("DIFFERENCE_KIND_ADDED")) {
      for (const i of added) yield () => this.#of("DIFFERENCE_KIND_ADDED", undefined, { chunk, i });
    }
    if (!this.#wants("DIFFERENCE_KIND_CHANGED")) return;
    for (const [nth, i] of changed.entries()) {
      yield () => this.#of("DIFFERENCE_KIND_CHANGED", before[nth], { chunk, i });
    }
  }

  #wants(kind: DifferenceKind): boolean {
    return this.#kind === DifferenceKind.UNSPECIFIED || this.#kind === kind;
  }

  #of(kind: DifferenceKind, was: At | undefined, is: At | undefined): EntryDifference {
    const [before, after] = [was && this.#entry(was), is && this.#entry(is)];
    return { kind, ...(before && { before }), ...(after && { after }) };
  }

  #entry({ chunk, i }: At): ListedEntry | undefined {
    const listed = this.#listed.get(chunk) ?? listedOf(chunk);
    this.#listed.set(chunk, listed);
    // What was revoked is in neither list.
    return listed(i, false);
  }
}
