import type { GetDossierResponse } from "@ntd/proto/casework/v1/assessment_service";
import type { Hit } from "@ntd/proto/matching/v1/match";
import type { CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";
import { PATIENCE_MS, whatReportsSaid } from "../links/what-reports-said.ts";

type Answers = Pick<GetDossierResponse, "reports" | "nearMisses" | "unanswered">;

/** What reporters said, and what nearly matches: both are asked at the same time, and who does not answer is named. */
export async function askPeers(
  deps: Pick<Deps, "reporters" | "matching" | "log">,
  file: CaseFile,
  reader: string,
  signal: AbortSignal,
): Promise<Answers> {
  const { caseId, targetId, reports } = file;
  const [said, near] = await Promise.all([
    whatReportsSaid(deps, { reportIds: reports.ids, reader, caseId, targetId }, signal),
    nearMissesOf(deps, file, signal),
  ]);
  const unanswered = [...(said?.unanswered ? ["intake"] : []), ...(near === undefined ? ["matching"] : [])];
  return { reports: said?.reports ?? [], nearMisses: near ?? [], unanswered };
}

async function nearMissesOf(
  { matching, log }: Pick<Deps, "matching" | "log">,
  { caseId, target }: CaseFile,
  signal: AbortSignal,
): Promise<Hit[] | undefined> {
  const { fingerprints = [] } = target ?? {};
  if (fingerprints.length === 0) return [];
  try {
    const within = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
    return (await matching.lookup({ fingerprints, withNearMisses: true }, { signal: within })).nearMisses;
  } catch (err) {
    log.warn({ err, caseId }, "what nearly matches is not known now");
    return undefined;
  }
}
