import type {
  FlagWord,
  GetDossierRequest,
  GetDossierResponse,
  HoldSpan,
} from "@ntd/proto/casework/v1/assessment_service";
import type { Decision } from "@ntd/proto/casework/v1/case";
import type { CaseView } from "@ntd/proto/casework/v1/case_service";
import { callerOf, type CallContext, type Caller } from "@ntd/rpc";
import { Problem, openWords } from "@ntd/service";
import { recordReadings } from "@ntd/host";
import type { CaseFile, Flag } from "../cases/case.ts";
import { answerOf } from "../cases/case-message.ts";
import { requireCaseId } from "../cases/fields.ts";
import { toldCase } from "../cases/told-case.ts";
import { isUnseen } from "../clusters/blind.ts";
import type { Deps } from "../deps.ts";
import { notesFor } from "../notes/note.ts";
import { askPeers } from "./ask-peers.ts";
import { besideOf } from "./beside.ts";
import { earlierCases } from "./earlier-cases.ts";
import { openingOf } from "../views/open-picture.ts";

const MOST = 20;

/**
 * All that is known of a case, for an assessor. What a peer does not answer is left out, and says so. Who looks second
 * sees nothing that would tell what was decided.
 */
export function getDossier(deps: Deps) {
  return async ({ caseId, openAddress }: GetDossierRequest, context: CallContext): Promise<GetDossierResponse> => {
    requireCaseId(caseId);
    const caller = callerOf(context);
    const file = (await deps.cases.load(caseId))?.state;
    if (file === undefined) throw new Problem("NOT_FOUND");
    const isBlind = await isUnseen(deps, file, caller);
    const opens = await openingOf(deps, file, caller, openAddress);
    const view = await toldCase(deps, { answer: answerOf(file, deps.clock.now()), file }, caller, opens);
    // Whatever is opened below: intake records that it opened what reporters said.
    await recordReadings(deps, { reader: caller.person, kind: "words", resource: `cases/${caseId}`, caseId });
    const asked = await askPeers(deps, file, caller.person, context.signal);
    const decisions = isBlind ? [] : decisionsOf(deps, file, view.heldDecision);
    const earlier = await earlierCases(deps, file, caller);
    const police = isBlind ? [] : policeSay(deps, file);
    const holds = holdsOf(view);
    const notes = notesOf(deps, file, caller);
    const flags = isBlind ? [] : flagsOf(deps, file);
    const neighbours = besideOf(deps.schemes, view.case, decisions);
    return { case: view, ...asked, ...earlier, decisions, notes, police, holds, flags, neighbours };
  };
}

/** Told or not: what waits for another person's look stands beside the others. */
function decisionsOf(
  { sealer }: Pick<Deps, "sealer">,
  { decisions }: CaseFile,
  held: Decision | undefined,
): GetDossierResponse["decisions"] {
  const isBeside = held !== undefined && !decisions.some(({ decisionId }) => decisionId === held.decisionId);
  const newest = [...decisions, ...(isBeside ? [held] : [])].slice(-MOST).toReversed();
  return newest.map((decision) => {
    const { reason } = decision;
    return { decision, reason: reason === undefined ? "" : openWords(sealer, reason) };
  });
}

function notesOf({ sealer }: Pick<Deps, "sealer">, file: CaseFile, { person }: Caller): GetDossierResponse["notes"] {
  return notesFor(file, person).map(({ text, writtenBy, writtenTime }) => {
    return { text: openWords(sealer, text), writtenBy, writtenTime };
  });
}

function flagsOf({ sealer }: Pick<Deps, "sealer">, { flags = {} }: CaseFile): FlagWord[] {
  const word = ({ by, time, reason }: Flag) => {
    return { saidBy: by, saidTime: time, reason: openWords(sealer, reason) };
  };
  const { lifeAtRisk, youngChild } = flags;
  return [
    ...(lifeAtRisk === undefined ? [] : [{ lifeAtRisk: lifeAtRisk.is, ...word(lifeAtRisk) }]),
    ...(youngChild === undefined ? [] : [{ youngChild: youngChild.is, ...word(youngChild) }]),
  ];
}

/** Their answers to what they were told, newest first. */
function policeSay({ sealer }: Pick<Deps, "sealer">, { referral }: CaseFile): string[] {
  const said = referral?.feedback?.toReversed() ?? [];
  return said.map(({ outcome, text, time }) => {
    const word = outcome.replace("REFERRAL_OUTCOME_", "").toLowerCase().replaceAll("_", " ");
    return [`${time.toISOString()} ${word}`, openWords(sealer, text)].filter((part) => part !== "").join(": ");
  });
}

function holdsOf({ case: found }: CaseView): HoldSpan[] {
  return (found?.holds?.holds ?? []).map(({ cause, sinceTime, expireTime, releasedTime }) => {
    return { cause, sinceTime, expireTime, releasedTime };
  });
}
