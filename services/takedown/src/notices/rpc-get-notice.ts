import type { GetNoticeRequest, GetNoticeResponse } from "@ntd/proto/takedown/v1/notice_service";
import { recordReadings } from "@ntd/host";
import { callerOf, type CallContext, type Caller } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import type { Notice } from "./notice.ts";
import { ownNotice } from "./own-notice.ts";
import { envelopeLeft } from "./payload.ts";
import { published } from "./publish.ts";

/**
 * A provider's own notice with its signed bytes, in which the address stands; an operator's any, without them: whose work it is
 * that notices arrive need not know where the material is. Who reads it leaves that behind.
 */
export function getNotice(deps: Deps) {
  return async ({ noticeId }: GetNoticeRequest, context: CallContext): Promise<GetNoticeResponse> => {
    const caller = callerOf(context);
    const isOwn = caller.kind === "isp";
    const notice = isOwn ? await ownNotice(deps, caller, noticeId) : await anyNotice(deps, noticeId);
    const signed = isOwn ? envelopeLeft(deps.sealer, notice) : undefined;
    const kind = signed === undefined ? "decision" : "address";
    const { caseId } = notice;
    await recordReadings(deps, { reader: caller.person, kind, resource: `notices/${noticeId}`, caseId });
    const erased = isOwn && signed === undefined && { addressErased: true };
    return { notice: shownTo(caller, notice), signed, ...erased };
  };
}

/**
 * A provider has the address in the signed bytes, and its own words; what is sealed is for the platform's own services. Which eyes are shown something else is not for who may show it to them, nor is why a decision is in doubt, or that
 * police ask for time.
 */
export function shownTo(caller: Caller, notice: Notice): ReturnType<typeof published> {
  const shown = published(notice);
  if (caller.kind !== "isp") return shown;
  const targets = shown.targets.map((target) => ({
    ...target,
    address: undefined,
    cloaked: [],
    answers: target.answers.map((answer) => ({ ...answer, disputeText: undefined })),
  }));
  const suspensions = shown.suspensions.map((s) => ({ ...s, cause: "DOUBT_CAUSE_UNSPECIFIED" as const }));
  return { ...shown, targets, suspensions, waitsForPolice: undefined };
}

async function anyNotice(deps: Deps, noticeId: string): Promise<Notice> {
  const found = await deps.notices.load(noticeId);
  if (found === undefined) throw new Problem("NOT_FOUND");
  return found.state;
}
