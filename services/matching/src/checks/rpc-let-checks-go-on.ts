import { changeOnce } from "@ntd/host";
import { LetChecksGoOnRequest, type LetChecksGoOnResponse } from "@ntd/proto/matching/v1/check_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem, shown } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { letGoOn } from "./check-hold.ts";
import { toCheckHold } from "./check-hold-message.ts";

const MAX_REASON = 1000;

/** A platform is answered again, by all processes within a second. It is kept who let it go on, when and why. */
export function letChecksGoOn({ collections, clock, log }: Pick<Deps, "collections" | "clock" | "log">) {
  return async (request: LetChecksGoOnRequest, context: CallContext): Promise<LetChecksGoOnResponse> => {
    const { person: by } = callerOf(context);
    const { requestId, identity } = request;
    const { reason } = gather({
      requestId: () => requireRequestId(requestId),
      reason: () => requireReason(request.reason),
    });
    const call = {
      caller: by,
      method: "LetChecksGoOn",
      requestId,
      body: LetChecksGoOnRequest.encode(request).finish(),
    };
    const { answer } = await changeOnce(collections.checkHolds, identity, call, (before) => {
      const after = before && letGoOn(before, { by, time: clock.now(), reason });
      if (after === undefined) {
        throw new Problem("NOT_FOUND", `The checks of ${shown(identity)} are not held; see: ntd check holds`);
      }
      return { state: after.state, answer: after.ended };
    });
    log.info({ alarm: answer.alarm }, "an operator let the checks of a platform go on");
    return { hold: toCheckHold(identity, answer) };
  };
}

function requireReason(text: string): string {
  const reason = text.trim();
  if (reason !== "" && reason.length <= MAX_REASON) return reason;
  const description = `has ${reason.length} characters; give 1 to ${MAX_REASON}`;
  throw Problem.fields({ field: "reason", description });
}
