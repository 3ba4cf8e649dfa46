import { Problem } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { RevocationState } from "./revocation.ts";
import type { Collections } from "../store.ts";

/** @throws Problem NOT_FOUND. */
export async function loadRevocation(
  { revocations }: Pick<Collections, "revocations">,
  revocationId: string,
): Promise<Document<RevocationState>> {
  const found = await revocations.load(revocationId);
  if (found === undefined) throw new Problem("NOT_FOUND", "There is no such revocation.");
  return found;
}
