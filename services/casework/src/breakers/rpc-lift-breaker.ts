import { changeOnce } from "@ntd/host";
import { LiftBreakerRequest, type LiftBreakerResponse } from "@ntd/proto/casework/v1/breaker_service";
import { callerOf, requireRequestId, type CallContext } from "@ntd/rpc";
import { gather, Problem } from "@ntd/service";
import { requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { granted } from "../refusal.ts";
import { breakerView } from "./breaker-message.ts";
import { lifted } from "./breaker.ts";

/** Machines decide again, or a person by themselves. What waits is not let go: persons decide it. */
export function liftBreaker(deps: Pick<Deps, "breakers" | "clock" | "sealer">) {
  return async (request: LiftBreakerRequest, context: CallContext): Promise<LiftBreakerResponse> => {
    const { person } = callerOf(context);
    const { breakerId, requestId } = request;
    gather({
      requestId: () => requireRequestId(requestId),
      breakerId: () => requireBreakerId(breakerId),
      reason: () => requireReason(request.reason),
    });
    const body = LiftBreakerRequest.encode(request).finish();
    const call = { caller: person, method: "LiftBreaker", requestId, body };
    const { document, answer } = await changeOnce(deps.breakers, breakerId, call, (breaker) => {
      if (breaker === undefined) throw new Problem("NOT_FOUND");
      const now = deps.clock.now();
      const after = granted(lifted(breaker, deps.sealer.seal(request.reason, "words", now), { by: person, time: now }));
      const { trip, lifting, lifts } = after;
      return { state: after, answer: { lifts, ...(trip && { trip }), ...(lifting && { lifting }) } };
    });
    const { schemaVersion, subject, requests } = document.state;
    const told = { schemaVersion, subject, requests, ...answer };
    return { breaker: breakerView(breakerId, told), waitsForSecondPerson: answer.trip !== undefined };
  };
}

function requireBreakerId(breakerId: string): void {
  if (breakerId === "") throw Problem.fields({ field: "breaker_id", description: "is empty; name a breaker" });
}
