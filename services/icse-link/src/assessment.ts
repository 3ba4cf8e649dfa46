import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { Assessment } from "@ntd/proto/icse/v1/icse_link_service";

/** Fixed assessments by `algorithm:hex`, for example `md5:0cc175b9c0f1b6a831c399e269772661`. */
export type Answers = ReadonlyMap<string, Assessment>;

/** The gravest assessment of any of the fingerprints; UNKNOWN when none has an answer. */
export function assessmentOf(answers: Answers, fingerprints: readonly Fingerprint[]): Assessment {
  const found = new Set(fingerprints.map((fingerprint) => answers.get(keyOf(fingerprint))));
  return GRAVEST_FIRST.find((assessment) => found.has(assessment)) ?? "ASSESSMENT_UNKNOWN";
}

const GRAVEST_FIRST: readonly Assessment[] = [
  "ASSESSMENT_BASELINE",
  "ASSESSMENT_NATIONALLY_ILLEGAL",
  "ASSESSMENT_NOT_ILLEGAL",
];

function keyOf({ algorithm, value }: Fingerprint): string {
  return `${algorithm.replace("ALGORITHM_", "").toLowerCase()}:${Buffer.from(value).toString("hex")}`;
}
