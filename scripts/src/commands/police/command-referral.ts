import { ReferralOutcome } from "@ntd/proto/casework/v1/case";
import { ReferralServiceService, type ReferralView } from "@ntd/proto/casework/v1/referral_service";
import type { RpcClient } from "@ntd/rpc";
import { verifyWhole, type JSONWebKeySet } from "@ntd/service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { harmlessJson } from "../../cli/harmless.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { choice } from "../../cli/words.ts";
import { referralFileListing, referralListing, referralTable } from "../../listings/cases/referral-listing.ts";
import { idArgument } from "../../cli/short-ids.ts";

export function referralCommands(program: Command, cli: Cli): void {
  const group = program.command("referral").description("what police are told of cases, and what they answer");
  group
    .command("list")
    .description("what waits for police, longest first")
    .option("--all", "what is acknowledged, too", false)
    .addOption(limitOption())
    .action(async (options: { all: boolean; limit: number }) => list(cli, options.limit, options.all));
  group
    .command("show")
    .description("all of it, with its address; that you read it is recorded")
    .addArgument(idArgument("case", "<case>"))
    .action(async (caseId: string) => show(cli, caseId));
  group
    .command("acknowledge")
    .description("police have it")
    .addArgument(idArgument("case", "<case>"))
    .requiredOption("--reference <text>", "what you call it")
    .action(async (caseId: string, { reference }: { reference: string }) =>
      change(cli, (casework, id) => casework.acknowledgeReferral({ ...id, caseId, policeReference: reference })),
    );
  group
    .command("feedback")
    .description("what came of it, as often as there is something to say; assessors read it")
    .addArgument(idArgument("case", "<case>"))
    .addOption(choice("--outcome <word>", "what came of it", ReferralOutcome).makeOptionMandatory())
    .option("--text <text>", "in your words", "")
    .action(async (caseId: string, options: { outcome: ReferralOutcome; text: string }) =>
      change(cli, (casework, id) => casework.feedbackReferral({ ...id, caseId, ...options })),
    );
  group
    .command("refer")
    .description("tell police of a case by hand")
    .addArgument(idArgument("case", "<case>"))
    .requiredOption("--reason <text>", "why")
    .action(async (caseId: string, { reason }: { reason: string }) =>
      change(cli, (casework, id) => casework.referCase({ ...id, caseId, reason })),
    );
  exportCommands(group, cli);
}

function exportCommands(group: Command, cli: Cli): void {
  group
    .command("export")
    .description("signed JSON to take away (a JWS); that you read it is recorded")
    .addArgument(idArgument("case", "<case>"))
    .option("--open", "verify it, and print the JSON itself", false)
    .action(async (caseId: string, { open }: { open: boolean }) => exported(cli, caseId, open));
  group
    .command("keys")
    .description("the public keys that verify exports")
    .action(async () => {
      const answer = await cli.call("casework", ReferralServiceService, (casework) => casework.listExportKeys({}));
      cli.print(JSON.parse(answer.jwksJson), () => harmlessJson(answer.jwksJson));
    });
}

type Referrals = RpcClient<typeof ReferralServiceService>;

async function list(cli: Cli, limit: number, withAcknowledged: boolean): Promise<void> {
  const { items: referrals, more } = await cli.call("casework", ReferralServiceService, (casework) =>
    collect(limit, async (at) => {
      const page = await casework.listReferrals({ ...at, withAcknowledged });
      return { items: page.referrals, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ referrals, more }, () => referralTable(referrals) + moreLine(more));
}

async function show(cli: Cli, caseId: string): Promise<void> {
  const answer = await cli.call("casework", ReferralServiceService, (casework) => casework.getReferral({ caseId }));
  cli.print(answer, () => referralFileListing(answer.file));
}

async function change(
  cli: Cli,
  call: (casework: Referrals, id: { requestId: string }) => Promise<{ referral?: ReferralView | undefined }>,
): Promise<void> {
  const answer = await cli.call("casework", ReferralServiceService, (casework) =>
    call(casework, { requestId: cli.requestId() }),
  );
  cli.print(answer, () => referralListing(answer.referral));
}

async function exported(cli: Cli, caseId: string, open: boolean): Promise<void> {
  await cli.call("casework", ReferralServiceService, async (casework) => {
    const { jws } = await casework.exportReferral({ caseId });
    if (!open) return cli.print({ jws }, () => jws);
    const { jwksJson } = await casework.listExportKeys({});
    const payload = await verifyWhole(jws, JSON.parse(jwksJson) as JSONWebKeySet, "ntd-referral+jws");
    const text = Buffer.from(payload).toString();
    return cli.print(JSON.parse(text), () => harmlessJson(text));
  });
}
