import type { LeftNotice, TellHoldsRequest, TellHoldsResponse } from "@ntd/proto/takedown/v1/holding_service";
import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { toldHolds } from "./case-view.ts";
import { settleNotice } from "./settle.ts";

const PAGE = 100;

/**
 * Police hold a case. Once this has answered, no notice of it leaves that is not named in the answer, until an event of
 * the case says that no hold is in force; who is to wait or to restore is told all the same.
 *
 * The view is written first. An offer in hand that read the view before that loaded its notice before it too: the touch
 * moves that notice's version, so its save fails, it begins again and sees the hold. One that saved before the touch is
 * read after it, and named. A notice made later is offered by what its case says then.
 */
export function tellHolds(deps: Deps) {
  return async ({ caseId, caseVersion, holds }: TellHoldsRequest): Promise<TellHoldsResponse> => {
    const faults = [
      ...(caseId === "" ? [{ field: "case_id", description: "is empty; name a case" }] : []),
      ...(holds === undefined ? [{ field: "holds", description: "is not set; send all of the case" }] : []),
    ];
    if (holds === undefined || faults.length > 0) throw Problem.fields(...faults);
    await change(deps.cases, caseId, (view) => {
      const next = toldHolds(view, Number(caseVersion), holds);
      return next && { state: next };
    });
    await deps.notices.touch({ caseId });
    const left: LeftNotice[] = [];
    for await (const page of deps.notices.pages({ where: { caseId }, orderBy: "issuedTime" }, PAGE)) {
      for (const found of page) {
        const { noticeId, offeredTime } = await settleNotice(deps, found);
        if (offeredTime !== undefined) left.push({ noticeId, offeredTime });
      }
    }
    return { left };
  };
}
