import type { ListSigningKeysResponse } from "@ntd/proto/takedown/v1/notice_service";
import type { Deps } from "../deps.ts";

/** The public keys that verify notices, the one in use first, old ones after it. */
export function listSigningKeys({ keySet }: Deps) {
  return async (): Promise<ListSigningKeysResponse> => ({ jwksJson: JSON.stringify(keySet()) });
}
