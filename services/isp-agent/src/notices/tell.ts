import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { derivedId, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { answersSent, callsRefused } from "../metrics.ts";
import { postponed, refused, taken, type Call, type Notice } from "./notice.ts";

/** Tells the platform that this revision is on our disk. Never rejects for what the platform answers. */
export async function acknowledge(deps: Deps, noticeId: string, revision: number): Promise<void> {
  await tell(deps, noticeId, { is: "acknowledge", revision }, () =>
    deps.client.acknowledgeNotice({ noticeId, revision }),
  );
}

/** Sends the stored result; the request id is derived, so that a repeat after a crash is one answer. */
export async function answer(deps: Deps, { noticeId, current, progress }: Notice): Promise<void> {
  if (progress.is !== "handled") return;
  const { revision, payload } = current;
  const { result } = progress;
  const { targets } = NoticePayload.decode(payload);
  const outcomes = targets.map(({ targetId }) => ({ targetId, ...result, reference: "" }));
  const requestId = derivedId("answer", noticeId, revision);
  await tell(deps, noticeId, { is: "answer", revision }, async () => {
    await deps.client.reportOutcome({ requestId, noticeId, revision, outcomes });
    answersSent(result.outcome);
  });
}

async function tell(deps: Deps, noticeId: string, call: Call, send: () => Promise<unknown>): Promise<void> {
  const problem = await problemWith(send);
  if (problem !== undefined) {
    const fields = { noticeId, revision: call.revision, call: call.is, reason: problem.reason };
    deps.log.warn(fields, "the platform did not take a call");
  }
  const final = problem !== undefined && isFinal(problem);
  if (final) callsRefused(call.is, problem.reason);
  await change(deps.notices, noticeId, (notice) => {
    if (notice === undefined) return undefined;
    const state = next(notice, call, problem, deps.clock.now());
    return state === notice ? undefined : { state };
  });
  deps.kick();
}

function next(notice: Notice, call: Call, problem: Problem | undefined, now: Date): Notice {
  if (problem === undefined) return taken(notice, call, now);
  return isFinal(problem) ? refused(notice, call, problem.reason, now) : postponed(notice, call, now);
}

async function problemWith(send: () => Promise<unknown>): Promise<Problem | undefined> {
  try {
    await send();
    return undefined;
  } catch (error) {
    return Problem.from(error);
  }
}

// A certificate can be renewed and an allow-list mended; what was wrong with the call itself stays wrong.
function isFinal({ handling, code }: Problem): boolean {
  return handling === "terminal" && code !== "PERMISSION_DENIED" && code !== "UNAUTHENTICATED";
}
