import { change, type Change, type Collection, type Document } from "@ntd/store";

/** As `change`, of a document that was loaded already: it is loaded again only if somebody else wrote meanwhile. */
export async function changeFound<S, F extends string>(
  collection: Collection<S, F>,
  found: Document<S>,
  decide: (state: S) => Change<S> | undefined,
): Promise<Document<S>> {
  const decided = decide(found.state);
  if (decided === undefined) return found;
  const saved = await collection.save(found, decided.state, decided.event);
  return saved ?? (await change(collection, found.id, (state) => state && decide(state))) ?? found;
}
