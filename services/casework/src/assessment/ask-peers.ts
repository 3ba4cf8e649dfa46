import type { GetDossierResponse } from "@ntd/proto/casework/v1/assessment_service";
import type { CaseFile } from "../cases/case.ts";
import type { Deps } from "../deps.ts";

type Answers = Pick<GetDossierResponse, "reports" | "nearMisses" | "unanswered">;

/** What other services know of a case: each is asked at the same time, and none is waited for longer than this. */
const PATIENCE_MS = 3000;

/** What reporters said, and what nearly matches. Who does not answer is named. */
export async function askPeers(
  { reporters, matching, log }: Pick<Deps, "reporters" | "matching" | "log">,
  file: CaseFile,
  reader: string,
  signal: AbortSignal,
): Promise<Answers> {
  const { caseId, targetId, reports, target } = file;
  const within = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const unanswered: string[] = [];
  async function asked<T>(peer: string, ask: () => Promise<T[]>): Promise<T[]> {
    try {
      return await ask();
    } catch (err) {
      log.warn({ err, peer, caseId }, "a dossier lacks what a peer knows");
      unanswered.push(peer);
      return [];
    }
  }
  const reportIds = reports.ids.slice(0, MOST_REPORTS);
  const fingerprints = target?.fingerprints ?? [];
  const [said, near] = await Promise.all([
    asked("intake", async () => {
      if (reportIds.length === 0) return [];
      if (reporters === undefined) throw new Error("NTD_INTAKE_ADDRESS is not set");
      return (await reporters.describeReports({ reportIds, reader, caseId, targetId }, { signal: within })).reports;
    }),
    asked("matching", async () => {
      if (fingerprints.length === 0) return [];
      return (await matching.lookup({ fingerprints, withNearMisses: true }, { signal: within })).nearMisses;
    }),
  ]);
  return { reports: said, nearMisses: near, unanswered: unanswered.toSorted() };
}

const MOST_REPORTS = 20;
