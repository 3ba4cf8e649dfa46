import { randomUUID } from "node:crypto";
import { generatePicture } from "@ntd/imagehash/generated";
import { CaseServiceService, type DecideCaseRequest } from "@ntd/proto/casework/v1/case_service";
import type { Case, Verdict } from "@ntd/proto/casework/v1/case";
import { ProbeServiceService, type Sighting } from "@ntd/proto/prober/v1/probe_service";
import { type IdentityName } from "@ntd/embedded";
import { eventually } from "@ntd/testing";
import type { Stage } from "./stage.ts";

interface Deciding {
  despiteGone?: boolean;
  inDoubt?: boolean;
  kind?: IdentityName["kind"];
  by?: string;
  /** The other cases of the picture, or what the page embeds, that is decided with it. */
  of?: Pick<DecideCaseRequest, "cluster" | "embedded">;
}

/** An assessor claims the case, looks at the evidence and decides. */
export async function decide(
  stage: Stage,
  caseId: string,
  decision: Verdict,
  { despiteGone = false, inDoubt = false, kind = "assessor", by = "chandra", of = {} }: Deciding = {},
): Promise<void> {
  const assessor = await stage.client(CaseServiceService, "casework", kind, by);
  const { case: claimed } = await assessor.claimCase({ requestId: randomUUID(), caseId });
  await assessor.decideCase({
    requestId: randomUUID(),
    caseId,
    expectedVersion: claimed?.case?.evidenceRevision ?? 0,
    decision,
    classifications: [{ scheme: "national", version: "1", code: "csam" }],
    basis: "act s.1",
    despiteGone,
    inDoubt,
    reason: "seen",
    ...of,
  });
}

/** An assessor doubts what was decided. */
export async function reopen(stage: Stage, caseId: string, by: string): Promise<void> {
  const assessor = await stage.client(CaseServiceService, "casework", "assessor", by);
  const words = { reason: "an innocent picture", claim: false, keepInForce: false };
  await assessor.reopenCase({ requestId: randomUUID(), caseId, ...words });
}

/** A second person's word against the decision that is in doubt. */
export async function confirm(stage: Stage, caseId: string, by: string): Promise<void> {
  const assessor = await stage.client(CaseServiceService, "casework", "assessor", by);
  const found = await eventually("in doubt", async () => {
    const { case: view } = await assessor.getCase({ by: { $case: "caseId", value: caseId } });
    return view?.case?.doubt !== undefined && view.case;
  });
  await assessor.confirmWithdrawal({
    requestId: randomUUID(),
    caseId,
    decisionId: found.doubt?.decisionId ?? "",
    expectedVersion: found.evidenceRevision,
    reason: "an innocent picture",
  });
}

/** A picture that no list knows, reported at alpha, before a person. */
export async function undecidedAt(stage: Stage, path: string, seed: number) {
  stage.host.put(path, await generatePicture(seed));
  const url = stage.url("alpha", path);
  const report = await stage.report(url);
  const { caseId } = await queued(stage, report, "QUEUE_REASON_NO_HIT");
  return { url, report, caseId };
}

/** The case of a report, once it waits under this reason. */
export function queued(stage: Stage, report: string, reason: string): Promise<Case> {
  return eventually(`queued: ${reason}`, async () => {
    const { case: found } = await stage.facts(report);
    return found?.state === "CASE_STATE_QUEUED" && found.queueReason === reason && found;
  });
}

/** The assessor called `name` looks by means of their own and says what is there; whether a second one must say so. */
export async function say(stage: Stage, name: string, targetId: string, sighting: Sighting): Promise<boolean> {
  const assessor = await stage.client(ProbeServiceService, "prober", "assessor", name);
  const { needsSecond } = await assessor.recordSighting({
    requestId: randomUUID(),
    targetId,
    episode: 1,
    sighting,
    how: "a browser on a machine of its own",
    time: stage.clock.now(),
    movedToUrl: "",
    personOnly: false,
    personOnlyHost: false,
  });
  return needsSecond;
}
