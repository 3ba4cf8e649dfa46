import { changeOnce } from "@ntd/host";
import { SetMarkRequest, type SetMarkResponse } from "@ntd/proto/casework/v1/mark_service";
import { callerOf, remembered, bodyDigest, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, gather, Problem } from "@ntd/service";
import { requireReason } from "../cases/fields.ts";
import type { Deps } from "../deps.ts";
import { requireTime } from "../holds/fields.ts";
import { granted } from "../refusal.ts";
import { factsOf, isEnded, isSet, withMark } from "./mark.ts";
import { toldMarks } from "./mark-message.ts";
import { markedOf } from "./marked.ts";
import { meetCases } from "./meet-cases.ts";

const DAY_MS = 24 * 3_600_000;
const USUAL_DAYS = 90;
const MOST_DAYS = 365;

/** The mark is in force from its write on; then what was there before is held. */
export function setMark(deps: Deps) {
  return async (request: SetMarkRequest, context: CallContext): Promise<SetMarkResponse> => {
    const { person } = callerOf(context);
    const { markKey } = deps;
    if (markKey === undefined) throw new Problem("WRONG_STATE", "CASEWORK_MARK_KEY_FILE is not set here.");
    const { marked } = gather(
      {
        requestId: () => requireRequestId(request.requestId),
        marked: () => markedOf(markKey, request.what),
        reason: () => requireReason(request.reason),
        expireTime: () => requireTime(request.expireTime),
      },
      { expireTime: () => expireTimeOf(request.expireTime, deps.clock.now()) },
    );
    const body = SetMarkRequest.encode(request).finish();
    const call = { caller: person, method: "SetMark", requestId: request.requestId, body };
    const markId = await markIdOf(deps, marked.digest, call);
    const { answer } = await changeOnce(deps.marks, markId, call, (mark) => {
      const now = deps.clock.now();
      const expireTime = expireTimeOf(request.expireTime, now);
      const reason = deps.sealer.seal(request.reason, "words", now);
      const word = { by: person, time: now, reason, expireTime };
      const after = granted(withMark(mark && factsOf(mark), marked, word));
      return { state: { ...after, requests: mark?.requests ?? [] }, answer: after };
    });
    await meetCases(deps, markId, context.signal);
    const [mark] = await toldMarks(deps, [{ id: markId, state: answer }], person);
    return { mark, waitsForSecondPerson: !isSet(answer) };
  };
}

/** Of the newest mark on it, or of the next one where that is over: whoever marks the same meets the same. */
async function markIdOf(
  { marks, clock }: Pick<Deps, "marks" | "clock">,
  digest: string,
  { caller, method, requestId, body }: { caller: string; method: string; requestId: string; body: Uint8Array },
): Promise<string> {
  const id = scopedRequestId(caller, method, requireRequestId(requestId));
  const [newest] = await marks.find({ where: { digest }, orderBy: "setTime", descending: true, limit: 1 });
  if (newest === undefined) return derivedId("mark", digest);
  const isRepeat = remembered(newest.state.requests, id, bodyDigest(body)) !== "new";
  return isRepeat || !isEnded(newest.state, clock.now()) ? newest.id : derivedId("mark", digest, newest.id);
}

function expireTimeOf(wished: Date | undefined, now: Date): Date {
  const expireTime = wished ?? new Date(now.getTime() + USUAL_DAYS * DAY_MS);
  const ms = expireTime.getTime() - now.getTime();
  if (ms > 0 && ms <= MOST_DAYS * DAY_MS) return expireTime;
  throw Problem.fields({ field: "expire_time", description: `is not within ${MOST_DAYS} days from now` });
}
