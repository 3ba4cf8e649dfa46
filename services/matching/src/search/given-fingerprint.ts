import { countTransitions } from "@ntd/imagehash/compare";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { FieldFault } from "@ntd/service";
import { BYTES, isSearchable } from "./search-plan.ts";

/** What is wrong with a fingerprint of a picture that somebody else computed; undefined: nothing. */
export function fingerprintFault({ algorithm, value }: Fingerprint, field: string): FieldFault | undefined {
  if (!isSearchable(algorithm)) {
    return { field: `${field}.algorithm`, description: "is not named, or not looked up alone" };
  }
  const bytes = BYTES[algorithm];
  if (value.length === bytes) return undefined;
  return { field: `${field}.value`, description: `has ${value.length} bytes; it takes ${bytes}` };
}

/** How much a blockhash says follows from itself; of a PDQ hash, only whoever computed it can know. */
export function withDetail(fingerprint: Fingerprint): Fingerprint {
  const { algorithm, value } = fingerprint;
  return algorithm === "ALGORITHM_BLOCKHASH256" ? { ...fingerprint, quality: countTransitions(value) } : fingerprint;
}
