import type { HotlineRecord } from "@ntd/proto/hotline/v1/hotline_link_service";
import type { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import type { Notice } from "../notices/notice.ts";

/** Where a country is not known, as ISO 3166-1 leaves it free. */
export const UNKNOWN_COUNTRY = "ZZ";

interface Beside {
  notice: Pick<Notice, "noticeId" | "providerId" | "country" | "environment">;
  decidedTime: Date | undefined;
  /** Illegal by what all countries agree on. */
  isBaseline: boolean;
}

/** A revision of a notice as hotlines exchange it: what is to be restored is withdrawn, what is to wait is suspended. */
export function recordOf(payload: NoticePayload, { notice, decidedTime, isBaseline }: Beside): HotlineRecord {
  const { revision, requestedAction, classifications, targets } = payload;
  const [target] = targets;
  return {
    reference: notice.noticeId,
    revision,
    isWithdrawn: requestedAction === "ACTION_RESTORE",
    isSuspended: requestedAction === "ACTION_SUSPEND",
    country: notice.country ?? UNKNOWN_COUNTRY,
    hotline: notice.providerId,
    url: target?.url ?? "",
    resolvedIp: target?.resolvedIp ?? "",
    assessment: isBaseline ? "RECORD_ASSESSMENT_BASELINE" : "RECORD_ASSESSMENT_NATIONAL",
    classifications,
    fingerprints: target?.fingerprints ?? [],
    observedTime: target?.observedTime,
    decidedTime,
    environment: notice.environment,
  };
}
