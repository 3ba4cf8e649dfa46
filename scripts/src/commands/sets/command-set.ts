import { HashListServiceService, ReleaseState } from "@ntd/proto/hashlists/v1/hash_list_service";
import { WeakEquality } from "@ntd/proto/hashlists/v1/release";
import { SetRole } from "@ntd/proto/matching/v1/match";
import type { Command } from "commander";
import { wholeNumber } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { restoreCommands } from "./entries/command-set-restore.ts";
import { innocentCommands } from "./entries/command-set-innocent.ts";
import { impactCommands } from "./entries/command-set-impact.ts";
import { opinionCommands } from "./entries/command-set-opinion.ts";
import { revocationCommands } from "./entries/command-set-revoke.ts";
import { uploadCommands } from "./releases/command-set-upload.ts";
import { listing, table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { compareCommands, onceCompared } from "./releases/command-set-compare.ts";
import { backCommands } from "./governance/command-set-back.ts";
import { changeCommands } from "./governance/command-set-change.ts";
import { viewCommands } from "./entries/command-set-view.ts";
import { groupInHelp } from "./set-groups.ts";
import { memberOption, membersOf, type NamedMember } from "./governance/member-words.ts";
import { termsOptions, termsWith, type TermsOptions } from "./governance/terms-words.ts";
import { approvers, releaseListing } from "../../listings/sets/release-listing.ts";
import { choice, wordOf } from "../../cli/words.ts";
import { idArgument } from "../../cli/short-ids.ts";

interface CreateOptions extends TermsOptions {
  owner: string;
  role: SetRole;
  member: NamedMember[];
  autoIssue: boolean;
  minVotes: number;
  pdq: number;
  blockhash: number;
  pdqQuality: number;
  expiryDays?: number;
  recipe?: string;
  weakEquality?: WeakEquality;
}

export function setCommands(program: Command, cli: Cli): void {
  const set = program.command("set").description("hash lists: sets and their releases");
  const making = set
    .command("create")
    .description("make a set; the national one as operator, with approvers of two organisations")
    .argument("<id>", "lower-case letters, digits and hyphens")
    .requiredOption("--owner <text>", "who answers for the list")
    .addOption(choice("--role <word>", "what a hit means", SetRole).makeOptionMandatory())
    .addOption(memberOption().makeOptionMandatory())
    .option("--auto-issue", "a machine may decide on its hits", false)
    .option("--min-votes <n>", "votes that an entry needs for that", wholeNumber, 0)
    .option("--pdq <bits>", "largest PDQ distance (0: the service's own)", wholeNumber, 0)
    .option("--blockhash <bits>", "largest blockhash distance (0: the service's own)", wholeNumber, 0)
    .option("--pdq-quality <n>", "least quality of PDQ hashes, listed or seen (0: the service's own)", wholeNumber, 0)
    .option("--expiry-days <n>", "no machine decides by a release that is in force for longer", wholeNumber)
    .addOption(
      choice("--weak-equality <word>", "what MD5 alone or SHA-1 alone does: nominates unless said", WeakEquality),
    )
    .option("--recipe <name>", "how its perceptual hashes were made: exact-1 (default), fast-1");
  for (const option of termsOptions()) making.addOption(option);
  making.action(async (id: string, options: CreateOptions) => create(cli, id, options));
  set
    .command("list")
    .description("the sets of which you are a member; all of them to operators")
    .addOption(limitOption())
    .action(async (options: { limit: number }) => list(cli, options.limit));
  uploadCommands(set, cli);
  set
    .command("approve")
    .description("approve a release that somebody else uploaded; what changes much takes two")
    .addArgument(idArgument("release", "<release>"))
    .option("--confirm-removed <n>", "of one in quarantine: how many entries it removes, as compare says", wholeNumber)
    .option("--confirm-taken-back <n>", "of one that takes much back for good: how many, as compare says", wholeNumber)
    .option("--confirm-refused <n>", "of one with refused rows: how many, as the upload said", wholeNumber)
    .option("--confirm-class-columns <n>", "of one that may have classes in columns not kept: how many", wholeNumber)
    .action(async (release: string, options: Confirmed) => approve(cli, release, options));
  set
    .command("activate")
    .description("make an approved release the set's active one; the way back is set rollback")
    .addArgument(idArgument("release", "<release>"))
    .action(async (release: string) => activate(cli, release));
  set
    .command("releases")
    .description("the releases of a set")
    .argument("<id>")
    .addOption(limitOption())
    .action(async (id: string, options: { limit: number }) => releases(cli, id, options.limit));
  compareCommands(set, cli);
  revocationCommands(set, cli);
  restoreCommands(set, cli);
  impactCommands(set, cli);
  changeCommands(set, cli);
  backCommands(set, cli);
  viewCommands(set, cli);
  opinionCommands(set, cli);
  innocentCommands(set, cli);
  groupInHelp(set);
}

async function create(cli: Cli, setId: string, options: CreateOptions): Promise<void> {
  const { owner, role, autoIssue, minVotes, pdq, blockhash, pdqQuality, recipe, weakEquality, expiryDays } = options;
  const thresholds = { pdq, blockhash, pdqQuality, blockhashTransitions: 0 };
  const own = pdq === 0 && blockhash === 0 && pdqQuality === 0 ? undefined : thresholds;
  const rare = {
    ...(recipe !== undefined && { recipe }),
    ...(weakEquality !== undefined && { weakEquality }),
    ...(expiryDays !== undefined && { expiryDays }),
  };
  const policy = { owner, role, autoIssue, minVotes, thresholds: own, ...rare };
  const terms = termsWith(undefined, options);
  const agreed = { policy, members: membersOf(options.member, owner), ...(terms && { terms }) };
  const answer = await cli.call("hashlists", HashListServiceService, (hashlists) =>
    hashlists.createSet({ requestId: cli.requestId(), setId, ...agreed }),
  );
  cli.print(answer, () => listing({ set: answer.set?.setId, created: answer.set?.createdTime }));
}

async function list(cli: Cli, limit: number): Promise<void> {
  const { items: sets, more } = await cli.call("hashlists", HashListServiceService, (hashlists) =>
    collect(limit, async (at) => {
      const { sets: items, nextPageToken } = await hashlists.listSets(at);
      return { items, nextPageToken };
    }),
  );
  cli.print({ sets, more }, () => {
    const rows = sets.map(({ setId, policy, activeReleaseId, retiredTime }) => {
      const inForce = retiredTime === undefined ? activeReleaseId || "none" : "retired";
      const { owner, role = SetRole.UNSPECIFIED, autoIssue, minVotes, weakEquality } = policy ?? {};
      const alone = weakEquality === "WEAK_EQUALITY_DECIDES" ? "decides" : "nominates";
      return [setId, owner, wordOf(SetRole, role), autoIssue === true ? "yes" : "no", minVotes, alone, inForce];
    });
    return (
      table(["set", "owner", "role", "auto issue", "min votes", "MD5 alone", "active release"], rows) + moreLine(more)
    );
  });
}

interface Confirmed {
  confirmRemoved?: number;
  confirmTakenBack?: number;
  confirmRefused?: number;
  confirmClassColumns?: number;
}

async function approve(cli: Cli, releaseId: string, options: Confirmed): Promise<void> {
  const { confirmRemoved, confirmTakenBack, confirmRefused, confirmClassColumns } = options;
  const confirmed = {
    ...(confirmRemoved !== undefined && { confirmRemoved: BigInt(confirmRemoved) }),
    ...(confirmTakenBack !== undefined && { confirmTakenBack: BigInt(confirmTakenBack) }),
    ...(confirmRefused !== undefined && { confirmRefused: BigInt(confirmRefused) }),
    ...(confirmClassColumns !== undefined && { confirmClassColumns }),
  };
  const request = { requestId: cli.requestId(), releaseId, ...confirmed };
  const answer = await onceCompared(cli, (hashlists) => hashlists.approveRelease(request));
  cli.print(answer, () => releaseListing(answer.release));
}

async function activate(cli: Cli, releaseId: string): Promise<void> {
  const request = { requestId: cli.requestId(), releaseId };
  const answer = await onceCompared(cli, (hashlists) => hashlists.activateRelease(request));
  cli.print(answer, () => releaseListing(answer.release));
}

async function releases(cli: Cli, setId: string, limit: number): Promise<void> {
  const { items, more } = await cli.call("hashlists", HashListServiceService, (hashlists) =>
    collect(limit, async (at) => {
      const page = await hashlists.listReleases({ setId, ...at });
      return { items: page.releases, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ releases: items, more }, () => {
    const rows = items.map((r) => {
      const state = wordOf(ReleaseState, r.state);
      return [{ id: r.releaseId }, state, r.entryCount, r.problemCount, r.uploadedBy, approvers(r), r.uploadedTime];
    });
    const head = ["release", "state", "entries", "problems", "uploaded by", "approved by", "uploaded"];
    return table(head, rows) + moreLine(more);
  });
}
