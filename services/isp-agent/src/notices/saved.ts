import { change, type Document } from "@ntd/store";
import type { Notices } from "../store.ts";
import type { Notice } from "./notice.ts";

/** The notice after a step; it is loaded again only if somebody else wrote meanwhile. */
export async function saved(
  notices: Notices,
  found: Document<Notice>,
  step: (notice: Notice) => Notice,
): Promise<Document<Notice>> {
  const next = step(found.state);
  if (next === found.state) return found;
  const done = await notices.save(found, next);
  if (done !== undefined) return done;
  const changed = await change(notices, found.id, (notice) => {
    const state = notice && step(notice);
    return state === undefined || state === notice ? undefined : { state };
  });
  return changed ?? found;
}
