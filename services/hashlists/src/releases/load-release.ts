import { Problem } from "@ntd/service";
import type { Document } from "@ntd/store";
import { isVisible, type ReleaseState } from "./release.ts";
import type { Collections } from "../store.ts";

/** @throws Problem NOT_FOUND, also while it is being uploaded. */
export async function loadRelease(
  { releases }: Pick<Collections, "releases">,
  releaseId: string,
): Promise<Document<ReleaseState>> {
  const found = await releases.load(releaseId);
  if (found === undefined || !isVisible(found.state)) throw new Problem("NOT_FOUND", "There is no such release.");
  return found;
}
