import { isByMachine, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import { hitKey, queued, toldDecisions, withReports, type CaseFile } from "../cases/case.ts";
import { decidedBytes, sha256Of, withDecidedOn } from "./decided-on.ts";
import { openLook } from "../second-look/second-look.ts";
import { asToday, inDoubt } from "../doubts/doubt.ts";

/** A person's NOT_ILLEGAL in an earlier episode of the same content. */
export interface Precedent {
  caseId: string;
  decision: Decision;
  /** Keys of the hits that the person knew. */
  hits: string[];
  /** That case waits for nobody. While it does, nothing follows from it but that a machine does not decide. */
  isSettled: boolean;
}

/** What holds for the case: the last word that a person said on the same content, of earlier cases the newest first. */
export function precedentAmong(earlier: readonly CaseFile[], file: CaseFile): Precedent | undefined {
  const same = earlier.find((one) => {
    const word = personsWord(one);
    return word !== undefined && isAbout(word, one, file);
  });
  const decision = same && personsWord(same);
  if (same === undefined || decision?.verdict !== "VERDICT_NOT_ILLEGAL") return undefined;
  const { caseId, progress, match } = same;
  return { caseId, decision, hits: (match?.hits ?? []).map(hitKey), isSettled: progress.kind === "decided" };
}

/**
 * The case with a precedent taken over. Where nobody has decided it is decided alike, and waits only for hits that the
 * person did not know. Where a machine called it illegal meanwhile, each person's word is one against that. A person who
 * has the case in hand, or has decided it, is left alone; so is what another one looks at before it is told.
 *
 * @param decisionId of the decision that it then has.
 */
export function withPrecedent(
  file: CaseFile,
  precedent: Precedent | undefined,
  decisionId: string,
  now: Date,
): CaseFile {
  if (precedent === undefined || !precedent.isSettled) return file;
  const last = file.decisions.at(-1);
  if (last !== undefined) return isByMachine(last) ? withWordsOf(precedent.decision, file, now) : file;
  if (openLook(file) !== undefined) return file;
  const news = (file.match?.hits ?? []).some((hit) => !precedent.hits.includes(hitKey(hit)));
  if (file.progress.kind === "claimed" && !news) return file;
  const decision: Decision = { ...precedent.decision, ...WITHDRAWS_NOTHING, decisionId };
  const { caseId, hits } = precedent;
  const next = withDecidedOn({ ...file, decisions: [decision], precedent: { caseId, hits } }, decisionId);
  if (news) return queued(next, "QUEUE_REASON_NEW_EVIDENCE", now);
  return withReports({ ...next, progress: { kind: "decided" } }, file.reports, now);
}

function withWordsOf(decision: Decision, file: CaseFile, now: Date): CaseFile {
  const { decidedBy, confirmedBy } = asToday(decision);
  const cause = "DOUBT_CAUSE_DECIDED_OTHERWISE";
  const persons = [decidedBy, confirmedBy].filter((by) => by.includes("/"));
  return persons.reduce((before, by) => inDoubt(before, { cause, by: [by], now }), file);
}

/** When the case began to be one that later episodes follow, until they were told; undefined when there is nothing to tell. */
export function untoldSince(file: CaseFile): Date | undefined {
  const word = personsWord(file);
  if (file.progress.kind !== "decided" || word?.verdict !== "VERDICT_NOT_ILLEGAL") return undefined;
  return file.passedOn === word.decisionId ? undefined : (word.decidedTime ?? file.openedTime);
}

/** Later episodes were told what a person decided here. */
export function passedOn(file: CaseFile): CaseFile {
  const word = personsWord(file);
  return untoldSince(file) === undefined || word === undefined ? file : { ...file, passedOn: word.decisionId };
}

function personsWord(file: CaseFile): Decision | undefined {
  const last = toldDecisions(file).at(-1);
  return last === undefined || isByMachine(last) ? undefined : last;
}

// The prober's revisions count on from episode to episode, whatever was seen: the bytes say what is the same.
function isAbout(word: Decision, one: CaseFile, other: CaseFile): boolean {
  const bytes = decidedBytes(one, word.decisionId);
  return bytes !== undefined && bytes === sha256Of(other);
}
