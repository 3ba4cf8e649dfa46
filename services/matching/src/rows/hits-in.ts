import type { Hit } from "@ntd/proto/matching/v1/match";
import type { LoadedSet } from "../lists/loaded-set.ts";
import { planOfContent, type Row } from "./row.ts";

/** What a set has of the row's content. Of what was derived of the target itself nothing is told: it is that target. */
export async function hitsIn(set: Pick<LoadedSet, "search">, { targetId, content }: Row): Promise<Hit[]> {
  const hits = await set.search(planOfContent(content));
  return hits.filter((hit) => !isOfItself(hit, targetId));
}

/** Whether it is of what was derived of this target: its own picture, which is no news of it. */
export function isOfItself({ setRole, entryId }: Pick<Hit, "setRole" | "entryId">, targetId: string): boolean {
  return setRole === "SET_ROLE_DERIVED" && entryId === targetId;
}
