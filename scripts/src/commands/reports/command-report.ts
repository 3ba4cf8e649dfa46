import { MediaType } from "@ntd/proto/common/v1/common";
import { Channel, ThreatNature, ThreatType, type Threat } from "@ntd/proto/intake/v1/report";
import {
  ReportServiceService,
  ReportStatus,
  type SubmitReportResponse,
  type SubmittedFingerprint,
} from "@ntd/proto/intake/v1/report_service";
import { Option, type Command } from "commander";
import { fingerprints, instant } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { listing, table } from "../../cli/output.ts";
import { choice, wordOf } from "../../cli/words.ts";
import { feedbackCommand } from "./command-feedback.ts";

interface SubmitOptions {
  channel: Channel;
  fingerprint?: SubmittedFingerprint[];
  description?: string;
  words?: string;
  language: string;
  threat?: ThreatType;
  nature?: ThreatNature;
  seen?: Date;
  media?: MediaType;
  happeningToMe?: boolean;
  selfMade?: boolean;
  lifeAtRisk?: boolean;
  consentPolice?: boolean;
}

export function reportCommands(program: Command, cli: Cli): void {
  const report = program.command("report").description("report addresses or words, and see what became of a report");
  report
    .command("submit")
    .description("report one or several addresses; or, with --words or --description, words alone")
    .argument("[url...]")
    .addOption(choice("--channel <word>", "who reports", Channel).default(Channel.PUBLIC, "public"))
    .option("--fingerprint <alg:hex>", "your own fingerprint of the one address; repeatable", fingerprints)
    .option("--description <text>", "what you saw")
    .option("--words <file>", "the same, from a file, or from standard input (-)")
    .option("--language <tag>", 'in which you write and are answered, for example "ms"', "")
    .addOption(choice("--threat <word>", "what kind of threat it is; goes with --nature", ThreatType))
    .addOption(choice("--nature <word>", "by what it threatens; goes with --threat", ThreatNature))
    .addOption(new Option("--seen <instant>", "when you saw it at the addresses").argParser((text) => instant(text)))
    .addOption(choice("--media <word>", "what is at the addresses", MediaType))
    .option("--happening-to-me", "it happens to you, or to a child for whom you report")
    .option("--self-made", "pictures that you made of yourself: say where they are, never send them")
    .option("--life-at-risk", "a child is in danger now")
    .option("--consent-police", "police may read what you say here")
    .action(async (urls: string[], options: SubmitOptions) => submit(cli, urls, options));
  report
    .command("show")
    .alias("get")
    .description("what became of a report of your own")
    .argument("<name>", "reports/ID, as submit printed it")
    .action(async (name: string) => show(cli, name));
  feedbackCommand(report, cli);
}

async function submit(cli: Cli, urls: string[], options: SubmitOptions): Promise<void> {
  const faults = faultsOf(urls, options);
  if (faults.length > 0) throw new UsageError(faults.join("; "));
  const { channel, fingerprint: fingerprints = [], language, words } = options;
  const description = words === undefined ? (options.description ?? "") : await cli.written(words, "--words");
  if (urls.length === 0 && description === "") throw new UsageError(NOTHING);
  const { seen: observedTime, media: mediaType = MediaType.UNSPECIFIED } = options;
  const targets = urls.map((url) => ({ url, observedTime, mediaType, fingerprints }));
  const { happeningToMe, selfMade, lifeAtRisk, consentPolice: consentsToPolice } = options;
  const said = { description, language, happeningToMe, selfMade, lifeAtRisk, consentsToPolice };
  const request = { requestId: cli.requestId(), channel, targets, threat: threatOf(options), ...said };
  const answer = await cli.call("intake", ReportServiceService, (intake) => intake.submitReport(request));
  cli.print(answer, () => submitted(answer));
}

const NOTHING = "name an address, or say what happens: --words FILE";

/** All that is wrong with what was typed, before anything of it is read or sent. */
function faultsOf(urls: readonly string[], options: SubmitOptions): string[] {
  const { description = "", words, fingerprint = [], threat, nature, seen, media } = options;
  const number = urls.length;
  const goesWithOne = `--fingerprint goes with exactly one address, and there are ${number}; report them one by one`;
  const faults: readonly (readonly [isWrong: boolean, said: string])[] = [
    [number === 0 && words === undefined && description === "", NOTHING],
    [words !== undefined && description !== "", "say it once: --words or --description"],
    [fingerprint.length > 0 && number !== 1, goesWithOne],
    [number === 0 && (seen !== undefined || media !== undefined), "--seen and --media are of addresses; name one"],
    [(threat === undefined) !== (nature === undefined), "say both of --threat and --nature, or neither"],
  ];
  return faults.flatMap(([isWrong, said]) => (isWrong ? [said] : []));
}

function threatOf({ threat: type, nature }: SubmitOptions): Threat | undefined {
  return type === undefined || nature === undefined ? undefined : { type, nature };
}

// What is sent in excess is taken all the same, and there is nothing to do about it.
const WAITS = "for its turn: its sender sent more than their quota; nothing needs to be sent again";

function submitted({ name, receivedTime, readAs, sentence, helplines, isWaiting }: SubmitReportResponse): string {
  const parts = [listing({ name, received: receivedTime, ...(isWaiting && { waits: WAITS }), sentence })];
  const rows = readAs.map(({ index, url }) => [index + 1, url]);
  if (rows.length > 0) parts.push(table(["target", "read as"], rows));
  const help = helplines?.helplines.map(({ name: who, phone, url, hours }) => [who, phone, url, hours]) ?? [];
  if (help.length > 0) parts.push(table(["who helps", "phone", "address", "hours"], help));
  return parts.join("\n\n");
}

async function show(cli: Cli, given: string): Promise<void> {
  const name = given.startsWith("reports/") ? given : `reports/${given}`;
  const answer = await cli.call("intake", ReportServiceService, (intake) => intake.getReport({ name }));
  cli.print(answer, () => {
    const { receivedTime, status, targetStatuses, sentence, isWaiting } = answer;
    const rows = targetStatuses.map((s, i) => [i + 1, wordOf(ReportStatus, s)]);
    const waits = isWaiting && { waits: WAITS };
    const shown = {
      name: answer.name,
      received: receivedTime,
      status: wordOf(ReportStatus, status),
      ...waits,
      sentence,
    };
    const head = listing(shown);
    return rows.length === 0 ? head : `${head}\n\n${table(["target", "status"], rows)}`;
  });
}
