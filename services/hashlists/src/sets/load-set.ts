import { Problem } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { HashSetState } from "./hash-set.ts";
import type { Collections } from "../store.ts";

/** @throws Problem NOT_FOUND. */
export async function loadSet({ sets }: Pick<Collections, "sets">, setId: string): Promise<Document<HashSetState>> {
  const found = await sets.load(setId);
  if (found === undefined) throw new Problem("NOT_FOUND", "There is no such set. Create it first.");
  return found;
}
