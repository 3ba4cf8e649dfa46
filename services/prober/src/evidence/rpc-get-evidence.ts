import type { GetEvidenceRequest, GetEvidenceResponse } from "@ntd/proto/prober/v1/probe_service";
import { Problem } from "@ntd/service";
import type { Collection } from "@ntd/store";
import type { Evidence } from "./keep.ts";

/** The signed record of one look; it holds no address. */
export function getEvidence({ evidence }: { evidence: Collection<Evidence> }) {
  return async ({ evidenceId }: GetEvidenceRequest): Promise<GetEvidenceResponse> => {
    const found = await evidence.load(evidenceId);
    if (found === undefined) throw new Problem("NOT_FOUND");
    const { record, signature } = found.state;
    return { record, signature };
  };
}
