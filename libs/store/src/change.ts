import { Problem } from "@ntd/service";
import type { Collection, Document, OutboxEvent } from "./port.ts";

/** The new state and, if the published state changed, its event. */
export interface Change<S> {
  state: S;
  event?: OutboxEvent | undefined;
}

/**
 * Load, decide, save: the one way a handler writes. `decide` is called again with the newer state when somebody else
 * wrote meanwhile; it returns undefined to leave the document as it is.
 *
 * @returns the document as it now is, or undefined when there is none and `decide` made none.
 * @throws Problem VERSION_CONFLICT after ten lost races.
 */
export async function change<S, F extends string>(
  collection: Collection<S, F>,
  id: string,
  decide: (state: S | undefined, version: number) => Change<S> | undefined,
): Promise<Document<S> | undefined> {
  for (let attempt = 0; attempt < 10; attempt++) {
    const found = await collection.load(id);
    const decided = decide(found?.state, found?.version ?? 0);
    if (decided === undefined) return found;
    const saved =
      found === undefined
        ? await collection.insert(id, decided.state, decided.event)
        : await collection.save(found, decided.state, decided.event);
    if (saved !== undefined) return saved;
  }
  throw new Problem("VERSION_CONFLICT");
}
