import { Problem } from "@ntd/service";

/** So many faults of named entries are told. */
export const MOST_FAULTS = 20;

/** Names the fields of entries that cannot be what is asked of them, the first of many. */
export function namedFaults(wanted: readonly string[], description: string, ofAll: string): Problem {
  const fields = wanted.slice(0, MOST_FAULTS).map((field) => ({ field, description }));
  const named = fields.map(({ field }) => field).join(", ");
  const some =
    wanted.length === 1 ? `One of them ${description}; take it` : `${wanted.length} of them ${ofAll}; take them`;
  const message = `${some} out and send it again: ${named}`;
  return new Problem("NOT_FOUND", message, { fields });
}
