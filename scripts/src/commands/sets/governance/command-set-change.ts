import {
  HashListServiceService,
  SetChangeState,
  type HashSet,
  type SetChange,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { CheckTerms, WeakEquality, type SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { SetRole } from "@ntd/proto/matching/v1/match";
import { Problem } from "@ntd/service";
import type { Command } from "commander";
import { wholeNumber } from "../../../cli/arguments.ts";
import type { Cli } from "../../../cli/cli.ts";
import { UsageError } from "../../../cli/failure.ts";
import { listing, table } from "../../../cli/output.ts";
import { idArgument } from "../../../cli/short-ids.ts";
import { choice, wordOf } from "../../../cli/words.ts";
import { changeListing, policyWords } from "../../../listings/sets/change-listing.ts";
import { inShort } from "../../../listings/sets/impact-listing.ts";
import { recipientWords } from "./recipient-words.ts";
import { termsOptions, termsWith, termsWords, type TermsOptions } from "./terms-words.ts";
import { memberOption, membersOf, memberWords, type NamedMember } from "./member-words.ts";

interface ChangeOptions extends TermsOptions {
  member?: NamedMember[];
  autoIssue?: boolean;
  minVotes?: number;
  pdq?: number;
  blockhash?: number;
  pdqQuality?: number;
  expiryDays?: number;
  weakEquality?: WeakEquality;
  check?: CheckTerms;
  reason: string;
}

/** What changes a set itself: proposed by an owner, in force by another person's word. */
export function changeCommands(set: Command, cli: Cli): void {
  set
    .command("show")
    .description("a set: who may do what in it, what machines do with it, what was agreed of it")
    .argument("<id>")
    .action(async (id: string) => show(cli, id));
  const change = set
    .command("change")
    .description("propose other members, another policy or other terms; what is not named stays")
    .argument("<id>")
    .addOption(memberOption())
    .option("--auto-issue", "a machine may decide on its hits")
    .option("--no-auto-issue", "a machine may not")
    .option("--min-votes <n>", "votes that an entry needs for that", wholeNumber)
    .option("--pdq <bits>", "largest PDQ distance", wholeNumber)
    .option("--blockhash <bits>", "largest blockhash distance", wholeNumber)
    .option("--pdq-quality <n>", "least quality of PDQ hashes, listed or seen", wholeNumber)
    .option("--expiry-days <n>", "no machine decides by a release that is in force for longer; 0: always", wholeNumber)
    .addOption(choice("--weak-equality <word>", "what MD5 alone or SHA-1 alone does", WeakEquality));
  for (const option of termsOptions()) change.addOption(option);
  change
    .option("--no-other-organisation", "they need not be")
    .addOption(choice("--check <word>", "what platforms of the industry are told of their hashes", CheckTerms))
    .requiredOption("--reason <text>", "why, for the record")
    .action(async (id: string, options: ChangeOptions) => propose(cli, id, options));
  set
    .command("changes")
    .description(
      "what was proposed of a set, and what became of it; of one proposal all of it, beside what is in force",
    )
    .argument("<id>")
    .addArgument(idArgument("set change", "[change]"))
    .action(async (id: string, change: string | undefined) => {
      await (change === undefined ? changes(cli, id) : showChange(cli, id, change));
    });
  set
    .command("approve-change")
    .description("bring into force what somebody else proposed")
    .argument("<id>")
    .addArgument(idArgument("set change", "<change>"))
    .action(async (id: string, change: string) => decide(cli, "approveSetChange", id, change));
  set
    .command("reject-change")
    .description("end a proposal")
    .argument("<id>")
    .addArgument(idArgument("set change", "<change>"))
    .action(async (id: string, change: string) => decide(cli, "rejectSetChange", id, change));
}

async function show(cli: Cli, setId: string): Promise<void> {
  const set = await find(cli, setId);
  cli.print({ set }, () => {
    const { policy, members, terms, recipients, activeReleaseId, counter, createdTime } = set;
    return listing({
      set: setId,
      owner: policy?.owner,
      role: policy && wordOf(SetRole, policy.role),
      members: members.map(memberWords).join("; "),
      ...policyWords(policy),
      ...termsWords(terms),
      "feed to": recipients?.recipients.map(recipientWords).join("; "),
      "active release": activeReleaseId,
      counter,
      created: createdTime,
      lost: lostWords(set.lostRelease),
      "decides nothing since": set.expiredTime ?? set.lostRelease?.time,
      retired: set.retiredTime,
    });
  });
}

function lostWords(lost: HashSet["lostRelease"]): string | undefined {
  if (lost === undefined) return undefined;
  const what = `release ${lost.releaseId} of ${lost.entryCount} entries, as after a restore`;
  return `${what}; upload it again, have it approved and activate it`;
}

async function propose(cli: Cli, setId: string, options: ChangeOptions): Promise<void> {
  const set = await find(cli, setId);
  const [policy, terms] = [policyWith(set, options), termsWith(set.terms, options)];
  const members = options.member && { members: membersOf(options.member, set.policy?.owner ?? "") };
  if (policy === undefined && terms === undefined && members === undefined) {
    throw new UsageError("nothing to change; name members, a part of the policy, or terms");
  }
  const parts = { ...(policy && { policy }), ...(members && { members }), ...(terms && { terms }) };
  const request = { requestId: cli.requestId(), setId, reason: options.reason, ...parts };
  const answer = await cli.call("hashlists", HashListServiceService, (lists) => lists.proposeSetChange(request));
  cli.print(answer, () => changeListing(answer.change, set));
}

async function showChange(cli: Cli, setId: string, changeId: string): Promise<void> {
  const set = await find(cli, setId);
  const answer = await cli.call("hashlists", HashListServiceService, (lists) => lists.listSetChanges({ setId }));
  const change = answer.changes.find((one) => one.changeId === changeId);
  if (change === undefined) throw new Problem("NOT_FOUND", `The set ${setId} has no such proposal.`);
  const back = await backOf(cli, set, change);
  cli.print({ change, ...(back && { back }) }, () => changeListing(change, set, back));
}

/** Lists of tens of millions are read for it. */
const READ_MS = 300_000;

// What the way back would take out and put in, which who approves it is to know.
async function backOf(cli: Cli, { activeReleaseId }: HashSet, { state, rollbackToReleaseId }: SetChange) {
  const isWaiting = state === "SET_CHANGE_STATE_PENDING" && activeReleaseId !== "";
  if (!isWaiting || rollbackToReleaseId === undefined) return undefined;
  const pair = { olderReleaseId: activeReleaseId, newerReleaseId: rollbackToReleaseId };
  return await cli.call("hashlists", HashSetViewServiceService, (views) => views.diffReleases(pair), READ_MS);
}

async function changes(cli: Cli, setId: string): Promise<void> {
  const answer = await cli.call("hashlists", HashListServiceService, (lists) => lists.listSetChanges({ setId }));
  cli.print(answer, () => {
    const rows = answer.changes.map((one) => {
      const state = wordOf(SetChangeState, one.state);
      return [
        { id: one.changeId },
        state,
        partsOf(one),
        one.effect && inShort(one.effect),
        one.proposedBy,
        one.proposedTime,
        one.decidedBy,
        one.decidedTime,
        one.reason,
      ];
    });
    const head = ["change", "state", "of", "otherwise", "proposed by", "proposed", "decided by", "decided", "reason"];
    return table(head, rows);
  });
}

async function decide(cli: Cli, method: "approveSetChange" | "rejectSetChange", setId: string, changeId: string) {
  const request = { requestId: cli.requestId(), setId, changeId };
  const answer = await cli.call("hashlists", HashListServiceService, (lists) => lists[method](request));
  cli.print(answer, () => changeListing(answer.change));
}

async function find(cli: Cli, setId: string): Promise<HashSet> {
  const { set } = await cli.call("hashlists", HashSetViewServiceService, (views) => views.getSet({ setId }));
  if (set === undefined) throw new Problem("NOT_FOUND", "There is no such set of which you are a member.");
  return set;
}

function policyWith({ policy }: HashSet, options: ChangeOptions): SetPolicy | undefined {
  const { autoIssue, minVotes, pdq, blockhash, pdqQuality, weakEquality, expiryDays } = options;
  const all = [autoIssue, minVotes, pdq, blockhash, pdqQuality, weakEquality, expiryDays];
  const given = all.some((one) => one !== undefined);
  if (policy === undefined || !given) return undefined;
  const before = policy.thresholds ?? { pdq: 0, blockhash: 0, pdqQuality: 0, blockhashTransitions: 0 };
  const { expiryDays: expiry = 0, ...rest } = policy;
  const days = expiryDays ?? expiry;
  const thresholds = { pdq, blockhash, pdqQuality };
  return {
    ...rest,
    ...(days > 0 && { expiryDays: days }),
    thresholds: { ...before, ...Object.fromEntries(Object.entries(thresholds).filter(([, one]) => one !== undefined)) },
    autoIssue: autoIssue ?? policy.autoIssue,
    minVotes: minVotes ?? policy.minVotes,
    ...(weakEquality !== undefined && { weakEquality }),
  };
}

function partsOf({ policy, members, terms, recipients, rollbackToReleaseId, retire }: SetChange): string {
  const parts = { members, policy, terms, recipients };
  if (retire === true) return "its end";
  if (rollbackToReleaseId !== undefined) return "the way back";
  return (["members", "policy", "terms", "recipients"] as const).filter((part) => parts[part] !== undefined).join(", ");
}
