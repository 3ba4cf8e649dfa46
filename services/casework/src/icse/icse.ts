import type { Assessment } from "@ntd/proto/icse/v1/icse_link_service";
import type { Fingerprint } from "@ntd/proto/common/v1/common";
import type { IcseAnswer } from "@ntd/proto/casework/v1/case";
import { derivedId } from "@ntd/service";
import type { CaseFile } from "../cases/case.ts";
import { isKnown } from "../policies/known.ts";

/** What an international database is asked of a case, once for each content, and what it answers. STUB in this platform. */
export interface Icse {
  /** Names the fingerprints that it is about. */
  content: string;
  /** Since when it is to be asked. */
  sinceTime: Date;
  /** When it is asked, or asked again; absent where nothing is to be asked any more. */
  dueTime?: Date;
  /** When it was first asked. */
  askedTime?: Date;
  answer?: { assessment: Assessment; time: Date };
}

/** The case with what is to be asked of it: of each content that no list has, once. It decides nothing, and waits for nothing. */
export function withIcse(file: CaseFile, now: Date): CaseFile {
  const fingerprints = file.target?.fingerprints ?? [];
  const { icse } = file;
  if (fingerprints.length === 0 || file.match === undefined) return file;
  const content = contentOf(fingerprints);
  if (isKnown(file)) return icse?.dueTime === undefined ? file : { ...file, icse: notAsked(icse) };
  if (icse?.content === content && (icse.answer !== undefined || icse.dueTime !== undefined)) return file;
  return { ...file, icse: { content, sinceTime: now, dueTime: now } };
}

function notAsked(icse: Icse): Icse {
  const { dueTime: _, ...rest } = icse;
  return rest;
}

// Of what was seen, not of the content's revision: the same bytes at the next episode are another case anyhow.
function contentOf(fingerprints: readonly Fingerprint[]): string {
  const hexes = fingerprints.map(({ algorithm, value }) => `${algorithm} ${Buffer.from(value).toString("hex")}`);
  return derivedId("icse", ...hexes.toSorted());
}

/** The case claimed for whoever asks now, until `leaseEnd`: nobody else asks meanwhile. */
export function asking(file: CaseFile, now: Date, leaseEnd: Date): CaseFile {
  const { icse } = file;
  if (icse?.dueTime === undefined || icse.dueTime > now) return file;
  return { ...file, icse: { askedTime: now, ...icse, dueTime: leaseEnd } };
}

/** The answer about `content`, the first one: another content was not asked about, and is due still. */
export function answered(file: CaseFile, content: string, assessment: Assessment, time: Date): CaseFile {
  const { icse } = file;
  if (icse?.content !== content || icse.answer !== undefined) return file;
  return { ...file, icse: { ...notAsked(icse), answer: { assessment, time } } };
}

/** Whether what it answers makes a person look sooner. */
export function isRaisedByIcse({ icse }: Pick<CaseFile, "icse">): boolean {
  const assessment = icse?.answer?.assessment;
  return assessment === "ASSESSMENT_BASELINE" || assessment === "ASSESSMENT_NATIONALLY_ILLEGAL";
}

/** Since when a case waits to be asked or answered; undefined where it does not. */
export function icseWaitsSince({ icse }: CaseFile): Date | undefined {
  return icse?.dueTime && icse.sinceTime;
}

/** What others hear: nothing before there is an answer. */
export function publishedIcse({ icse }: CaseFile): IcseAnswer | undefined {
  if (icse?.answer === undefined) return undefined;
  const { answer, askedTime } = icse;
  return { assessment: answer.assessment, askedTime, answeredTime: answer.time };
}
