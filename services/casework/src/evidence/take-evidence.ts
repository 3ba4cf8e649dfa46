import { MACHINE, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { Hit } from "@ntd/proto/matching/v1/match";
import type { Schemes } from "@ntd/schemes";
import { freeHit } from "../breakers/stopped.ts";
import { passesBrake } from "../policies/brake.ts";
import { openCase, type CaseFile } from "../cases/case.ts";
import { asksMarks, placeOf, type Place } from "./whereabouts.ts";
import { decisionIdOf } from "../cases/decision-id.ts";
import type { Deps } from "../deps.ts";
import { withWaitingReports } from "../links/report-facts.ts";
import { marksOn, meetMarks, withMetMarks } from "../marks/met-marks.ts";
import { basisOf } from "../policies/basis.ts";
import { judgementOf } from "../policies/judgement.ts";
import { decidesNow, judged } from "../policies/judged.ts";
import { decidingHits, type Judgement } from "../policies/policy.ts";
import { holdToPrecedent, precedentOf } from "../precedents/hold-to-precedent.ts";
import { withPrecedent, type Precedent } from "../precedents/precedent.ts";
import { caseIdOf } from "../store.ts";
import { withoutVoidLook } from "../second-look/second-look.ts";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";

/** Adds what a target or match event says to its case, opening it at the first, and takes over what the policy says. */
export async function takeEvidence(
  deps: CaseWriter &
    Pick<Deps, "links" | "brakes" | "breakers" | "autoPerMinute" | "sealer" | "markKey" | "marks" | "schemes">,
  { targetId, episode }: { targetId: string; episode: number },
  add: (file: CaseFile) => CaseFile,
): Promise<void> {
  const caseId = caseIdOf(targetId, episode);
  let place: Place | undefined;
  await writeCase(deps, caseId, async (before) => {
    const now = deps.clock.now();
    const opened = before ?? (await withWaitingReports(deps, openCase(caseId, targetId, episode, now)));
    const told = add(opened);
    place = asksMarks(before, told) ? placeOf(deps, told) : undefined;
    const added = place === undefined ? told : { ...told, markKeys: place.keys };
    const met = place === undefined ? [] : await marksOn(deps, place);
    const precedent = await precedentOf(deps, added);
    const file = withPrecedent(withoutVoidLook(added, now), precedent, decisionIdOf(added), now);
    const judgement = besidePrecedent(judgementOf(file), precedent);
    const decides = judgement.kind === "automatic" && decidesNow(before, file, judgement);
    const hit = decides ? await freeHit(deps, decidingHits(file.match?.hits ?? [])) : undefined;
    const passes = hit !== undefined && (await passesBrake(deps, hit.setId, caseId));
    const decision = passes ? decisionOf(deps.schemes, file, hit, now) : undefined;
    const after = judged(before, file, judgement, { decision, isStopped: decides && hit === undefined, now });
    return withMetMarks(after, met, now);
  });
  // Behind the write: an earlier case that was decided meanwhile, and a mark that was set, found this one not there yet.
  if (episode > 1) await holdToPrecedent(deps, caseId);
  if (place !== undefined) await meetMarks(deps, caseId, place);
}

// Whatever becomes of that case: beside a person's NOT_ILLEGAL a machine does not decide.
function besidePrecedent(judgement: Judgement, precedent: Precedent | undefined): Judgement {
  if (judgement.kind !== "automatic" || precedent === undefined) return judgement;
  return { kind: "queue", reason: "QUEUE_REASON_NEW_EVIDENCE" };
}

// Lists name no version of their scheme: where there is one alone, that is it.
function decisionOf(schemes: Schemes, file: CaseFile, hit: Hit, now: Date): Decision {
  const { classification } = hit;
  return {
    decisionId: decisionIdOf(file),
    verdict: "VERDICT_ILLEGAL",
    decidedBy: MACHINE,
    decidedTime: now,
    classifications: classification === undefined ? [] : [schemes.withVersion(classification)],
    basis: basisOf(hit),
    reason: undefined,
    despiteGone: false,
    ...WITHDRAWS_NOTHING,
  };
}
