import { entriesIn, fieldsIn, shown, textIn, type Fault } from "@ntd/service";

/** Reporters whom the hotline knows, by "{kind}/{name}" of their certificate. */
export type ListedReporters = ReadonlyMap<string, ListedReporter>;

export interface ListedReporter {
  kind: ReporterKind;
  name: string;
  /** Its reports raise the priority, and its word that a child is in danger counts as that of police. */
  trusted: boolean;
}

const KINDS = ["public", "industry", "partner_hotline", "police"] as const;
export type ReporterKind = (typeof KINDS)[number];

/** Reads `{reporters: {identity: {kind, name, trusted}}}`. */
export function readReporters(data: unknown, fault: Fault): ListedReporters {
  const { reporters = {} } = Object.fromEntries(fieldsIn(data, "", fault, ["reporters"]));
  const given = entriesIn(reporters, "reporters", fault);
  return new Map(given.map(([identity, one], nth) => [identity, readOne(identity, `reporters[${nth}]`, one, fault)]));
}

// Faults name it by its number: they are logged, and no log line names a person.
function readOne(identity: string, at: string, data: unknown, fault: Fault): ListedReporter {
  const given = fieldsIn(data, at, fault, ["kind", "name", "trusted"]);
  if (!/^(reporter|police)\/[^/\s]+$/.test(identity)) fault(at, 'is no identity such as "reporter/example"');
  const word = textIn(given.get("kind"), `${at}.kind`, fault);
  const kind = KINDS.find((one) => one === word);
  if (word !== "" && kind === undefined) fault(`${at}.kind`, `is ${shown(word)}, and none of ${KINDS.join(", ")}`);
  if (kind !== undefined && (kind === "police") !== identity.startsWith("police/")) {
    fault(`${at}.kind`, "does not go with its identity: police/… is of the kind police, and nobody else is");
  }
  const trusted = given.get("trusted") ?? false;
  if (typeof trusted !== "boolean") fault(`${at}.trusted`, "is neither true nor false");
  return { kind: kind ?? "public", name: textIn(given.get("name"), `${at}.name`, fault), trusted: trusted === true };
}
