import type { RefusedReason } from "@ntd/proto/hashlists/v1/hash_list_service";

export type RefusedReasonName = Exclude<RefusedReason, "REFUSED_REASON_UNSPECIFIED" | "UNRECOGNIZED">;

export interface Fault {
  field: string;
  problem: string;
  reason: RefusedReasonName;
  /** How the field's value begins. */
  value?: string;
}

/** A fault of a field of our own CSV, with how its text begins. */
export function faultIn(
  field: keyof typeof REASONS,
  problem: string,
  text = "",
  reason: RefusedReasonName = REASONS[field],
): Fault {
  return { field, problem, reason, ...(text !== "" && { value: text.slice(0, SHOWN) }) };
}

/** Of a value that is shown: no hash that got into another column can be known by it. */
const SHOWN = 12;

const REASONS = {
  algorithm: "REFUSED_REASON_ALGORITHM",
  value: "REFUSED_REASON_VALUE",
  quality: "REFUSED_REASON_QUALITY",
  scheme: "REFUSED_REASON_CLASSIFICATION",
  code: "REFUSED_REASON_CLASSIFICATION",
  votes: "REFUSED_REASON_VOTES",
  size: "REFUSED_REASON_SIZE",
  source_id: "REFUSED_REASON_SOURCE_ID",
  revoked: "REFUSED_REASON_TAKEN_BACK",
  removed: "REFUSED_REASON_TAKEN_BACK",
} as const satisfies Record<string, RefusedReasonName>;
