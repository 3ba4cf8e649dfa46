import { decode } from "../codec.ts";
import { filling, type Filling } from "../filling.ts";
import type { Client } from "./client.ts";
import type { FoundRow, Missing } from "./messages.ts";
import { indexName, type SqlValue } from "./query.ts";

/**
 * Fills what a table lacks, a page at a time beside everything else: the place is written down with each page, so that
 * a process that is killed goes on there. A document that is written meanwhile has its fields from its writer; one whose
 * version rose in between is read again. Then the indexes are made: each takes the store's thread for about a second for
 * a million documents.
 */
export function fillTable<S>(
  client: Client,
  name: string,
  values: (state: S) => (SqlValue | null)[],
  { columns, after, indexes }: Missing,
): Filling {
  const names = columns.map((column) => column.slice('"f_'.length, -1));
  // The place is the one before these rows: it may be believed only when all in front of it are written.
  async function write(rows: readonly FoundRow[], place: string): Promise<void> {
    const filled = rows.map(({ id, version, state }) => ({ id, version, values: values(decode<S>(state)) }));
    const ids = await client.ask("fill", { in: name, rows: filled, after: place });
    if (ids.length > 0) await write(await client.ask("unfilled", { in: name, ids }), place);
  }
  let place = after;
  async function work(): Promise<void> {
    if (columns.length > 0) {
      for (;;) {
        const rows = await client.ask("unfilled", { in: name, after: place });
        const last = rows.at(-1);
        if (last === undefined) break;
        await write(rows, place);
        place = last.id;
      }
      await client.ask("filled", { in: name });
    }
    for (const index of indexes) await client.ask("index", { in: name, name: index });
  }
  const isComplete = columns.length === 0 && indexes.length === 0;
  return filling(
    { names, isIndexLacking: (index) => indexes.includes(indexName(name, index)) },
    isComplete ? undefined : work,
    () => client.isClosed,
  );
}
