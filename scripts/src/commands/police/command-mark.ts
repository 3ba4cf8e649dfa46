import { MarkKind, MarkServiceService, type Mark, type SetMarkRequest } from "@ntd/proto/casework/v1/mark_service";
import { Option, type Command } from "commander";
import { fingerprints, instant } from "../../cli/arguments.ts";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { listing, table, shownTime } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { wordOf } from "../../cli/words.ts";

interface SetOptions {
  address?: string;
  host?: string;
  prefix?: string;
  hash?: ReturnType<typeof fingerprints>;
  reason: string;
  until?: Date;
}

/** What police investigate; nobody else sees it. */
export function markCommands(program: Command, cli: Cli): void {
  const group = program.command("mark").description("what police investigate: whatever meets it is held");
  group
    .command("set")
    .description("mark one thing; a host or a prefix waits until a second officer types the same")
    .option("--address <url>", "before anybody looks at it")
    .option("--host <name>", "and all names below it")
    .option("--prefix <cidr>", "of what addresses resolve to")
    .addOption(new Option("--hash <alg:hex>", "by equality alone, a perceptual hash too").argParser(one))
    .requiredOption("--reason <text>", "what there is to know the mark by")
    .addOption(
      new Option("--until <instant>", "90 days from now if left out; a year at most").argParser((text) =>
        instant(text),
      ),
    )
    .action(async (options: SetOptions) => set(cli, options));
  group
    .command("remove")
    .description("end a mark; what it holds stays held until its time is over")
    .argument("<mark>")
    .action(async (markId: string) => {
      const request = { requestId: cli.requestId(), markId };
      const answer = await cli.call("casework", MarkServiceService, (casework) => casework.removeMark(request));
      cli.print(answer, () => markListing(answer.mark));
    });
  group
    .command("list")
    .description("newest first; never what was marked")
    .option("--all", "also those that are removed or over")
    .addOption(limitOption())
    .action(async (options: { limit: number; all?: boolean }) => list(cli, options));
}

/** Cases that are there already are held before it answers. */
const DEADLINE_MS = 60_000;

const one = (text: string) => fingerprints(text);

async function set(cli: Cli, options: SetOptions): Promise<void> {
  const { reason, until: expireTime } = options;
  const request = { requestId: cli.requestId(), what: whatOf(options), reason, expireTime };
  const answer = await cli.call("casework", MarkServiceService, (casework) => casework.setMark(request), DEADLINE_MS);
  const waits = "\n\nIt is not in force before a second officer has typed the same, within seven days.";
  cli.print(answer, () => markListing(answer.mark) + (answer.waitsForSecondPerson ? waits : ""));
}

function whatOf({ address, host, prefix, hash }: SetOptions): SetMarkRequest["what"] {
  const [fingerprint] = hash ?? [];
  const given: NonNullable<SetMarkRequest["what"]>[] = [
    ...(address === undefined ? [] : [{ $case: "address" as const, value: address }]),
    ...(host === undefined ? [] : [{ $case: "host" as const, value: host }]),
    ...(prefix === undefined ? [] : [{ $case: "prefix" as const, value: prefix }]),
    ...(fingerprint === undefined ? [] : [{ $case: "hash" as const, value: fingerprint }]),
  ];
  if (given.length === 1) return given[0];
  throw new UsageError("name one thing: --address, --host, --prefix or --hash");
}

async function list(cli: Cli, { limit, all = false }: { limit: number; all?: boolean }): Promise<void> {
  const { items: marks, more } = await cli.call("casework", MarkServiceService, (casework) =>
    collect(limit, async (at) => {
      const page = await casework.listMarks({ ...at, withEnded: all });
      return { items: page.marks, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ marks, more }, () => markTable(marks) + moreLine(more));
}

function markListing(mark: Mark | undefined): string {
  if (mark === undefined) return "nothing";
  return listing({
    mark: mark.markId,
    kind: wordOf(MarkKind, mark.kind),
    reason: mark.reason,
    "set by": mark.setBy,
    set: mark.setTime,
    "confirmed by": mark.confirmedBy,
    until: mark.expireTime,
    waits: waits(mark) ? "for a second officer, who types the same" : "",
    "removed by": mark.removedBy,
    removed: mark.removedTime,
    "cases held": mark.metCount,
  });
}

/** What a host or a prefix takes. */
function waits({ kind, confirmedBy, removedTime }: Mark): boolean {
  const takesTwo = kind === MarkKind.HOST || kind === MarkKind.PREFIX;
  return takesTwo && confirmedBy === "" && removedTime === undefined;
}

function markTable(marks: readonly Mark[]): string {
  const rows = marks.map((mark) => [
    mark.setTime,
    mark.markId,
    wordOf(MarkKind, mark.kind),
    [mark.setBy, mark.confirmedBy].filter(Boolean).join(", "),
    mark.removedTime === undefined ? mark.expireTime : `removed ${shownTime(mark.removedTime)}`,
    waits(mark) ? "waits for a second officer" : "",
    mark.metCount,
    mark.reason,
  ]);
  return table(["set", "mark", "kind", "by", "until", "", "cases", "reason"], rows, "nothing is marked");
}
