import { Action, NoticeState, RejectionResolution } from "@ntd/proto/takedown/v1/notice";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { listing, table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { choice, wordOf } from "../../cli/words.ts";
import { noticeListing, stateOf, answerOf } from "../../listings/notices/notice-listing.ts";
import { idArgument, idOption } from "../../cli/short-ids.ts";

interface ListOptions {
  state: NoticeState;
  case?: string;
  limit: number;
}

export function noticeCommands(program: Command, cli: Cli): void {
  const notice = program.command("notice").description("notices: a provider's own, an operator's all");
  notice
    .command("list")
    .description("notices to the provider that you act for; an operator sees all: those of state rejected wait for one")
    .addOption(
      choice("--state <word>", "those in this state alone", NoticeState).default(NoticeState.UNSPECIFIED, "all"),
    )
    .addOption(idOption("case", "--case <id>", "those of this case alone (operators)"))
    .addOption(limitOption())
    .action(async (options: ListOptions) => list(cli, options));
  notice
    .command("show")
    .description("one notice; with --json also its signed bytes")
    .addArgument(idArgument("notice"))
    .action(async (id: string) => show(cli, id));
  notice
    .command("accept-rejection")
    .description("its provider does not take it, and is right: it is withdrawn, and its case waits for a provider")
    .addArgument(idArgument("notice"))
    .requiredOption("--reason <text>", "why, for those who look at it later")
    .action(async (id: string, { reason }: { reason: string }) => resolve(cli, id, "ACCEPTED", reason));
  notice
    .command("offer-again")
    .description("its provider did not take it, and is to look once more")
    .addArgument(idArgument("notice"))
    .requiredOption("--reason <text>", "why, for those who look at it later")
    .action(async (id: string, { reason }: { reason: string }) => resolve(cli, id, "OFFERED_AGAIN", reason));
}

async function resolve(cli: Cli, noticeId: string, is: "ACCEPTED" | "OFFERED_AGAIN", reason: string): Promise<void> {
  const resolution = RejectionResolution[is];
  const answer = await cli.call("takedown", ProviderServiceService, (takedown) =>
    takedown.resolveRejection({ requestId: cli.requestId(), noticeId, resolution, reason }),
  );
  cli.print(answer, () => listing({ notice: noticeId, state: wordOf(NoticeState, answer.state) }));
}

async function list(cli: Cli, { state, case: caseId = "", limit }: ListOptions): Promise<void> {
  const { items: notices, more } = await cli.call("takedown", NoticeServiceService, (takedown) =>
    collect(limit, async (at) => {
      const page = await takedown.listNotices({ state, caseId, ...at });
      return { items: page.notices, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ notices, more }, () => {
    const rows = notices.map((n) => [
      { id: n.noticeId },
      n.providerId,
      stateOf(n),
      wordOf(Action, n.action),
      n.issuedTime,
      n.acknowledgedTime,
      n.targets.map(answerOf),
    ]);
    const head = ["notice", "provider", "state", "action", "issued", "acknowledged", "answers"];
    return table(head, rows) + moreLine(more);
  });
}

async function show(cli: Cli, noticeId: string): Promise<void> {
  const answer = await cli.call("takedown", NoticeServiceService, (takedown) => takedown.getNotice({ noticeId }));
  cli.print(answer, () =>
    answer.notice === undefined ? "nothing" : noticeListing(answer.notice, answer.addressErased),
  );
}
