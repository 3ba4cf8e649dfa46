import type { Collection, Where } from "./port.ts";

/** More than a minute of a country makes, or of a hundred replicas. */
const MOST = 10_000;

/** Removes what is older than that by `field`, the oldest first, some 10,000 at once: for a loop that comes again. */
export async function removeOlder<S, F extends string, C extends string>(
  collection: Pick<Collection<S, F, C>, "project" | "remove">,
  field: F,
  than: Date,
): Promise<void> {
  const where = { [field]: { lt: than } } as Where<F>;
  const { columns } = await collection.project({ where, orderBy: field, limit: MOST }, { id: "text" });
  if (columns.id.length > 0) await collection.remove(...columns.id);
}
