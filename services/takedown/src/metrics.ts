import { counter } from "@ntd/service";

const issued = counter("ntd_notices_issued", "Notices made from a decision.");
const offered = counter("ntd_notices_offered", "Notices sent to a provider for the first time.");
const acknowledged = counter("ntd_notices_acknowledged", "Notices that a provider made its own.");
const rejected = counter("ntd_notices_rejected", "Notices that a provider does not take, by reason.");
const undeliverable = counter("ntd_notices_undeliverable", "Notices that could not be opened when they were to leave.");
const asked = counter("ntd_notices_waiting_for_sighting", "Notices that wait for an eye to see what was decided on.");
const answers = counter("ntd_notice_answers", "Answers of providers, by outcome.");
const unattributed = counter("ntd_dispatches_unattributed", "Decisions that no provider was found for.");

export const noticesIssued = (): void => issued();
export const noticesOffered = (): void => offered();
export const noticesAcknowledged = (): void => acknowledged();
export const noticesRejected = (reason: string): void => rejected({ reason });
export const noticesUndeliverable = (reason: string): void => undeliverable({ reason });
export const looksAsked = (): void => asked();
export const noticesAnswered = (outcome: string): void => answers({ outcome });
export const dispatchesUnattributed = (): void => unattributed();
