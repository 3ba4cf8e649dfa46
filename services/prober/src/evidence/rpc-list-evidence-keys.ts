import type { ListEvidenceKeysResponse } from "@ntd/proto/prober/v1/probe_service";
import type { JSONWebKeySet } from "@ntd/service";

/** Public keys only. */
export function listEvidenceKeys({ evidenceKeys }: { evidenceKeys: () => JSONWebKeySet }) {
  return async (): Promise<ListEvidenceKeysResponse> => ({ jwksJson: JSON.stringify(evidenceKeys()) });
}
