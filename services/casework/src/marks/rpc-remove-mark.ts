import { changeOnce } from "@ntd/host";
import { RemoveMarkRequest, type RemoveMarkResponse } from "@ntd/proto/casework/v1/mark_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { granted } from "../refusal.ts";
import { factsOf, removedMark } from "./mark.ts";
import { toldMarks } from "./mark-message.ts";

export function removeMark(deps: Deps) {
  return async (request: RemoveMarkRequest, context: CallContext): Promise<RemoveMarkResponse> => {
    const { person } = callerOf(context);
    const { markId, requestId } = request;
    gather({ requestId: () => requireRequestId(requestId), markId: () => requireMarkId(markId) });
    const body = RemoveMarkRequest.encode(request).finish();
    const call = { caller: person, method: "RemoveMark", requestId, body };
    const { answer } = await changeOnce(deps.marks, markId, call, (mark) => {
      if (mark === undefined) throw new Problem("NOT_FOUND");
      const after = granted(removedMark(factsOf(mark), person, deps.clock.now()));
      return { state: { ...after, requests: mark.requests }, answer: after };
    });
    const [mark] = await toldMarks(deps, [{ id: markId, state: answer }], person);
    return { mark };
  };
}

function requireMarkId(markId: string): void {
  if (markId === "") throw Problem.fields({ field: "mark_id", description: "is empty; name a mark" });
}
