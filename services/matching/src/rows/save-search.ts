import type { RevokedHit } from "@ntd/proto/matching/v1/match";
import type { Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { countSearch } from "../metrics.ts";
import { matchEvent } from "./publish.ts";
import { takeSearch, type Row, type SetSearch } from "./row.ts";

/** Saves what was found for a row, with its event if that is to be told; false when somebody else wrote it meanwhile. */
export async function saveSearch(
  { collections, clock }: Pick<Deps, "collections" | "clock">,
  document: Document<Row>,
  row: Row,
  found: readonly SetSearch[],
  revoked: readonly RevokedHit[] = [],
): Promise<boolean> {
  const now = clock.now();
  const next = takeSearch(row, found, now, revoked);
  const { told } = next;
  // What pages show is told to them.
  const isNews = told !== undefined && told !== row.told && next.shownOn === undefined;
  const saved = await collections.rows.save(
    document,
    next,
    isNews ? matchEvent(document.id, next, told, now) : undefined,
  );
  if (saved !== undefined && isNews) countSearch(told.hits.length > 0 ? "found" : "none");
  return saved !== undefined;
}
