import { addressFaults, parseAddress } from "@ntd/address";
import type { Sealed } from "@ntd/proto/common/v1/common";
import { Capacity } from "@ntd/proto/intake/v1/complaint";
import type { ComplaintVerdict, SubmitComplaintRequest } from "@ntd/proto/intake/v1/complaint_service";
import { isUuid, Problem, shown, type Address, type FieldFault } from "@ntd/service";
import { languageFaults } from "../field-faults.ts";

/** A complaint as it was received; nothing of it changes. */
export interface StoredComplaint {
  schemaVersion: 1;
  /** SPIFFE id of who sent it: the only one who may ask for it. */
  submitter: string;
  /** Tells a repeat of the request from another request under the same id; keyed, for the body holds addresses. */
  requestDigest: string;
  capacity: Capacity;
  receivedTime: Date;
  answerTime: Date;
  targetId: string;
  address?: Sealed;
  caseId: string;
  text: Sealed;
  contact?: Sealed;
  language: string;
}

/** A request that has passed every check. */
export interface Complaining {
  requestId: string;
  address: Address | undefined;
  isRepaired: boolean;
  caseId: string;
}

const MAX_TEXT = 5000;
const MAX_CONTACT = 500;

/**
 * Checks the whole request before anything is saved. Whether there is such a case is not asked: the answer must not tell.
 *
 * @throws Problem FIELD_INVALID with every fault. No fault holds an address, a text or a contact.
 */
export function validComplaint(request: SubmitComplaintRequest): Complaining {
  const { url, caseId } = request;
  const read = url === "" ? undefined : parseAddress(url);
  const faults: FieldFault[] = [...faultsOf(request)];
  if (read !== undefined && "fault" in read) faults.push({ field: "url", description: addressFaults[read.fault] });
  if (faults.length > 0 || (read !== undefined && "fault" in read)) throw Problem.fields(...faults);
  const { address, isRepaired } = read ?? { address: undefined, isRepaired: false };
  return { requestId: request.requestId.toLowerCase(), address, isRepaired, caseId: caseId.toLowerCase() };
}

function* faultsOf(request: SubmitComplaintRequest): Generator<FieldFault> {
  const { requestId, capacity, url, caseId, text, contact, language } = request;
  if (!isUuid(requestId)) {
    yield { field: "request_id", description: `${shown(requestId)} is no UUID; draw one for each request` };
  }
  if (capacity === Capacity.UNSPECIFIED || capacity === Capacity.UNRECOGNIZED) {
    yield { field: "capacity", description: "is missing or unknown; say as what you complain" };
  }
  if (url === "" && caseId === "") {
    yield { field: "url", description: "is missing, and so is case_id; name the address, the case, or both" };
  }
  if (caseId !== "" && !isUuid(caseId)) {
    yield { field: "case_id", description: `${shown(caseId)} is no number of a case; leave it out if you have none` };
  }
  if (text.trim() === "" || text.length > MAX_TEXT) {
    const length = text.trim() === "" ? "no" : text.length;
    yield { field: "text", description: `has ${length} characters; it takes 1 to ${MAX_TEXT}` };
  }
  if (contact.length > MAX_CONTACT) {
    yield { field: "contact", description: `has ${contact.length} characters; it takes ${MAX_CONTACT} at most` };
  }
  yield* languageFaults(language);
}

/** Outward a complaint has two states, and time alone tells which: how and when the inquiry ended must not be told. */
export function isAnswered({ answerTime }: Pick<StoredComplaint, "answerTime">, now: Date): boolean {
  return now >= answerTime;
}

/**
 * The words of every answer: the same whether there is a case or not, and however the inquiry ends; but for a provider
 * that was sent a notice about it.
 */
export const sentences = {
  received:
    "We have received your complaint. Somebody who did not decide looks at what you say. You get an answer at the time that is named.",
  answered:
    "Somebody has looked at what you said. What was wrong is being put right, and what was right stands. We tell nothing about single cases.",
  upheld: "Somebody has looked at what you said, and you are right. A second person sees to it that it is put right.",
  refused: "Somebody has looked at what you said. What was decided stands.",
} as const;

/** What is said once it is answered, to whom a verdict is told and to whom none is. */
export function sentenceOf(verdict: ComplaintVerdict): string {
  if (verdict === "COMPLAINT_VERDICT_UPHELD") return sentences.upheld;
  return verdict === "COMPLAINT_VERDICT_REFUSED" ? sentences.refused : sentences.answered;
}
