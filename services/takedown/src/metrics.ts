import { counter, histogram } from "@ntd/service";

const issued = counter("ntd_notices_issued", "Notices made from a decision.");
const offered = counter("ntd_notices_offered", "Notices sent to a provider for the first time.");
const acknowledged = counter("ntd_notices_acknowledged", "Notices that a provider made its own.");
const rejected = counter("ntd_notices_rejected", "Notices that a provider does not take, by reason.");
const undeliverable = counter("ntd_notices_undeliverable", "Notices that could not be opened when they were to leave.");
const asked = counter("ntd_notices_waiting_for_sighting", "Notices that wait for an eye to see what was decided on.");
const answers = counter("ntd_notice_answers", "Answers of providers, by outcome.");
const suspended = counter("ntd_notices_suspended", "Sent notices whose decision came into doubt, by cause.");
const reinstated = counter("ntd_notices_reinstated", "Suspensions that ended with the same action again, by ending.");
const withdrawn = counter("ntd_notices_withdrawn", "Sent notices that were withdrawn by two persons' words.");
const restored = counter("ntd_notices_restored", "Withdrawn notices whose material was seen there again.");
const told = histogram(
  "ntd_suspension_told_seconds",
  "From a doubt until its notice was told to wait.",
  "s",
  [0.5, 1, 2, 5, 15, 60, 600, 3600, 14_400],
);
const records = counter("ntd_hotline_records_sent", "Records that the link between hotlines took.");
const recordFaults = counter("ntd_hotline_records_refused", "Records that the link does not take, by reason.");
const strays = counter("ntd_hotline_answers_stray", "Answers of hotlines that are no notice's, by why.");
const unattributed = counter("ntd_dispatches_unattributed", "Decisions that no provider was found for.");

export const noticesIssued = (): void => issued();
export const noticesOffered = (): void => offered();
export const noticesAcknowledged = (): void => acknowledged();
export const noticesRejected = (reason: string): void => rejected({ reason });
export const noticesUndeliverable = (reason: string): void => undeliverable({ reason });
export const looksAsked = (): void => asked();
export const noticesAnswered = (outcome: string): void => answers({ outcome });
export const noticesSuspended = (cause: string): void => suspended({ cause });
export const noticesReinstated = (ending: string): void => reinstated({ ending });
export const noticesWithdrawn = (): void => withdrawn();
export const noticesRestored = (): void => restored();
export const suspensionTold = (ms: number): void => told(ms / 1000);
export const recordsSent = (): void => records();
export const recordsRefused = (reason: string): void => recordFaults({ reason });
export const answersStray = (why: string): void => strays({ why });
export const dispatchesUnattributed = (): void => unattributed();
