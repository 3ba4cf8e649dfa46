import { Problem } from "@ntd/service";
import type { Adapted } from "../guarded.ts";
import type { CollectionSpec, OutboxEvent } from "../port.ts";
import type { Journal } from "./journal.ts";

/**
 * A collection whose documents that protect or take back stand in the journal before they are written. One that stands
 * there is followed: what it no longer protects must not be brought back as if it did.
 */
export function journaled<S, F extends string, C extends string>(
  spec: CollectionSpec<S, F, C>,
  collection: Adapted<S, F, C>,
  journal: Journal | undefined,
): Adapted<S, F, C> {
  const { name, journaled: protects } = spec;
  if (journal === undefined || protects === undefined) return collection;
  const isFollowed = ({ id, state }: { id: string; state: S }) => protects(state) || journal.has(name, id);
  const written = async <T>(
    document: { id: string; version: number; state: S },
    event: OutboxEvent | undefined,
    write: () => Promise<T | undefined>,
  ): Promise<T | undefined> => {
    if (!isFollowed(document)) return write();
    const { id, version, state } = document;
    const stored = event && { ...event, version };
    const n = await journal.append({ collection: name, id, version, state: state as object, event: stored });
    try {
      const done = await write();
      if (done === undefined) await journal.takeBack(n);
      return done;
    } catch (error) {
      // Of a store that did not answer nobody knows. What asks for protection then counts, as after a crash.
      if (!(error instanceof Problem) || error.reason !== "STORE_UNAVAILABLE") await journal.takeBack(n);
      throw error;
    } finally {
      journal.settled(n);
    }
  };
  return {
    ...collection,
    insert: (id, state, event) => written({ id, version: 1, state }, event, () => collection.insert(id, state, event)),
    async insertMany(documents, options) {
      const protecting = documents.filter(isFollowed);
      if (protecting.length === 0) return collection.insertMany(documents, options);
      const others = documents.filter((document) => !isFollowed(document));
      const inserted = await collection.insertMany(others, options);
      // Together: they share flushes.
      const done = await Promise.all(
        protecting.map(({ id, state }) =>
          written({ id, version: 1, state }, undefined, () => collection.insert(id, state)),
        ),
      );
      return inserted + done.filter((one) => one !== undefined).length;
    },
    save: (document, state, event) =>
      written({ id: document.id, version: document.version + 1, state }, event, () =>
        collection.save(document, state, event),
      ),
    async remove(...ids) {
      await collection.remove(...ids);
      const known = ids.filter((id) => journal.has(name, id));
      const version = Number.MAX_SAFE_INTEGER;
      await Promise.all(
        known.map(async (id) => journal.settled(await journal.append({ collection: name, id, version }))),
      );
    },
  };
}
