import type { ReferralFile } from "@ntd/proto/casework/v1/referral_service";
import { openWords, Problem, shownAddress } from "@ntd/service";
import { recordReadings, type ReadingKind } from "@ntd/host";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import { requireCaseId } from "../cases/fields.ts";
import { published } from "../cases/publish.ts";
import type { Deps } from "../deps.ts";
import { isFromPolice, linkIdOf } from "../links/link.ts";
import { whatReportsSaid } from "../links/what-reports-said.ts";
import { referralView } from "./referral-message.ts";

type Reading = Pick<Deps, "cases" | "links" | "readings" | "clock" | "sealer" | "reporters" | "log">;

/**
 * All of a referral, opened for `reader`: that is written first.
 *
 * @throws Problem NOT_FOUND for what is not referred.
 */
export async function openReferral(
  deps: Reading,
  caseId: string,
  { reader, kind }: { reader: string; kind: ReadingKind },
): Promise<ReferralFile> {
  requireCaseId(caseId);
  const file = (await deps.cases.load(caseId))?.state;
  if (file?.referral === undefined) throw new Problem("NOT_FOUND");
  const reportIds = await namedReports(deps, file);
  const { sealer } = deps;
  const referral = referralView(file, file.referral, (sealed) => openWords(sealer, sealed));
  const { address, resolvedIp, fingerprints, firstReportTime, goneTime, icse } = published(file);
  await recordReadings(deps, { reader, kind, resource: `cases/${caseId}`, caseId });
  const words = await whatReportsSaid(deps, { reportIds, reader, caseId, targetId: file.targetId });
  const decision = toldDecisions(file).at(-1);
  const decided = { classifications: decision?.classifications ?? [], decidedTime: decision?.decidedTime };
  const times = { firstReportTime, goneTime };
  return {
    referral,
    ...shownAddress(sealer, address),
    resolvedIp,
    fingerprints,
    ...decided,
    ...times,
    reportIds,
    icse,
    ...(words && { words }),
  };
}

// Who reports is nobody's to pass on but their own; what police reported is theirs.
async function namedReports({ links }: Reading, { targetId, reports }: CaseFile): Promise<string[]> {
  const found = await Promise.all(reports.ids.map((reportId) => links.load(linkIdOf(reportId, targetId))));
  return found.flatMap((link) =>
    link !== undefined && (link.state.consents === true || isFromPolice(link.state)) ? [link.state.reportId] : [],
  );
}
