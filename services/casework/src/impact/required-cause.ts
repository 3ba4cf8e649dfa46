import { nameOf } from "@ntd/facts";
import type { Cause } from "@ntd/proto/casework/v1/impact";
import { Problem, shown } from "@ntd/service";
import type { What } from "./causes.ts";

/**
 * The cause that a request names, a person with or without the kind of identity.
 *
 * @throws Problem FIELD_INVALID when it names none.
 */
export function requireCause(cause: Cause | undefined): What {
  const what = cause?.what;
  if (what === undefined || what.value === "") {
    const description = "is empty; name an entry with its set, a release, a set, a rule, a person or a case";
    throw Problem.fields({ field: "cause", description });
  }
  if (what.$case === "entry") requireEntry(what.value);
  if (what.$case === "rule" && !RULES.has(what.value)) {
    const description = `${shown(what.value)} is none of ${[...RULES].join(", ")}`;
    throw Problem.fields({ field: "cause.rule", description });
  }
  return what.$case === "person" ? { ...what, value: nameOf(what.value) } : what;
}

function requireEntry({ setId, entryId }: Extract<What, { $case: "entry" }>["value"]): void {
  const faults = Object.entries({ set_id: setId, entry_id: entryId })
    .filter(([, id]) => id === "")
    .map(([name]) => ({ field: `cause.entry.${name}`, description: "is empty; name an entry with its set" }));
  if (faults.length > 0) throw Problem.fields(...faults);
}

/** What machines decide by (`ruleOf`). */
const RULES: ReadonlySet<string> = new Set(["sha256", "md5+sha1", "pdq"]);
