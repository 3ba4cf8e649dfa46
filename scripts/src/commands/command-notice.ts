import { Environment } from "@ntd/proto/common/v1/common";
import { Action, NoticeState, Outcome, type Notice } from "@ntd/proto/takedown/v1/notice";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import type { Command } from "commander";
import type { Cli } from "../cli/cli.ts";
import { listing, table } from "../cli/output.ts";
import { collect, limitOption, moreLine } from "../cli/pages.ts";
import { choice, wordOf } from "../cli/words.ts";

interface ListOptions {
  state: NoticeState;
  limit: number;
}

export function noticeCommands(program: Command, cli: Cli): void {
  const notice = program.command("notice").description("a provider's own notices");
  notice
    .command("list")
    .description("notices to the provider that you act for")
    .addOption(
      choice("--state <word>", "those in this state alone", NoticeState).default(NoticeState.UNSPECIFIED, "all"),
    )
    .addOption(limitOption())
    .action(async (options: ListOptions) => list(cli, options));
  notice
    .command("show")
    .description("one notice; with --json also its signed bytes")
    .argument("<id>")
    .action(async (id: string) => show(cli, id));
}

async function list(cli: Cli, { state, limit }: ListOptions): Promise<void> {
  const { items: notices, more } = await cli.call("takedown", NoticeServiceService, (takedown) =>
    collect(limit, async (at) => {
      const page = await takedown.listNotices({ state, ...at });
      return { items: page.notices, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ notices, more }, () => {
    const rows = notices.map((n) => [
      n.noticeId,
      n.providerId,
      wordOf(NoticeState, n.state),
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
  cli.print(answer, () => (answer.notice === undefined ? "nothing" : noticeListing(answer.notice)));
}

function noticeListing(notice: Notice): string {
  const rows = notice.targets.map((t) => [t.targetId, answerOf(t), t.lastSeenTime, t.goneTime]);
  const head = listing({
    notice: notice.noticeId,
    provider: notice.providerId,
    environment: wordOf(Environment, notice.environment),
    state: wordOf(NoticeState, notice.state),
    action: wordOf(Action, notice.action),
    revision: notice.revision,
    issued: notice.issuedTime,
    "first offered": notice.offeredTime,
    acknowledged: notice.acknowledgedTime,
    answered: notice.answeredTime,
    "verified gone": notice.verifiedGoneTime,
    closed: notice.closedTime,
  });
  return `${head}\n\n${table(["target", "answer", "last seen", "gone"], rows)}`;
}

function answerOf({ answers }: Notice["targets"][number]): string {
  return wordOf(Outcome, answers.at(-1)?.outcome ?? Outcome.UNSPECIFIED);
}
