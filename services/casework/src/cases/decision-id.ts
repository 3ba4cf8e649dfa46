import { derivedId } from "@ntd/service";
import type { CaseFile } from "./case.ts";

/** The id of the case's next decision: the same however often it is made again after a crash. */
export function decisionIdOf(file: CaseFile): string {
  return derivedId("decision", file.caseId, file.decisions.length + (file.undoneCount ?? 0) + 1);
}
