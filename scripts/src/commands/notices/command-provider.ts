import { Action, Route } from "@ntd/proto/takedown/v1/notice";
import {
  CountryWay,
  ProviderRole,
  ProviderServiceService,
  type ProposedAssignment,
} from "@ntd/proto/takedown/v1/provider_service";
import type { Command } from "commander";
import { providerIdentities, several } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { listing, table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { choice, choices, wordOf } from "../../cli/words.ts";
import { addressWord } from "../../listings/address-word.ts";
import { providerChangeCommands } from "./command-provider-change.ts";
import { changeLines } from "../../listings/notices/provider-change-listing.ts";

interface PutOptions {
  name: string;
  domain?: string[];
  prefix?: string[];
  role?: ProviderRole[];
  identity?: string[];
  route?: Route;
  country?: string[];
  over?: string[];
  reason: string;
}

export function providerCommands(program: Command, cli: Cli): void {
  const provider = program.command("provider").description("who hosts what, and cases without a provider");
  provider
    .command("put")
    .description("propose a provider, or what one lacks; nothing is taken away")
    .argument("<id>")
    .requiredOption("--name <text>", "what people call it")
    .option("--domain <name>", "a registered domain, sub-domains included; repeatable", several)
    .option("--prefix <cidr>", "an address prefix; repeatable", several)
    .addOption(choices("--role <word>", "what it does; repeatable", ProviderRole))
    .option(
      "--identity <name>",
      "an identity isp/NAME that acts for it; repeatable (your own goes before the command)",
      providerIdentities,
    )
    .addOption(choice("--route <word>", "how its notices reach it; of a new one, for good (default: provider)", Route))
    .option("--country <code>", "of a hotline: what is hosted there is its own; repeatable", several)
    .option("--over <provider>", "a provider that it may overlap with; repeatable", several)
    .option("--reason <text>", "why", "")
    .action(async (id: string, options: PutOptions) => put(cli, id, options));
  providerChangeCommands(provider, cli);
  provider
    .command("list")
    .description("every provider")
    .addOption(limitOption())
    .action(async (options: { limit: number }) => list(cli, options.limit));
  provider
    .command("unattributed")
    .description("decided cases for which no provider was found")
    .addOption(limitOption())
    .action(async (options: { limit: number }) => unattributed(cli, options.limit));
  provider
    .command("assign")
    .description("send an unattributed dispatch to a provider")
    .argument("<dispatch>")
    .argument("<provider>")
    .addOption(choice("--action <word>", "what to ask for", Action).default(Action.REMOVE, "remove"))
    .action(async (dispatchId: string, providerId: string, { action }: { action: Action }) => {
      const answer = await cli.call("takedown", ProviderServiceService, (takedown) =>
        takedown.assignProvider({ requestId: cli.requestId(), dispatchId, providerId, action }),
      );
      cli.print(answer, () =>
        listing({
          notice: answer.noticeId,
          waits: answer.waitsForSecondPerson ? "for a second person, who gives the same command" : "",
        }),
      );
    });
}

async function put(cli: Cli, providerId: string, options: PutOptions): Promise<void> {
  const {
    name: displayName,
    domain: domains = [],
    prefix: prefixes = [],
    role: roles = [],
    identity: identities = [],
    route,
    country: countries,
    over = [],
    reason,
  } = options;
  const lists = { domains, prefixes, roles, identities, wins: [] };
  const hotline = { ...(route && { route }), ...(countries && { countries: { countries } }) };
  const provider = { providerId, displayName, ...lists, ...hotline, retiredTime: undefined };
  const answer = await cli.call("takedown", ProviderServiceService, (takedown) =>
    takedown.putProvider({ requestId: cli.requestId(), provider, over, reason }),
  );
  const { change } = answer;
  cli.print(answer, () =>
    change === undefined ? listing({ provider: providerId, change: "none" }) : changeLines(change),
  );
}

async function list(cli: Cli, limit: number): Promise<void> {
  const { items: providers, more } = await cli.call("takedown", ProviderServiceService, (takedown) =>
    collect(limit, async (at) => {
      const page = await takedown.listProviders(at);
      return { items: page.providers, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ providers, more }, () => {
    const rows = providers.map((p) => {
      const roles = p.roles.map((role) => wordOf(ProviderRole, role));
      const countries = p.countries?.countries ?? [];
      return [p.providerId, p.displayName, p.domains, p.prefixes, roles, p.identities, countries, p.retiredTime];
    });
    const head = ["provider", "name", "domains", "prefixes", "roles", "identities", "hotline of", "retired"];
    return table(head, rows) + moreLine(more);
  });
}

async function unattributed(cli: Cli, limit: number): Promise<void> {
  const { items: dispatches, more } = await cli.call("takedown", ProviderServiceService, (takedown) =>
    collect(limit, async (at) => {
      const page = await takedown.listUnattributed(at);
      return { items: page.dispatches, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ dispatches, more }, () => {
    const rows = dispatches.map((d) => [
      d.dispatchId,
      d.caseId,
      d.decidedTime,
      addressWord(d),
      d.resolvedIp,
      d.countryAbroad && `${d.countryAbroad} (${wordOf(CountryWay, d.countryWay ?? CountryWay.UNSPECIFIED)})`,
      d.proposed.map(proposal),
    ]);
    const head = ["dispatch", "case", "decided", "address", "resolved to", "abroad in", "waits for a second person"];
    return table(head, rows) + moreLine(more);
  });
}

function proposal({ providerId, action, proposedBy }: ProposedAssignment): string {
  return `${wordOf(Action, action)} at ${providerId} (${proposedBy})`;
}
