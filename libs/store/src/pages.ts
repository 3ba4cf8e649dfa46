import { callSignal } from "@ntd/service";
import type { Collection, CollectionSpec, Document, FieldValue, Query } from "./port.ts";

/** Page after page, each found behind the last document of the one before; no further one when its call is over. */
export async function* pagesOf<S, F extends string>(
  find: Collection<S, F>["find"],
  fields: CollectionSpec<S, F>["fields"],
  query: Omit<Query<F>, "limit">,
  size: number,
): AsyncGenerator<Document<S>[]> {
  for (let after = query.after; ;) {
    callSignal()?.throwIfAborted();
    const page = await find({ ...query, ...(after && { after }), limit: size });
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < size) return;
    const ordered = query.orderBy === undefined ? undefined : fields[query.orderBy];
    const value = (ordered as ((state: S) => FieldValue | undefined) | undefined)?.(last.state);
    after = { id: last.id, ...(value !== undefined && { value }) };
  }
}
