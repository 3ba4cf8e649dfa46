import { derivedId, Problem } from "@ntd/service";
import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { change } from "@ntd/store";
import type { Deps } from "./deps.ts";
import { acknowledged, answered, postponed, refused, type Notice } from "./notice.ts";

/** Tells the platform that this revision is on our disk. Never rejects for what the platform answers. */
export async function acknowledge(deps: Deps, { noticeId }: Notice, revision: number): Promise<void> {
  await told(deps, noticeId, acknowledgedNow(revision), () => deps.client.acknowledgeNotice({ noticeId, revision }));
}

/** Sends the stored result; the request id is derived, so that a repeat after a crash is one answer. */
export async function answer(deps: Deps, { noticeId, current, progress }: Notice): Promise<void> {
  if (progress.is !== "handled") return;
  const { revision, payload } = current;
  const outcomes = NoticePayload.decode(payload).targets.map(({ targetId }) => ({
    targetId,
    ...progress.result,
    reference: "",
  }));
  const requestId = derivedId("answer", noticeId, revision);
  await told(deps, noticeId, answered, () => deps.client.reportOutcome({ requestId, noticeId, revision, outcomes }));
}

const acknowledgedNow = (revision: number) => (notice: Notice, now: Date) => acknowledged(notice, revision, now);

async function told(
  deps: Deps,
  noticeId: string,
  taken: (notice: Notice, now: Date) => Notice,
  call: () => Promise<unknown>,
): Promise<void> {
  let next = taken;
  try {
    await call();
  } catch (error) {
    const problem = Problem.from(error);
    deps.log.warn({ noticeId, reason: problem.reason }, "the platform did not take an acknowledgement or answer");
    next = isFinal(problem) ? (notice, now) => refused(notice, problem.reason, now) : postponed;
  }
  await change(deps.notices, noticeId, (notice) => {
    if (notice === undefined) return undefined;
    const state = next(notice, deps.clock.now());
    return state === notice ? undefined : { state };
  });
  deps.kick();
}

// A certificate can be renewed and an allow-list mended; what was wrong with the call itself stays wrong.
function isFinal({ handling, code }: Problem): boolean {
  return handling === "terminal" && code !== "PERMISSION_DENIED" && code !== "UNAUTHENTICATED";
}
