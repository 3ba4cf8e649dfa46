import type { Complaint } from "@ntd/proto/intake/v1/complaint";
import type { StoredComplaint } from "./complaint.ts";

/** The published state of a complaint: all but who sent it. */
export function toComplaint(complaintId: string, complaint: StoredComplaint): Complaint {
  const { capacity, receivedTime, answerTime, targetId, address, caseId, text, contact, language } = complaint;
  return { complaintId, capacity, receivedTime, answerTime, targetId, address, caseId, text, contact, language };
}
