import { WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import { DecideCaseRequest, type DecideCaseResponse } from "@ntd/proto/casework/v1/case_service";
import type { ReporterSentence } from "@ntd/proto/intake/v1/report";
import { callerOf, type CallContext } from "@ntd/rpc";
import { gather } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { isPersonStopped } from "../breakers/stopped.ts";
import { changeCaseOnce } from "./change-case-once.ts";
import { decided } from "../claims/claim.ts";
import { earlierCountOf, namesWholeHost } from "../second-look/circumstances.ts";
import { decisionMade } from "../second-look/decision-made.ts";
import { refusedLooker } from "../second-look/lookers.ts";
import { callFields, requireDecision } from "./fields.ts";
import type { Refusal } from "../refusal.ts";
import { requireCluster, requireNamed } from "../clusters/required-cluster.ts";
import { refusedStar, withCluster } from "../clusters/star.ts";
import type { CaseFile } from "./case.ts";
import { embeddedIn, requireEmbeddedNamed } from "../pages/embedded.ts";
import { seenIn } from "../views/has-seen.ts";
import { decisionIdOf } from "./decision-id.ts";

export function decideCase(deps: Deps) {
  return async (request: DecideCaseRequest, context: CallContext): Promise<DecideCaseResponse> => {
    const caller = callerOf(context);
    gather({
      ...callFields(request),
      decision: () => requireDecision(request, deps.schemes),
      cluster: () => requireNamed(request.cluster),
      embedded: () => requireEmbeddedNamed(request),
    });
    const { inDoubt } = request;
    const earlierCount = await earlierCountOf(deps, caller.person);
    const isStopped = await isPersonStopped(deps, caller.person);
    const body = DecideCaseRequest.encode(request).finish();
    const view = await changeCaseOnce(deps, { ...request, method: "DecideCase", caller, body }, async (file, now) => {
      const refused = refusedLooker(file, caller.person, deps.supervisors) ?? refusedCluster(file, request);
      if (refused !== undefined) return refused;
      const embedded = await embeddedIn(deps, file, request);
      const made = decisionIn(request, caller.person, deps, now);
      const seen = await seenIn(deps, caller.person, file, request);
      const told = { ...(embedded && { embedded }), ...(seen && { seen }) };
      const decision = { ...made, decisionId: decisionIdOf(file), ...told };
      const after = decided(file, caller.person, request.expectedVersion, decision, now);
      if ("refused" in after) return after;
      const members = await requireCluster(deps, file, request, caller.person, now);
      // What is confirmed with it is told unseen: where that takes two persons, so does this.
      const removed = embedded === undefined ? [file, ...members] : members;
      const isWholeHost = removed.some(({ target }) => namesWholeHost(deps.sealer, target?.address));
      const { secondLook: rules, holdBackMs } = deps;
      const of = { inDoubt, isWholeHost, earlierCount, isStopped };
      const frozen = (one: CaseFile) => withCluster(one, decision.decisionId, members);
      return decisionMade(frozen(file), frozen(after), of, { rules, holdBackMs, now });
    });
    return { case: view };
  };
}

function refusedCluster(file: CaseFile, { cluster, decision }: DecideCaseRequest): Refusal | undefined {
  return cluster === undefined ? undefined : refusedStar(file, decision);
}

function decisionIn(
  { decision, classifications, basis, reason, despiteGone, reporterSentence }: DecideCaseRequest,
  person: string,
  { sealer }: Deps,
  now: Date,
): Omit<Decision, "decisionId"> {
  const sealed = reason === "" ? undefined : sealer.seal(reason, "words", now);
  const made = { verdict: decision, decidedBy: person, decidedTime: now, classifications, basis };
  const told = reporterSentence !== undefined && isSaid(reporterSentence) && { reporterSentence };
  return { ...made, reason: sealed, despiteGone, ...WITHDRAWS_NOTHING, ...told };
}

function isSaid(sentence: ReporterSentence): boolean {
  return sentence !== "REPORTER_SENTENCE_UNSPECIFIED";
}
