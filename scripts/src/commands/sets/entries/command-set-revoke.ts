import { HashListServiceService, RevocationState } from "@ntd/proto/hashlists/v1/hash_list_service";
import { RevocationCause } from "@ntd/proto/common/v1/common";
import type { Command } from "commander";
import type { Cli } from "../../../cli/cli.ts";
import { table } from "../../../cli/output.ts";
import { idArgument } from "../../../cli/short-ids.ts";
import { collect, limitOption, moreLine } from "../../../cli/pages.ts";
import { fallsInShort } from "../../../listings/sets/impact-listing.ts";
import { leftOfFiles, revocationListing } from "../../../listings/sets/revocation-listing.ts";
import { assess } from "./command-set-impact.ts";
import { NAMED_MS, namedEntries, namingOptions, withItsFileOption, type NamingOptions } from "./named-entries.ts";
import { choice, wordOf } from "../../../cli/words.ts";

interface RevokeOptions extends NamingOptions {
  reason: string;
  cause?: RevocationCause;
  withItsFile?: true;
  dryRun?: true;
}

/** What takes entries of a set back. */
export function revocationCommands(set: Command, cli: Cli): void {
  const [entries, file] = namingOptions();
  set
    .command("revoke")
    .description("take entries back; more than ten in 24 hours by one person, in all sets, wait for another one")
    .argument("<id>")
    .addOption(entries)
    .addOption(file)
    .requiredOption("--reason <text>", "why, for the record")
    .addOption(
      choice("--cause <word>", "wrong-file (the default) and not-illegal bring back what it decided", RevocationCause),
    )
    .addOption(withItsFileOption("take back"))
    .option("--dry-run", "take nothing back: only tell what would follow")
    .action(async (id: string, options: RevokeOptions) => revoke(cli, id, options));
  set
    .command("approve-revocation")
    .description("approve a revocation that somebody else asked for")
    .addArgument(idArgument("revocation", "<revocation>"))
    .action(async (revocation: string) => approve(cli, revocation));
  set
    .command("revocations")
    .description("what was taken back of a set and given back, or waits for approval")
    .argument("<id>")
    .addOption(limitOption())
    .action(async (id: string, options: { limit: number }) => revocations(cli, id, options.limit));
}

async function revoke(cli: Cli, setId: string, options: RevokeOptions): Promise<void> {
  const { reason, cause = "REVOCATION_CAUSE_WRONG_FILE" } = options;
  const { entries, typed } = await namedEntries(options);
  const withItsFiles = options.withItsFile === true;
  if (options.dryRun === true) return await assess(cli, { setId, ...entries, cause, withItsFiles }, typed);
  const request = { requestId: cli.requestId(), setId, ...entries, reason, cause, withItsFiles };
  const answer = await cli
    .call("hashlists", HashListServiceService, (hashlists) => hashlists.revokeEntries(request), NAMED_MS)
    .catch(typed);
  cli.print(answer, () => revocationListing(answer.revocation) + leftOfFiles(answer.revocation));
}

async function approve(cli: Cli, revocationId: string): Promise<void> {
  const request = { requestId: cli.requestId(), revocationId };
  const answer = await cli.call(
    "hashlists",
    HashListServiceService,
    (hashlists) => hashlists.approveRevocation(request),
    NAMED_MS,
  );
  cli.print(answer, () => revocationListing(answer.revocation));
}

async function revocations(cli: Cli, setId: string, limit: number): Promise<void> {
  const { items, more } = await cli.call("hashlists", HashListServiceService, (hashlists) =>
    collect(limit, async (at) => {
      const page = await hashlists.listRevocations({ setId, ...at });
      return { items: page.revocations, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ revocations: items, more }, () => {
    const rows = items.map((r) => {
      const state = wordOf(RevocationState, r.state);
      return [
        { id: r.revocationId },
        r.restores === true ? "gives back" : "takes back",
        state,
        r.entryCount,
        r.impact && fallsInShort(r.impact),
        r.requestedBy,
        r.approvedBy,
        r.requestedTime,
        r.withdrawnBy,
        r.restores === true ? "" : wordOf(RevocationCause, r.cause),
        r.reason,
      ];
    });
    const told = ["revocation", "", "state", "entries", "falls", "requested by", "approved by", "requested"];
    return table([...told, "withdrawn by", "cause", "reason"], rows) + moreLine(more);
  });
}
