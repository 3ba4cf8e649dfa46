import { listPage, recordReadings } from "@ntd/host";
import type { ListHoldsRequest, ListHoldsResponse } from "@ntd/proto/casework/v1/hold_service";
import type { CallContext } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { answerOf } from "../cases/case-message.ts";
import type { CaseFile } from "../cases/case.ts";
import { answerBlind } from "../clusters/blind.ts";
import type { Deps } from "../deps.ts";
import { holdOrder, holdsInForce, type CaseHold } from "./hold.ts";
import { seenHolds, seerOf } from "./told-hold.ts";

/** What is held, case by case, what ends next first; or all that ever held one case. What that opens is written first. */
export function listHolds(deps: Deps) {
  return async (request: ListHoldsRequest, context: CallContext): Promise<ListHoldsResponse> => {
    const by = seerOf(deps, context);
    const seen = async (file: CaseFile, holds: readonly CaseHold[]) => {
      const answer = await answerBlind(deps, file, answerOf(file, deps.clock.now()), by.caller);
      return seenHolds(deps, answer, holds, by);
    };
    if (request.caseId !== "") {
      const file = (await deps.cases.load(request.caseId))?.state;
      if (file === undefined) throw new Problem("NOT_FOUND");
      const { views, opened } = await seen(file, file.holds?.all ?? []);
      await recordReadings(deps, ...opened);
      return { holds: views, nextPageToken: "" };
    }
    const waiting = request.waitsForSupervisor;
    const query = { ...(waiting && { where: { holdWaits: true } }), orderBy: "holdOrder" } as const;
    const { documents, nextPageToken } = await listPage(deps.cases, request, query, holdOrder);
    const page = [];
    for (const { state } of documents) {
      const some = holdsInForce(state).filter(({ waitsForSupervisor }) => !waiting || waitsForSupervisor === true);
      page.push(await seen(state, some));
    }
    await recordReadings(deps, ...page.flatMap(({ opened }) => opened));
    return { holds: page.flatMap(({ views }) => views), nextPageToken };
  };
}
