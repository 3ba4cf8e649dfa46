import { HashListServiceService, type FeedRecipient } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { Command } from "commander";
import type { Cli } from "../../../cli/cli.ts";
import { UsageError } from "../../../cli/failure.ts";
import { changeListing } from "../../../listings/sets/change-listing.ts";
import { recipientOption } from "./recipient-words.ts";

interface ShareOptions {
  recipient?: FeedRecipient[];
  nobody?: boolean;
  reason: string;
}

/** Who gets a feed of a set, by two persons. */
export function shareCommand(set: Command, cli: Cli): void {
  set
    .command("share")
    .description("propose who gets a feed of a set: these partners, and nobody else; see approve-change")
    .argument("<id>")
    .addOption(recipientOption())
    .option("--nobody", "nobody any more")
    .requiredOption("--reason <text>", "why, for the record")
    .action(async (id: string, options: ShareOptions) => share(cli, id, options));
}

async function share(cli: Cli, setId: string, { recipient = [], nobody = false, reason }: ShareOptions): Promise<void> {
  if (recipient.length > 0 === nobody) throw new UsageError("name who gets it with --recipient, or say --nobody");
  const request = { requestId: cli.requestId(), setId, recipients: { recipients: recipient }, reason };
  const answer = await cli.call("hashlists", HashListServiceService, (lists) => lists.proposeSetChange(request));
  cli.print(answer, () => changeListing(answer.change));
}
