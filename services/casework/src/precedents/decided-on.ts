import type { CaseFile } from "../cases/case.ts";

/** The bytes that were there when a person decided; without SHA-256 where those were not known. */
export interface DecidedOn {
  decisionId: string;
  sha256?: string;
}

/** Decisions of which the bytes are kept: later episodes ask for the newest one. */
const KEPT = 10;

/** The case that keeps which bytes that decision of a person is about, whatever is at the address later. */
export function withDecidedOn(file: CaseFile, decisionId: string): CaseFile {
  const sha256 = sha256Of(file);
  const known = (file.decidedOn ?? []).filter((one) => one.decisionId !== decisionId);
  return { ...file, decidedOn: [...known, { decisionId, ...(sha256 !== undefined && { sha256 }) }].slice(-KEPT) };
}

/** The bytes that the decision is about. Of one of release 0.2, which kept none, those that were seen last. */
export function decidedBytes(file: CaseFile, decisionId: string): string | undefined {
  const kept = file.decidedOn?.find((one) => one.decisionId === decisionId);
  return kept === undefined ? sha256Of(file) : kept.sha256;
}

/** Of what was seen last. */
export function sha256Of({ target }: CaseFile): string | undefined {
  const found = target?.fingerprints.find(({ algorithm }) => algorithm === "ALGORITHM_SHA256");
  return found && Buffer.from(found.value).toString("hex");
}
