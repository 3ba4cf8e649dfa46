import type { Collection, Document, Query } from "@ntd/store";

const PAGE = 500;

/** Every document that matches, page by page, ordered by `orderBy` (default: by id). */
export async function* everyPage<S, F extends string>(
  collection: Collection<S, F>,
  where: NonNullable<Query<F>["where"]>,
): AsyncGenerator<Document<S>> {
  for (let after: Query<F>["after"]; ;) {
    const page = await collection.find({ where, limit: PAGE, ...(after && { after }) });
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = { id: last.id };
  }
}
