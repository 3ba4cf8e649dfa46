import { eventOf, nouns } from "@ntd/bus";
import { SubmitComplaintRequest, type SubmitComplaintResponse } from "@ntd/proto/intake/v1/complaint_service";
import { callerOf, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, keyedId, Problem, sealAddress } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { complaintAccepted } from "../metrics.ts";
import { targetOf } from "../reports/former-target.ts";
import { sentences, validComplaint, type Complaining, type StoredComplaint } from "./complaint.ts";
import { toComplaint } from "./publish.ts";

/**
 * Takes a complaint: one write saves it with its event. The answer is intake's own, before anybody looks, so that neither
 * its words nor its time tell whether there is a case.
 */
export function submitComplaint(deps: Deps) {
  return async (request: SubmitComplaintRequest, context: CallContext): Promise<SubmitComplaintResponse> => {
    const caller = callerOf(context);
    const now = deps.clock.now();
    const complaining = validComplaint(request);
    const id = derivedId("complaint", scopedRequestId(caller.id, "SubmitComplaint", complaining.requestId));
    const complaint = await storedComplaint(deps, request, complaining, caller.id, now);
    const event = eventOf(nouns.complaint, "received", id, toComplaint(id, complaint), now);
    if ((await deps.complaints.insert(id, complaint, event)) !== undefined) {
      complaintAccepted(request.capacity);
      return answer(id, complaint, complaining);
    }
    const first = await deps.complaints.load(id);
    if (first?.state.requestDigest !== complaint.requestDigest) throw new Problem("REQUEST_ID_REUSED");
    return answer(id, first.state, complaining);
  };
}

async function storedComplaint(
  deps: Deps,
  request: SubmitComplaintRequest,
  { address, caseId }: Complaining,
  submitter: string,
  now: Date,
): Promise<StoredComplaint> {
  const { sealer, targetKey, inquiryMs } = deps;
  const { capacity, text, contact, language } = request;
  // A request id in capitals is the same one.
  const body = SubmitComplaintRequest.encode({ ...request, requestId: "" }).finish();
  return {
    schemaVersion: 1,
    submitter,
    requestDigest: keyedId(targetKey, "body", Buffer.from(body).toString("base64")),
    capacity,
    receivedTime: now,
    answerTime: new Date(now.getTime() + inquiryMs),
    targetId: address === undefined ? "" : (await targetOf(deps, address)).targetId,
    ...(address && { address: sealAddress(sealer, address, now) }),
    caseId,
    text: sealer.seal(text, "words", now),
    ...(contact !== "" && { contact: sealer.seal(contact, "contact", now) }),
    language,
  };
}

function answer(
  id: string,
  { receivedTime, answerTime }: StoredComplaint,
  { address, isRepaired }: Complaining,
): SubmitComplaintResponse {
  const readAs = isRepaired ? (address?.fetch ?? "") : "";
  return { name: `complaints/${id}`, receivedTime, answerTime, sentence: sentences.received, readAs };
}
