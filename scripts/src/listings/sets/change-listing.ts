import {
  SetChangeState,
  type FeedRecipients,
  type HashSet,
  type SetChange,
  type SetMember,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import type { DiffReleasesResponse } from "@ntd/proto/hashlists/v1/set_view_service";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { listing } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";
import { memberWords } from "../../commands/sets/governance/member-words.ts";
import { recipientWords } from "../../commands/sets/governance/recipient-words.ts";
import { termsWords } from "../../commands/sets/governance/terms-words.ts";
import { effectWords } from "./impact-listing.ts";

/**
 * A proposal for people.
 *
 * @param set as it is: what would be other is told beside it.
 * @param back what the way back would change in what is in force.
 */
export function changeListing(change: SetChange | undefined, set?: HashSet, back?: Back): string {
  if (change === undefined) return "";
  const isWaiting = change.state === "SET_CHANGE_STATE_PENDING";
  // What is decided is in force, or never was: beside it there is nothing to compare.
  const now = isWaiting ? set : undefined;
  const { changeId, setId, state, policy, members, terms, reason } = change;
  const hasEffect = policy !== undefined || change.retire === true;
  return listing({
    change: changeId,
    set: setId,
    state: wordOf(SetChangeState, state),
    ...(members && beside(membersWords(members.members), now && membersWords(now.members))),
    ...(policy && beside(policyWords(policy), now && policyWords(now.policy))),
    ...(hasEffect && isWaiting && effectWords(change.effect)),
    ...(terms && beside(termsWords(terms), now && termsWords(now.terms))),
    "back to release": change.rollbackToReleaseId,
    "by that": back && `${back.added} new, ${back.removed} removed, ${back.changed} changed in what is in force`,
    retires: change.retire === true ? "the set, for good" : "",
    ...(change.recipients && beside(feedWords(change.recipients), now && feedWords(now.recipients))),
    reason,
    "proposed by": change.proposedBy,
    proposed: change.proposedTime,
    "decided by": change.decidedBy,
    decided: change.decidedTime,
    "waits for": isWaiting ? "another person's word: set approve-change, or set reject-change" : "",
  });
}

type Back = Pick<DiffReleasesResponse, "added" | "removed" | "changed">;
type Listed = Record<string, string | number | undefined>;

// What would be other says what it is now.
function beside(wanted: Listed, now: Listed | undefined): Listed {
  if (now === undefined) return wanted;
  const word = (one: Listed[string]) => (one === undefined || one === "" ? "none" : String(one));
  const told = Object.entries(wanted).map(([name, one]): [string, Listed[string]] => {
    return word(one) === word(now[name]) ? [name, one] : [name, `${word(one)} (now ${word(now[name])})`];
  });
  return Object.fromEntries(told);
}

function membersWords(members: readonly SetMember[]): Listed {
  return { members: members.map(memberWords).join("; ") };
}

function feedWords(recipients: FeedRecipients | undefined): Listed {
  return { "feed to": recipients?.recipients.map(recipientWords).join("; ") || "nobody" };
}

export function policyWords(policy: SetPolicy | undefined): Listed {
  const { autoIssue = false, minVotes, thresholds, weakEquality, expiryDays } = policy ?? {};
  return {
    "auto issue": autoIssue ? "yes" : "no",
    "min votes": minVotes,
    "PDQ within": thresholds?.pdq,
    "blockhash within": thresholds?.blockhash,
    "PDQ quality": thresholds?.pdqQuality,
    expires: expiryDays && `${expiryDays} days after a release came into force`,
    "MD5 alone": weakEquality === "WEAK_EQUALITY_DECIDES" ? "decides" : "nominates",
  };
}
