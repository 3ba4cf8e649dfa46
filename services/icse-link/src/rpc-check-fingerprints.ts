import type { CheckFingerprintsRequest, CheckFingerprintsResponse } from "@ntd/proto/icse/v1/icse_link_service";
import { Problem } from "@ntd/service";
import { assessmentOf, type Answers } from "./assessment.ts";

export const STUB = "STUB: fixed answers, no link to any database";

const MAX_FINGERPRINTS = 100;

/** Answers from the file; every answer says that it is the stub's. */
export function checkFingerprints(answers: Answers) {
  return async ({ fingerprints }: CheckFingerprintsRequest): Promise<CheckFingerprintsResponse> => {
    if (fingerprints.length === 0 || fingerprints.length > MAX_FINGERPRINTS) {
      const description = `has ${fingerprints.length} entries; it takes 1 to ${MAX_FINGERPRINTS}`;
      throw Problem.fields({ field: "fingerprints", description });
    }
    return { assessment: assessmentOf(answers, fingerprints), stub: true, source: STUB };
  };
}
