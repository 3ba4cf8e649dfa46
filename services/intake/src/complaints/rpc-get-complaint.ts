import type { GetComplaintRequest, GetComplaintResponse } from "@ntd/proto/intake/v1/complaint_service";
import { callerOf, type CallContext } from "@ntd/rpc";
import { Problem, shown } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { isAnswered, sentenceOf, sentences } from "./complaint.ts";
import { verdictFor } from "./verdict-for.ts";

/** The state of a complaint of the caller's own; another's is not found. */
export function getComplaint({ complaints, clock, peers }: Pick<Deps, "complaints" | "clock" | "peers">) {
  return async ({ name }: GetComplaintRequest, context: CallContext): Promise<GetComplaintResponse> => {
    const [id, caller] = [complaintId(name), callerOf(context)];
    const complaint = (await complaints.load(id))?.state;
    if (complaint === undefined || complaint.submitter !== caller.id) throw new Problem("NOT_FOUND");
    const { receivedTime, answerTime } = complaint;
    const told = { name, receivedTime, answerTime };
    if (!isAnswered(complaint, clock.now())) {
      const verdict = "COMPLAINT_VERDICT_UNSPECIFIED";
      return { ...told, state: "COMPLAINT_STATE_RECEIVED", sentence: sentences.received, verdict };
    }
    const verdict = await verdictFor(peers, id, caller);
    return { ...told, state: "COMPLAINT_STATE_ANSWERED", sentence: sentenceOf(verdict), verdict };
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
