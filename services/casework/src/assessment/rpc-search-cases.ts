import { nameOf } from "@ntd/facts";
import { listPage, recordReadings } from "@ntd/host";
import type { SearchCasesRequest, SearchCasesResponse } from "@ntd/proto/casework/v1/assessment_service";
import { callerOf, requirePage, type CallContext, type Caller } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { isUnseen } from "../clusters/blind.ts";
import type { Deps } from "../deps.ts";
import { holderOf } from "../claims/claim.ts";
import type { CaseField } from "../store.ts";
import { earlierCase } from "./earlier-case.ts";
import { digestsOfHash, digestsOfHost, digestsOfUrl } from "./found-by.ts";

type By = NonNullable<SearchCasesRequest["by"]>;

/** Cases by what is known of them, a page at a time. Who is shown what was decided leaves that behind, once for a page. */
export function searchCases(deps: Deps) {
  return async (request: SearchCasesRequest, context: CallContext): Promise<SearchCasesResponse> => {
    const caller = callerOf(context);
    const { by } = gather({ by: () => requireBy(request), page: () => requirePage(request) });
    const { files, nextPageToken } = await (by.$case === "reportId"
      ? ofReport(deps, request, by.value)
      : found(deps, request, by, caller));
    const all = await Promise.all(files.map(async (file) => ({ file, unseen: await isUnseen(deps, file, caller) })));
    const told = all.filter(({ file, unseen }) => isFor(deps, file, by, unseen));
    const shown = told.map(({ file, unseen }) => earlierCase(file, unseen));
    if (shown.some(({ decidedTime }) => decidedTime !== undefined)) {
      await recordReadings(deps, { reader: caller.person, kind: "decision", resource: "", caseId: "" });
    }
    return { cases: shown, nextPageToken };
  };
}

function requireBy({ by }: SearchCasesRequest): By {
  if (by !== undefined && by.value !== "") return by;
  const description = "is empty; name a url, host, hash_hex, report_id, decided_by or mine";
  throw Problem.fields({ field: "by", description });
}

interface Found {
  files: CaseFile[];
  nextPageToken: string;
}

async function found({ cases, ...deps }: Deps, request: SearchCasesRequest, by: By, caller: Caller): Promise<Found> {
  const { field, values } = conditionOf(deps, by, caller);
  if (values.length === 0) return { files: [], nextPageToken: "" };
  const { documents, nextPageToken } = await listPage(cases, request, { where: { [field]: { in: values } } });
  return { files: documents.map(({ state }) => state), nextPageToken };
}

function conditionOf(deps: Pick<Deps, "markKey">, by: By, caller: Caller): { field: CaseField; values: string[] } {
  switch (by.$case) {
    case "url":
      return { field: "markKey", values: digestsOfUrl(deps, by.value) };
    case "host":
      return { field: "markKey", values: digestsOfHost(deps, by.value) };
    case "hashHex":
      return { field: "markKey", values: digestsOfHash(deps, by.value) };
    case "decidedBy":
      return { field: "decider", values: [by.value === "me" ? nameOf(caller.person) : nameOf(by.value)] };
    case "mine":
      return { field: "holder", values: [nameOf(caller.person)] };
    case "reportId":
      return { field: "targetId", values: [] };
    default:
      return by satisfies never;
  }
}

/** Each target of the report, with the case that it belongs to: the one that names it, else the newest. */
async function ofReport({ links, cases }: Deps, request: SearchCasesRequest, reportId: string): Promise<Found> {
  const { documents, nextPageToken } = await listPage(links, request, { where: { reportId } });
  const files = await Promise.all(
    documents.map(async ({ state: { targetId } }) => {
      const query = { where: { targetId }, orderBy: "episode", descending: true, limit: EPISODES } as const;
      const episodes = (await cases.find(query)).map(({ state }) => state);
      return episodes.find(({ reports }) => reports.ids.includes(reportId)) ?? episodes[0];
    }),
  );
  return { files: files.filter((file) => file !== undefined), nextPageToken };
}

const EPISODES = 20;

/** A lease that is over is nobody's. By whom it was decided is not told to who looks at that second. */
function isFor({ clock }: Pick<Deps, "clock">, file: CaseFile, by: By, unseen: boolean): boolean {
  if (by.$case === "decidedBy") return !unseen;
  return by.$case !== "mine" || file.progress.kind === "held" || holderOf(file, clock.now()) !== "";
}
