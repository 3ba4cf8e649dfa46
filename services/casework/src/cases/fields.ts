import type { DecideCaseRequest } from "@ntd/proto/casework/v1/case_service";
import { ReporterSentence } from "@ntd/proto/intake/v1/report";
import { requireRequestId } from "@ntd/rpc";
import { schemeFaults, type Schemes } from "@ntd/schemes";
import { Problem, shown, type FieldFault } from "@ntd/service";

/** Reads what every call that changes a case names; beside the fields of its own (`gather`). */
export function callFields({ requestId, caseId }: { requestId: string; caseId: string }) {
  return { requestId: () => requireRequestId(requestId), caseId: () => requireCaseId(caseId) };
}

/** @throws Problem FIELD_INVALID when it is empty. */
export function requireCaseId(caseId: string): void {
  if (caseId === "") throw Problem.fields({ field: "case_id", description: "is empty; name a case" });
}

/** @throws Problem FIELD_INVALID when it is empty. */
export function requireDecisionId(decisionId: string): void {
  if (decisionId === "") throw Problem.fields({ field: "decision_id", description: "is empty; name a decision" });
}

/** @throws Problem FIELD_INVALID when it is empty or too long. */
export function requireReason(reason: string): void {
  if (reason.trim() !== "" && reason.length <= MAX_TEXT) return;
  const description = `has ${reason.trim() === "" ? "no" : reason.length} characters; it takes 1 to ${MAX_TEXT}`;
  throw Problem.fields({ field: "reason", description });
}

const VERDICTS: ReadonlySet<string> = new Set(["VERDICT_ILLEGAL", "VERDICT_NOT_ILLEGAL", "VERDICT_OUT_OF_SCOPE"]);
const SENTENCES: ReadonlySet<string> = new Set(Object.values(ReporterSentence).filter((one) => one !== "UNRECOGNIZED"));
const MAX_CLASSIFICATIONS = 20;
const MAX_NAME = 100;
const MAX_TEXT = 2000;

/** @throws Problem FIELD_INVALID naming every field that is not as it must be. */
export function requireDecision(request: DecideCaseRequest, schemes: Schemes): void {
  const faults = [
    ...verdictFaults(request),
    ...classificationFaults(request, schemes),
    ...textFaults(request),
    ...reasonFaults(request, schemes),
    ...sentenceFaults(request),
  ];
  if (faults.length > 0) throw Problem.fields(...faults);
}

function verdictFaults({ decision, basis }: DecideCaseRequest): FieldFault[] {
  if (!VERDICTS.has(decision)) {
    return [{ field: "decision", description: `${shown(decision)} is none of ILLEGAL, NOT_ILLEGAL, OUT_OF_SCOPE` }];
  }
  if (decision !== "VERDICT_ILLEGAL" || basis.trim() !== "") return [];
  return [{ field: "basis", description: "is empty; ILLEGAL takes its legal basis" }];
}

// Who reported it is told by it what was decided: it must not say otherwise.
function sentenceFaults({ decision, reporterSentence: said }: DecideCaseRequest): FieldFault[] {
  if (said === undefined || said === "REPORTER_SENTENCE_UNSPECIFIED") return [];
  const isKnown = SENTENCES.has(said);
  if (isKnown && (decision !== "VERDICT_ILLEGAL" || said === "REPORTER_SENTENCE_ACTED_ON")) return [];
  const description = isKnown ? "does not go with ILLEGAL, which takes ACTED_ON or none" : `${shown(said)} is unknown`;
  return [{ field: "reporter_sentence", description }];
}

/** Where codes are demanded, so is why: "illegal" and "not illegal" are said for whoever looks at it later. */
function reasonFaults({ decision, reason }: DecideCaseRequest, { national }: Schemes): FieldFault[] {
  if (national === "" || reason.trim() !== "") return [];
  if (!VERDICTS.has(decision) || decision === "VERDICT_OUT_OF_SCOPE") return [];
  return [{ field: "reason", description: "is empty; ILLEGAL and NOT_ILLEGAL take why" }];
}

function classificationFaults({ classifications, decision }: DecideCaseRequest, schemes: Schemes): FieldFault[] {
  if (classifications.length > MAX_CLASSIFICATIONS) {
    const description = `has ${classifications.length} entries; it takes ${MAX_CLASSIFICATIONS} at most`;
    return [{ field: "classifications", description }];
  }
  const ofText = classifications.flatMap(({ scheme, version, code }, index) =>
    Object.entries({ scheme, version, code })
      .filter(([, value]) => value.trim() === "" || value.length > MAX_NAME)
      .map(([name, value]) => ({
        field: `classifications[${index}].${name}`,
        description: `${shown(value)} is not text of 1 to ${MAX_NAME} characters`,
      })),
  );
  // What is no text is no code of any scheme either: that is said once.
  const isSaid = ({ field }: FieldFault) => ofText.some((one) => one.field.startsWith(`${field}.`));
  const ofSchemes = schemeFaults(schemes, classifications, decision === "VERDICT_ILLEGAL");
  return [...ofText, ...ofSchemes.filter((fault) => !isSaid(fault))];
}

function textFaults({ basis, reason }: DecideCaseRequest): FieldFault[] {
  return Object.entries({ basis, reason })
    .filter(([, value]) => value.length > MAX_TEXT)
    .map(([field, value]) => ({ field, description: `has ${value.length} characters; it takes ${MAX_TEXT} at most` }));
}
