import type { GetComplaintRequest, GetComplaintResponse } from "@ntd/proto/intake/v1/complaint_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem, shown } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { isAnswered, sentences } from "./complaint.ts";

/** The state of a complaint of the caller's own; another's is not found. */
export function getComplaint({ complaints, clock }: Pick<Deps, "complaints" | "clock">) {
  return async ({ name }: GetComplaintRequest, context: CallContext): Promise<GetComplaintResponse> => {
    const complaint = (await complaints.load(complaintId(name)))?.state;
    if (complaint === undefined || complaint.submitter !== callerOf(context).id) throw new Problem("NOT_FOUND");
    const { receivedTime, answerTime } = complaint;
    return isAnswered(complaint, clock.now())
      ? { name, receivedTime, state: "COMPLAINT_STATE_ANSWERED", answerTime, sentence: sentences.answered }
      : { name, receivedTime, state: "COMPLAINT_STATE_RECEIVED", answerTime, sentence: sentences.received };
  };
}

function complaintId(name: string): string {
  const id = /^complaints\/([0-9a-f-]{36})$/.exec(name)?.[1];
  if (id !== undefined) return id;
  throw Problem.fields({
    field: "name",
    description: `${shown(name)} is no complaint; write complaints/{complaint id}`,
  });
}
