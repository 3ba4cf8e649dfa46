import { Environment } from "@ntd/proto/common/v1/common";
import {
  Action,
  NoticeState,
  Outcome,
  RejectionReason,
  RejectionResolution,
  type Notice,
} from "@ntd/proto/takedown/v1/notice";
import { NoticeServiceService } from "@ntd/proto/takedown/v1/notice_service";
import { ProviderServiceService } from "@ntd/proto/takedown/v1/provider_service";
import type { Command } from "commander";
import type { Cli } from "../cli/cli.ts";
import { listing, table } from "../cli/output.ts";
import { collect, limitOption, moreLine } from "../cli/pages.ts";
import { choice, wordOf } from "../cli/words.ts";
import { lookTable, sightOf } from "../listings/sight.ts";

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
    .option("--case <id>", "those of this case alone (operators)")
    .addOption(limitOption())
    .action(async (options: ListOptions) => list(cli, options));
  notice
    .command("show")
    .description("one notice; with --json also its signed bytes")
    .argument("<id>")
    .action(async (id: string) => show(cli, id));
  notice
    .command("accept-rejection")
    .description("its provider does not take it, and is right: it is withdrawn, and its case waits for a provider")
    .argument("<id>")
    .requiredOption("--reason <text>", "why, for those who look at it later")
    .action(async (id: string, { reason }: { reason: string }) => resolve(cli, id, "ACCEPTED", reason));
  notice
    .command("offer-again")
    .description("its provider did not take it, and is to look once more")
    .argument("<id>")
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
      n.noticeId,
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
  cli.print(answer, () => (answer.notice === undefined ? "nothing" : noticeListing(answer.notice)));
}

function noticeListing(notice: Notice): string {
  const rows = notice.targets.map((t) => [t.targetId, answerOf(t), t.lastSeenTime, t.goneTime]);
  const head = listing({
    notice: notice.noticeId,
    provider: notice.providerId,
    environment: wordOf(Environment, notice.environment),
    state: stateOf(notice),
    action: wordOf(Action, notice.action),
    revision: notice.revision,
    issued: notice.issuedTime,
    "first offered": notice.offeredTime,
    "look asked": notice.lookAskedTime,
    acknowledged: notice.acknowledgedTime,
    answered: notice.answeredTime,
    "verified gone": notice.verifiedGoneTime,
    closed: notice.closedTime,
    "cannot be sent": notice.undeliverableReason || undefined,
    "cannot be sent since": notice.undeliverableTime,
  });
  const rejections = notice.rejections.map((r) => [
    r.receivedTime,
    wordOf(RejectionReason, r.reason),
    r.detail,
    wordOf(RejectionResolution, r.resolution),
    r.resolvedTime,
  ]);
  const rejected =
    rejections.length === 0
      ? ""
      : `\n\n${table(["rejected", "reason", "detail", "resolution", "resolved"], rejections)}`;
  return `${head}\n\n${table(["target", "answer", "last seen", "gone"], rows)}${sights(notice)}${rejected}`;
}

/** What a machine decided leaves once an eye has seen it lately. */
function stateOf({ state, lookAskedTime }: Notice): string[] {
  return [wordOf(NoticeState, state), ...(lookAskedTime === undefined ? [] : ["waits for a sighting"])];
}

/** What the eyes say of each target, and who is shown something else; nothing where nobody has told. */
function sights({ targets }: Notice): string {
  const told = targets.flatMap((target) => {
    const said = listing({ ...sightOf({ ...target, goneTime: undefined }) });
    const cloaked = target.cloaked.length === 0 ? [] : [lookTable(target.cloaked)];
    return said === "" ? [] : [said, ...cloaked];
  });
  return told.map((text) => `\n\n${text}`).join("");
}

function answerOf({ answers }: Notice["targets"][number]): string {
  return wordOf(Outcome, answers.at(-1)?.outcome ?? Outcome.UNSPECIFIED);
}
