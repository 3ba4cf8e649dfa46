import type { ListExportKeysResponse } from "@ntd/proto/casework/v1/referral_service";
import type { Deps } from "../deps.ts";

/** The public keys that verify exports, the one in use first; none where nothing is signed. */
export function listExportKeys({ signing }: Pick<Deps, "signing">) {
  return async (): Promise<ListExportKeysResponse> => ({ jwksJson: JSON.stringify(signing?.keySet() ?? { keys: [] }) });
}
