import type { Algorithm } from "@ntd/proto/common/v1/common";
import type { FeedRecipient } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { SetRole } from "@ntd/proto/matching/v1/match";
import { Problem, shown, type FieldFault } from "@ntd/service";
import { ALGORITHMS } from "../chunks/entry-chunk.ts";
import type { HashSetState } from "../sets/hash-set.ts";

const MOST = 50;
const MAX_ORGANISATION = 200;
const PARTNER = /^partner\/[^\s/]{1,100}$/;

/**
 * Partners who are to get a feed of a set, as they were named.
 *
 * @throws Problem FIELD_INVALID naming every fault.
 */
export function validRecipients(recipients: readonly FeedRecipient[], role: SetRole): FeedRecipient[] {
  if (recipients.length > MOST) {
    throw Problem.fields({ field: "recipients", description: `has ${recipients.length}; at most ${MOST}` });
  }
  const faults: FieldFault[] = [];
  const fault = (field: string, description: string) => void faults.push({ field, description });
  if (!isPassedOn(role) && recipients.length > 0) fault("recipients", "a list of this role is never passed on");
  const valid = recipients.map(({ partner, organisation, algorithms }, at): FeedRecipient => {
    const field = `recipients[${at}]`;
    if (!PARTNER.test(partner)) fault(`${field}.partner`, `${shown(partner)} is not "partner/{name}"`);
    const first = recipients.findIndex((other) => other.partner === partner);
    if (first < at) fault(`${field}.partner`, `is named in recipients[${first}] already`);
    const trimmed = organisation.trim();
    if (trimmed === "" || trimmed.length > MAX_ORGANISATION) {
      fault(`${field}.organisation`, `must have 1 to ${MAX_ORGANISATION} characters`);
    }
    const known = ALL.filter((one) => algorithms.includes(one));
    if (known.length < new Set(algorithms).size) fault(`${field}.algorithms`, "names one that lists do not have");
    return { partner, organisation: trimmed, algorithms: known };
  });
  if (faults.length > 0) throw Problem.fields(...faults);
  return valid;
}

const ALL: readonly Algorithm[] = ALGORITHMS.map((name) => `ALGORITHM_${name}` as const);

/** What the platform derived, and what children said of pictures of themselves, goes to nobody. */
export function isPassedOn(role: SetRole): boolean {
  return role === "SET_ROLE_POSITIVE" || role === "SET_ROLE_NEGATIVE";
}

/** What a partner may have of a set; undefined for nothing. */
export function recipientOf({ recipients = [], policy }: HashSetState, partner: string): FeedRecipient | undefined {
  return isPassedOn(policy.role) ? recipients.find((one) => one.partner === partner) : undefined;
}

/** The algorithms that a partner gets, as places in `ALGORITHMS`. */
export function placesFor({ algorithms }: FeedRecipient): ReadonlySet<number> {
  const places = ALL.flatMap((one, place) => (algorithms.length === 0 || algorithms.includes(one) ? [place] : []));
  return new Set(places);
}
