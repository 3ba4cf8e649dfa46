import { Problem } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { RevocationState } from "./revocation.ts";
import type { Collections } from "../store.ts";

/** @throws Problem NOT_FOUND, also for one of the other kind: nobody gives back what he thinks he takes back. */
export async function loadRevocation(
  { revocations }: Pick<Collections, "revocations">,
  revocationId: string,
  kind?: "revocation" | "restoration",
): Promise<Document<RevocationState>> {
  const found = await revocations.load(revocationId);
  const isOther = kind !== undefined && (found?.state.restores ?? false) !== (kind === "restoration");
  if (found === undefined || isOther) throw new Problem("NOT_FOUND", `There is no such ${kind ?? "revocation"}.`);
  return found;
}
