import { DEFAULT_THRESHOLDS } from "@ntd/imagehash/compare";
import type { ReadOptions } from "../reading/release-reader.ts";
import type { HashSetState } from "../sets/hash-set.ts";

/** How a list of a set is read, whoever writes it. */
export function readOptionsOf(
  { policy: { role, thresholds } }: Pick<HashSetState, "policy">,
  { format, isDelta }: { format: ReadOptions["format"]; isDelta: boolean },
): ReadOptions {
  const { pdqQuality } = thresholds ?? DEFAULT_THRESHOLDS;
  return { format, isDelta, pdqQuality, isNegative: role === "SET_ROLE_NEGATIVE" };
}
