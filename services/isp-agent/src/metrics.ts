import { counter } from "@ntd/service";

const kept = counter("ntd_agent_notices_kept", "Revisions of notices verified and written to disk.");
const rejected = counter("ntd_agent_notices_rejected", "Notices that could not be verified, by reason.");
const runs = counter("ntd_agent_handler_runs", "Ends of handlers, by kind.");
const answers = counter("ntd_agent_answers", "Answers that the platform took, by outcome.");
const calls = counter("ntd_agent_calls_refused", "Calls that the platform refuses for good, by call and reason.");

export const noticesKept = (): void => kept();
export const noticesRejected = (reason: string): void => rejected({ reason });
export const handlersEnded = (end: string): void => runs({ end });
export const answersSent = (outcome: string): void => answers({ outcome });
export const callsRefused = (call: string, reason: string): void => calls({ call, reason });
