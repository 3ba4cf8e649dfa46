import type { Algorithm } from "@ntd/proto/common/v1/common";

/** Whether it tells equal bytes, and nothing that is merely alike. */
export function isOfBytes(algorithm: Algorithm): boolean {
  return OF_BYTES.has(algorithm);
}

const OF_BYTES: ReadonlySet<Algorithm> = new Set(["ALGORITHM_SHA256", "ALGORITHM_SHA1", "ALGORITHM_MD5"]);
