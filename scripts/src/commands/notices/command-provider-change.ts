import {
  ProviderRole,
  ProviderServiceService,
  type EarlierProviderWrite,
} from "@ntd/proto/takedown/v1/provider_service";
import type { Command } from "commander";
import { providerIdentities, several } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { choices } from "../../cli/words.ts";
import { changeLines, changeTable, historyTable } from "../../listings/notices/provider-change-listing.ts";
import { idArgument } from "../../cli/short-ids.ts";

interface EditOptions {
  name?: string;
  addDomain?: string[];
  removeDomain?: string[];
  addPrefix?: string[];
  removePrefix?: string[];
  addIdentity?: string[];
  removeIdentity?: string[];
  addCountry?: string[];
  removeCountry?: string[];
  addRole?: ProviderRole[];
  removeRole?: ProviderRole[];
  over?: string[];
  reason: string;
  dryRun?: boolean;
}

/** What changes a provider that exists, and the second person's word. */
export function providerChangeCommands(provider: Command, cli: Cli): void {
  provider
    .command("edit")
    .description("change only what is named; what sends addresses to somebody new waits for a second person")
    .argument("<id>")
    .option("--name <text>", "what people call it")
    .option("--add-domain <name>", "repeatable, as all below", several)
    .option("--remove-domain <name>", "", several)
    .option("--add-prefix <cidr>", "", several)
    .option("--remove-prefix <cidr>", "", several)
    .option("--add-identity <name>", "an identity isp/NAME", providerIdentities)
    .option("--remove-identity <name>", "in force at once", providerIdentities)
    .option("--add-country <code>", "of a hotline: what is hosted there is its own", several)
    .option("--remove-country <code>", "", several)
    .addOption(choices("--add-role <word>", "", ProviderRole))
    .addOption(choices("--remove-role <word>", "", ProviderRole))
    .option("--over <provider>", "a provider that it may overlap with", several)
    .requiredOption("--reason <text>", "why")
    .option("--dry-run", "show before and after, overlaps and what would go elsewhere, and change nothing")
    .action(async (id: string, options: EditOptions) => edit(cli, id, options));
  wordCommands(provider, cli);
  provider
    .command("history")
    .description("everything that became of a provider, what was written before changes were kept too, newest first")
    .argument("<id>")
    .addOption(limitOption())
    .action(async (id: string, { limit }: { limit: number }) => history(cli, id, limit));
  provider
    .command("changes")
    .description("who changed what, when and why, newest first")
    .argument("[id]", "of this provider alone")
    .option("--waiting", "only what waits for a second person")
    .addOption(limitOption())
    .action(async (id: string | undefined, options: { waiting?: boolean; limit: number }) => changes(cli, id, options));
}

/** Retiring, which waits for the second person's word, and that word or one against it. */
function wordCommands(provider: Command, cli: Cli): void {
  provider
    .command("retire")
    .description("it gets nothing any more, and what is open of it goes before a person; waits for a second person")
    .argument("<id>")
    .requiredOption("--reason <text>", "why")
    .option("--dry-run", "show what is open and where it would go, and change nothing")
    .action(async (providerId: string, { reason, dryRun = false }: { reason: string; dryRun?: boolean }) => {
      const answer = await cli.call("takedown", ProviderServiceService, (takedown) =>
        takedown.retireProvider({ requestId: cli.requestId(), providerId, reason, dryRun }),
      );
      cli.print(answer, () => (answer.change === undefined ? "" : changeLines(answer.change)));
    });
  provider
    .command("approve")
    .description("approve a change that another person proposed")
    .addArgument(idArgument("change", "<change>"))
    .action(async (changeId: string) => {
      const answer = await cli.call("takedown", ProviderServiceService, (takedown) =>
        takedown.approveProviderChange({ requestId: cli.requestId(), changeId }),
      );
      cli.print(answer, () => (answer.change === undefined ? "" : changeLines(answer.change)));
    });
  provider
    .command("reject")
    .description("reject a change that waits for a second person, or withdraw your own")
    .addArgument(idArgument("change", "<change>"))
    .requiredOption("--reason <text>", "why")
    .action(async (changeId: string, { reason }: { reason: string }) => {
      const answer = await cli.call("takedown", ProviderServiceService, (takedown) =>
        takedown.rejectProviderChange({ requestId: cli.requestId(), changeId, reason }),
      );
      cli.print(answer, () => (answer.change === undefined ? "" : changeLines(answer.change)));
    });
}

async function edit(cli: Cli, providerId: string, options: EditOptions): Promise<void> {
  const { over = [], reason, dryRun = false } = options;
  const asked = {
    displayName: options.name ?? "",
    addDomains: options.addDomain ?? [],
    removeDomains: options.removeDomain ?? [],
    addPrefixes: options.addPrefix ?? [],
    removePrefixes: options.removePrefix ?? [],
    addIdentities: options.addIdentity ?? [],
    removeIdentities: options.removeIdentity ?? [],
    addRoles: options.addRole ?? [],
    removeRoles: options.removeRole ?? [],
    ...(options.addCountry && { addCountries: { countries: options.addCountry } }),
    ...(options.removeCountry && { removeCountries: { countries: options.removeCountry } }),
  };
  const answer = await cli.call("takedown", ProviderServiceService, (takedown) =>
    takedown.editProvider({ requestId: cli.requestId(), providerId, edit: asked, over, reason, dryRun }),
  );
  cli.print(answer, () => (answer.change === undefined ? "" : changeLines(answer.change)));
}

async function changes(
  cli: Cli,
  providerId: string | undefined,
  { waiting = false, limit }: { waiting?: boolean; limit: number },
): Promise<void> {
  const { items, more } = await cli.call("takedown", ProviderServiceService, (takedown) =>
    collect(limit, async (at) => {
      const page = await takedown.listProviderChanges({ ...at, providerId: providerId ?? "", waiting });
      return { items: page.changes, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ changes: items, more }, () => changeTable(items) + moreLine(more));
}

async function history(cli: Cli, providerId: string, limit: number): Promise<void> {
  const earlierWrites: EarlierProviderWrite[] = [];
  const { items, more } = await cli.call("takedown", ProviderServiceService, (takedown) =>
    collect(limit, async (at) => {
      const page = await takedown.listProviderChanges({ ...at, providerId, waiting: false });
      earlierWrites.push(...page.earlierWrites);
      return { items: page.changes, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ changes: items, earlierWrites, more }, () => historyTable(items, earlierWrites) + moreLine(more));
}
