import type {
  CaseNotices,
  CountNoticesRequest,
  CountNoticesResponse,
} from "@ntd/proto/takedown/v1/notice_count_service";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { isOpen, stateOf, type Notice } from "./notice.ts";

const MOST = 1000;
/** Cases that are asked for at once: more values are in no order of an index. */
const TOGETHER = 50;
const PAGE = 200;

/** How many notices of some cases there are, by what became of them. */
export function countNotices({ notices }: Pick<Deps, "notices">) {
  return async ({ caseIds }: CountNoticesRequest): Promise<CountNoticesResponse> => {
    if (caseIds.length > MOST) {
      throw Problem.fields({ field: "case_ids", description: `names ${caseIds.length} cases; at most ${MOST}` });
    }
    const counts = new Map<string, CaseNotices>();
    const unique = [...new Set(caseIds)];
    for (let at = 0; at < unique.length; at += TOGETHER) {
      const where = { caseId: { in: unique.slice(at, at + TOGETHER) } };
      for await (const page of notices.pages({ where, orderBy: "issuedTime" }, PAGE)) {
        for (const { state } of page) counts.set(state.caseId, withNotice(counts.get(state.caseId) ?? NONE, state));
      }
    }
    return { cases: caseIds.map((caseId) => counts.get(caseId) ?? NONE) };
  };
}

const NONE: CaseNotices = { liveCount: 0, suspendedCount: 0, withdrawnCount: 0, restoredCount: 0 };

// One that waits in doubt and was sent to nobody is suspended, too, though nobody was told.
function withNotice(counts: CaseNotices, notice: Notice): CaseNotices {
  const { liveCount, suspendedCount, withdrawnCount, restoredCount } = counts;
  const state = stateOf(notice);
  if (state === "NOTICE_STATE_RESTORED") {
    return { ...counts, withdrawnCount: withdrawnCount + 1, restoredCount: restoredCount + 1 };
  }
  if (state === "NOTICE_STATE_WITHDRAWN") return { ...counts, withdrawnCount: withdrawnCount + 1 };
  if (!isOpen(notice)) return counts;
  const isSuspended = notice.suspended === true || state === "NOTICE_STATE_SUSPENDED";
  return isSuspended ? { ...counts, suspendedCount: suspendedCount + 1 } : { ...counts, liveCount: liveCount + 1 };
}
