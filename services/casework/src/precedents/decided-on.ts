import type { CaseFile } from "../cases/case.ts";
import { hitKey } from "../evidence/substance.ts";

/** The bytes that were there when a person decided; without SHA-256 where those were not known. */
export interface DecidedOn {
  decisionId: string;
  sha256?: string;
  /** Keys of the hits that were known then; of the newest decision alone. */
  hits?: string[];
}

/** Decisions of which the bytes are kept: later episodes ask for the newest one. */
const KEPT = 10;

/** The case that keeps which bytes that decision of a person is about, whatever is at the address later. */
export function withDecidedOn(file: CaseFile, decisionId: string): CaseFile {
  const sha256 = sha256Of(file);
  const others = (file.decidedOn ?? []).filter((one) => one.decisionId !== decisionId);
  const known = others.map((one): DecidedOn => {
    const { hits: _, ...bytes } = one;
    return bytes;
  });
  const hits = (file.match?.hits ?? []).map(hitKey);
  const made = { decisionId, ...(sha256 !== undefined && { sha256 }), ...(hits.length > 0 && { hits }) };
  return { ...file, decidedOn: [...known, made].slice(-KEPT) };
}

/** Keys of the hits that the last decision, if it is a person's, was made on; none once other bytes are there. */
export function hitsDecidedOn(file: CaseFile): readonly string[] {
  const last = file.decisions.at(-1)?.decisionId;
  const { sha256, hits = [] } = file.decidedOn?.find(({ decisionId }) => decisionId === last) ?? {};
  return sha256 !== undefined && sha256 === sha256Of(file) ? hits : [];
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
