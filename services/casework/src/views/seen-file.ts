import { isSamePerson } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { DecideCaseRequest } from "@ntd/proto/casework/v1/case_service";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { CaseFile } from "../cases/case.ts";

type Said = Pick<DecideCaseRequest, "decision" | "inDoubt" | "embedded">;

/** Of these bytes; a film's frames come from what was looked at of it. */
const TOLD: ReadonlySet<string> = new Set(["ALGORITHM_SHA256", "ALGORITHM_SHA1", "ALGORITHM_MD5", "ALGORITHM_PDQ"]);

/** The file that a person speaks of who decides so; undefined where they are in doubt, or speak of something else. */
export function fileOf(
  { target }: Pick<CaseFile, "target">,
  { decision, inDoubt, embedded }: Said,
): Fingerprint[] | undefined {
  if (decision !== "VERDICT_ILLEGAL" && decision !== "VERDICT_NOT_ILLEGAL") return undefined;
  if (inDoubt || embedded !== undefined) return undefined;
  const fingerprints = (target?.fingerprints ?? []).filter(({ algorithm }) => TOLD.has(algorithm));
  if (sha256In(fingerprints) === undefined) return undefined;
  if (target?.film === undefined) return fingerprints;
  return [...fingerprints, { algorithm: "ALGORITHM_VPDQ", value: target.film, quality: 0 }];
}

/** The decision with who looked a second time and says the same of the same file. */
export function seenByBoth(first: Decision, { seen: other }: Pick<Decision, "seen">): Decision {
  const { seen } = first;
  if (seen === undefined || other === undefined) return first;
  if (sha256In(seen.fingerprints) !== sha256In(other.fingerprints)) return first;
  const more = other.persons.filter((one) => !seen.persons.some((known) => isSamePerson(known, one)));
  return more.length === 0 ? first : { ...first, seen: { ...seen, persons: [...seen.persons, ...more] } };
}

/** As hex; undefined where it is not known. */
export function sha256In(fingerprints: readonly Fingerprint[]): string | undefined {
  const found = fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256");
  return found && Buffer.from(found.value).toString("hex");
}
