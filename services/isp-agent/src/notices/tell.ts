import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { derivedId, failpoint, Problem, withTrace } from "@ntd/service";
import type { Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { answersSent, callsRefused } from "../metrics.ts";
import { postponed, refused, taken, type Call, type Notice } from "./notice.ts";
import { saved } from "./saved.ts";

/** Tells the platform that this revision is on our disk. Never rejects for what the platform answers. */
export function acknowledge(deps: Deps, document: Document<Notice>, revision: number): Promise<Document<Notice>> {
  const noticeId = document.id;
  return tell(deps, document, { is: "acknowledge", revision }, () =>
    deps.client.acknowledgeNotice({ noticeId, revision }),
  );
}

/** Sends the stored result; the request id is derived, so that a repeat after a crash is one answer. */
export async function answer(deps: Deps, document: Document<Notice>): Promise<void> {
  const { noticeId, current, progress } = document.state;
  if (progress.is !== "handled") return;
  const { revision, payload, traceparent } = current;
  const { result } = progress;
  const { targets } = NoticePayload.decode(payload);
  const outcomes = targets.map(({ targetId }) => ({ targetId, ...WITHOUT_REASONS, ...result, reference: "" }));
  const requestId = derivedId("answer", noticeId, revision);
  await withTrace({ traceparent }, "answer notice", () =>
    tell(deps, document, { is: "answer", revision }, async () => {
      await deps.client.reportOutcome({ requestId, noticeId, revision, outcomes });
      answersSent(result.outcome);
    }),
  );
}

const WITHOUT_REASONS = {
  cannotRestoreReason: "CANNOT_RESTORE_REASON_UNSPECIFIED",
  disputeGrounds: "DISPUTE_GROUNDS_UNSPECIFIED",
  disputeText: "",
} as const;

/** Answers at once unless many answers are under way; otherwise the loop does it. */
export function answerSoon(deps: Deps, document: Document<Notice>): void {
  if (document.state.progress.is !== "handled" || deps.answers.free <= 0) return;
  deps.answers.begin(() =>
    answer(deps, document).catch((error: unknown) =>
      deps.log.error({ error, noticeId: document.id }, "an answer could not be sent; it is sent again"),
    ),
  );
}

async function tell(
  deps: Deps,
  document: Document<Notice>,
  call: Call,
  send: () => Promise<unknown>,
): Promise<Document<Notice>> {
  const problem = await problemWith(send);
  failpoint(`agent.told.${call.is}`);
  say(deps, document.id, call, problem);
  return saved(deps.notices, document, (notice) => next(deps, notice, call, problem));
}

// What is final is said of each notice; that the platform is away is one line, however many wait for it.
function say({ log, said }: Deps, noticeId: string, { is, revision }: Call, problem: Problem | undefined): void {
  if (problem === undefined) {
    return said.calls.well((failures) => log.info({ failures }, "the platform takes calls again"));
  }
  const { reason } = problem;
  const warn = () => log.warn({ noticeId, revision, call: is, reason }, "the platform did not take a call");
  if (!isFinal(problem)) return said.calls.failed(problem, warn);
  callsRefused(is, reason);
  warn();
}

function next({ clock, config }: Deps, notice: Notice, call: Call, problem: Problem | undefined): Notice {
  const now = clock.now();
  if (problem === undefined) return taken(notice, call, now, config.handler.length > 0);
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
export function isFinal({ handling, code }: Problem): boolean {
  return handling === "terminal" && code !== "PERMISSION_DENIED" && code !== "UNAUTHENTICATED";
}
