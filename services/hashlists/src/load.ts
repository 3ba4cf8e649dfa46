import { Problem } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { HashSetState } from "./sets/hash-set.ts";
import { isVisible, type ReleaseState } from "./releases/release.ts";
import type { RevocationState } from "./revocations/revocation.ts";
import type { Collections } from "./store.ts";

/** @throws Problem NOT_FOUND. */
export async function loadSet({ sets }: Pick<Collections, "sets">, setId: string): Promise<Document<HashSetState>> {
  const found = await sets.load(setId);
  if (found === undefined) throw new Problem("NOT_FOUND", "There is no such set. Create it first.");
  return found;
}

/** @throws Problem NOT_FOUND, also while it is being uploaded. */
export async function loadRelease(
  { releases }: Pick<Collections, "releases">,
  releaseId: string,
): Promise<Document<ReleaseState>> {
  const found = await releases.load(releaseId);
  if (found === undefined || !isVisible(found.state)) throw new Problem("NOT_FOUND", "There is no such release.");
  return found;
}

/** @throws Problem NOT_FOUND. */
export async function loadRevocation(
  { revocations }: Pick<Collections, "revocations">,
  revocationId: string,
): Promise<Document<RevocationState>> {
  const found = await revocations.load(revocationId);
  if (found === undefined) throw new Problem("NOT_FOUND", "There is no such revocation.");
  return found;
}
