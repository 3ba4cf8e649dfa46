import { lastRestore } from "@ntd/host";
import { failpoint } from "@ntd/service";
import { change } from "@ntd/store";
import { put } from "../asking/ask.ts";
import { readCredentials, type Credentials } from "../asking/credentials.ts";
import { connectorId } from "../connectors/connector-id.ts";
import type { NcmecConfig } from "../connectors/connectors-file.ts";
import { latestPauseEnd, type Failed } from "../connectors/fault.ts";
import type { Deps } from "../deps.ts";
import { countFeedback } from "../metrics.ts";
import { feedbackUrl, feedbackXml } from "../ncmec/feedback-submission.ts";
import { answeredBy } from "./answered.ts";
import { answered, stumbled, trying, type FeedbackState, type Tried } from "./feedback.ts";
import type { Kind } from "./named-hash.ts";
import { claimed, failed, held, newOutlet, reached, released, type OutletState } from "./outlet.ts";

/** Within the lease, with room for what is written around it. */
const PATIENCE_MS = 40_000;

/**
 * Says what waits for one exchange, an entry at a time, until nothing is due or the exchange cannot be reached. Resolves
 * to whether it had something to say.
 */
export async function sendFeedback(deps: Deps, config: NcmecConfig, stop: AbortSignal): Promise<boolean> {
  const { outlets, clock, replica } = deps;
  const id = connectorId(config);
  if ((await nextDue(deps, id)) === undefined) return false;
  let isMine = false;
  await change(outlets, id, (state) => {
    const claim = claimed(state ?? newOutlet(clock.now()), replica, clock.now());
    isMine = claim !== undefined;
    return claim && { state: claim };
  });
  if (!isMine) return false;
  const credentials = await readCredentials(config, deps.isLive);
  const fault = "fault" in credentials ? credentials : await sendAll(deps, config, credentials, stop);
  if (fault !== undefined) {
    countFeedback(fault.fault);
    deps.log.warn({ connector: config.name, fault: fault.fault, why: fault.sentence }, "feedback does not leave");
  }
  await own(deps, id, (state, now) => (fault === undefined ? released(state) : failed(state, fault, now)));
  return true;
}

async function sendAll(deps: Deps, config: NcmecConfig, credentials: Credentials, stop: AbortSignal) {
  const id = connectorId(config);
  while (!stop.aborted) {
    const due = await nextDue(deps, id);
    if (due === undefined || !(await own(deps, id, (state, now) => held(state, deps.replica, now)))) return undefined;
    const fault = await sendNext(deps, config, due, credentials, stop);
    if (stop.aborted) return undefined;
    if (fault !== undefined) return fault;
    await own(deps, id, (state) => (state.failure === undefined ? undefined : reached(state)));
  }
  return undefined;
}

async function nextDue({ feedback, clock }: Deps, id: string): Promise<string | undefined> {
  const now = clock.now();
  for (const dueAt of [{ lte: now }, { gt: latestPauseEnd(now) }]) {
    const [found] = await feedback.find({ where: { waiting: id, dueAt }, orderBy: "dueAt", limit: 1 });
    if (found !== undefined) return found.id;
  }
  return undefined;
}

/**
 * One PUT, of what is said as it was just now. A process that ends between it and the note that it was taken has it sent
 * once more when the lease is over: the same at the same address says the same.
 */
async function sendNext(deps: Deps, config: NcmecConfig, id: string, credentials: Credentials, stop: AbortSignal) {
  const { feedback, clock } = deps;
  const { restoredTime } = (await lastRestore(deps)) ?? {};
  let tried: (Tried & { state: FeedbackState }) | undefined;
  await change(feedback, id, (state) => {
    const next = state && trying(state, clock.now(), restoredTime);
    tried = next?.target && { target: next.target, word: next.state.word, state: next.state };
    return next && { state: next.state };
  });
  if (tried === undefined) return undefined;
  const to = tried;
  const outcome = await say(deps, config, to, credentials, stop);
  failpoint("exchange.said");
  if (stop.aborted && "fault" in outcome) return undefined;
  if ("fault" in outcome && outcome.fault !== "ANSWER") return outcome;
  await change(feedback, id, (now) => {
    if (now === undefined) return undefined;
    const at = clock.now();
    const state = "fault" in outcome ? stumbled(now, to, outcome, at) : answered(now, to, outcome, at);
    return state && { state };
  });
  countFeedback("fault" in outcome ? outcome.fault : outcome.standing === "SENT" ? "sent" : "refused");
  return undefined;
}

async function say(
  { ways, clock }: Deps,
  config: NcmecConfig,
  { state, target }: Tried & { state: FeedbackState },
  { user, password, ca }: Credentials,
  stop: AbortSignal,
): Promise<Failed | ReturnType<typeof answeredBy>> {
  const [kind = ""] = state.hash.split(":");
  const url = feedbackUrl(config.url, target, kind as Kind);
  if (url === undefined) return { standing: "REFUSED", status: 0 };
  const trust = ca === undefined ? {} : { ca };
  const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)]);
  const got = await put({ url, user, password, trust, signal, xml: feedbackXml(state) }, target.tries, ways);
  return "fault" in got ? got : answeredBy(got.status, got.retryAfter, clock.now());
}

/** Changes the outlet while it is in this replica's hand; false when another one has it. */
async function own(
  { outlets, clock, replica }: Deps,
  id: string,
  decide: (state: OutletState, now: Date) => OutletState | undefined,
): Promise<boolean> {
  let isMine = false;
  await change(outlets, id, (state) => {
    isMine = state?.lease?.by === replica;
    const next = state !== undefined && isMine ? decide(state, clock.now()) : undefined;
    return next && { state: next };
  });
  return isMine;
}
