import { listScope, pageSize, pageToken, readPageToken, type PageCursor, type PageRequest } from "@ntd/rpc";
import { gather } from "@ntd/service";
import type { Collection, Document, Query } from "@ntd/store";

/** One page of a list. */
export interface Page<S> {
  documents: Document<S>[];
  /** "" when there is no further page. */
  nextPageToken: string;
}

/**
 * The page of a list RPC that a request asks for (AIP-158): its size and token, a query, and the token of the next one.
 *
 * @param request whole: a token goes on only in a list that is asked for with the same filter.
 * @param valueOf what the query is ordered by, when it names an `orderBy`.
 * @throws Problem FIELD_INVALID for a size or token that is none, or a token of another list.
 */
export async function listPage<S, F extends string>(
  collection: Pick<Collection<S, F>, "find">,
  request: PageRequest,
  query: Omit<Query<F>, "limit" | "after"> = {},
  valueOf?: (state: S) => PageCursor["value"],
): Promise<Page<S>> {
  const scope = listScope(request, `${query.orderBy ?? ""} ${query.descending === true}`);
  const { size, after } = gather({
    size: () => pageSize(request.pageSize),
    after: () => readPageToken(request.pageToken, scope),
  });
  const found = await collection.find({ ...query, ...(after && { after }), limit: size + 1 });
  const documents = found.slice(0, size);
  const last = found.length > size ? documents.at(-1) : undefined;
  return { documents, nextPageToken: pageToken(last && cursorOf(last, valueOf), scope) };
}

function cursorOf<S>({ id, state }: Document<S>, valueOf?: (state: S) => PageCursor["value"]): PageCursor {
  const value = valueOf?.(state);
  return value === undefined ? { id } : { id, value };
}
