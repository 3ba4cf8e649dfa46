import { isByMachine, WITHDRAWS_NOTHING } from "@ntd/facts";
import type { Decision } from "@ntd/proto/casework/v1/case";
import { queued, toldDecisions, withReports, type CaseFile } from "../cases/case.ts";
import { hitKey } from "../evidence/substance.ts";
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

/**
 * What holds for the case: the newest word that a person said on the same content, by its own time. What an episode
 * between took over is that word still; while a case that has it waits, it settles nothing.
 */
export function precedentAmong(earlier: readonly CaseFile[], file: CaseFile): Precedent | undefined {
  const words = earlier.flatMap((one) => {
    const decision = personsWord(one);
    return decision !== undefined && isAbout(decision, one, file) ? [{ one, decision }] : [];
  });
  const time = Math.max(...words.map(({ decision }) => saidAt(decision)));
  const newest = words.filter(({ decision }) => saidAt(decision) === time);
  const [first] = newest;
  if (first?.decision.verdict !== "VERDICT_NOT_ILLEGAL") return undefined;
  const { caseId, match } = first.one;
  const isSettled = newest.every(({ one }) => one.progress.kind === "decided");
  return { caseId, decision: first.decision, hits: (match?.hits ?? []).map(hitKey), isSettled };
}

function saidAt({ decidedTime }: Decision): number {
  return decidedTime?.getTime() ?? 0;
}

/** The case that took over what a person has changed since: it is a person's again. */
export function withoutPrecedent(file: CaseFile, earlier: readonly CaseFile[], now: Date): CaseFile {
  const { precedent, decisions, progress } = file;
  const of = earlier.find(({ caseId }) => caseId === precedent?.caseId);
  const word = of && personsWord(of);
  if (word === undefined || of?.progress.kind !== "decided" || word.verdict === "VERDICT_NOT_ILLEGAL") return file;
  return decisions.length === 1 && progress.kind === "decided" ? queued(file, "QUEUE_REASON_NEW_EVIDENCE", now) : file;
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
  if (file.progress.kind !== "decided" || word === undefined || file.passedOn === word.decisionId) return undefined;
  // Another word matters to whom this one was told alone.
  if (word.verdict !== "VERDICT_NOT_ILLEGAL" && file.passedOn === undefined) return undefined;
  return word.decidedTime ?? file.openedTime;
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
