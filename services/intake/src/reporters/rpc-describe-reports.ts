import type {
  DescribedReport,
  DescribeReportsRequest,
  DescribeReportsResponse,
} from "@ntd/proto/intake/v1/reporter_service";
import { recordReadings } from "@ntd/host";
import { openWords, Problem, shown, type FieldFault } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { StoredReport } from "../store.ts";

const MAX_REPORTS = 20;
/** Words of all reports of an answer together: with all else it must fit in one message, and in casework's. */
const MAX_BYTES = 2 * 1024 * 1024;

/**
 * What reporters said, opened for a person whom casework names. That they were read is written first: where that fails
 * nothing is told. Each call is a reading of its own, of a repeat too.
 */
export function describeReports(deps: Pick<Deps, "reports" | "readings" | "sealer" | "clock">) {
  return async (request: DescribeReportsRequest): Promise<DescribeReportsResponse> => {
    requireDescribable(request);
    const { reader, caseId, targetId } = request;
    const ids = [...new Set(request.reportIds)];
    const found = (await Promise.all(ids.map((id) => deps.reports.load(id)))).filter((one) => one !== undefined);
    const read = found.map(({ id }) => ({ reader, kind: "words" as const, resource: `reports/${id}`, caseId }));
    await recordReadings(deps, ...read);
    const mostBytes = Math.floor(MAX_BYTES / Math.max(1, found.length));
    const cut = (text: string) => cutTo(text, mostBytes);
    return { reports: found.map(({ id, state }) => described(deps, id, state, { targetId, cut })) };
  };
}

function described(
  deps: Pick<Deps, "sealer">,
  reportId: string,
  report: StoredReport,
  { targetId, cut }: { targetId: string; cut: (text: string) => string },
): DescribedReport {
  const { channel, receivedTime, language, threat, description } = report;
  const target = report.targets.find((one) => one.targetId === targetId);
  return {
    reportId,
    channel,
    receivedTime,
    language,
    description: description === undefined ? "" : cut(openWords(deps.sealer, description)),
    threat,
    isTrusted: report.isTrusted ?? false,
    happeningToMe: report.happeningToMe ?? false,
    selfMade: report.selfMade ?? false,
    lifeAtRisk: report.lifeAtRisk ?? false,
    consentsToPolice: report.consentsToPolice ?? false,
    mediaType: target?.mediaType ?? "MEDIA_TYPE_UNSPECIFIED",
    observedTime: target?.observedTime,
    fingerprints: target?.fingerprints ?? [],
  };
}

// Each has its share, whatever the others say: nobody's words push out another's.
function cutTo(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) return text;
  return `${new TextDecoder().decode(bytes.subarray(0, mostBytes), { stream: true })}…`;
}

function requireDescribable({ reportIds, reader, caseId }: DescribeReportsRequest): void {
  const faults: FieldFault[] = [];
  if (reportIds.length === 0 || reportIds.length > MAX_REPORTS) {
    faults.push({ field: "report_ids", description: `holds ${reportIds.length}; name 1 to ${MAX_REPORTS}` });
  }
  if (!/^[a-z]+\/[^/\s]{1,100}$/.test(reader)) {
    faults.push({ field: "reader", description: `${shown(reader)} is nobody; name who reads as "{kind}/{name}"` });
  }
  if (caseId === "") faults.push({ field: "case_id", description: "is empty; say for which case" });
  if (faults.length > 0) throw Problem.fields(...faults);
}
