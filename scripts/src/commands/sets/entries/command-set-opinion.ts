import { EntryOpinion, EntryOpinionServiceService, type EntryOpinions } from "@ntd/proto/hashlists/v1/opinion_service";
import type { RpcClient } from "@ntd/rpc";
import type { Command } from "commander";
import { wholeNumber } from "../../../cli/arguments.ts";
import type { Cli } from "../../../cli/cli.ts";
import { UsageError } from "../../../cli/failure.ts";
import { collect, limitOption, moreLine } from "../../../cli/pages.ts";
import { opinionsListing, opinionsTable } from "../../../listings/sets/opinions-listing.ts";
import { asTyped, ENTRY, entryNamed } from "./entry-word.ts";
import { NAMED_MS } from "./named-entries.ts";

interface OpinionOptions {
  positive?: true;
  seed?: true;
  negative?: true;
  withdraw?: true;
  note: string;
}

type Opinions = RpcClient<typeof EntryOpinionServiceService>;

/** What members say of entries. */
export function opinionCommands(set: Command, cli: Cli): void {
  set
    .command("opinion")
    .description("say whether entries belong in a list; a negative one disputes them: no machine decides on them")
    .argument("<id>")
    .argument("<entry...>", `${ENTRY}; up to 1,000`)
    .option("--positive", "they belong there: a vote of your organisation")
    .option("--seed", "worth looking at, no more")
    .option("--negative", "they do not belong there")
    .option("--withdraw", "take back what you said")
    .option("--note <text>", "for other members", "")
    .action(async (id: string, entries: string[], options: OpinionOptions) => opinion(cli, id, entries, options));
  set
    .command("opinions")
    .description("what members say of entries, disputed ones first; of one entry all of it")
    .argument("<id>")
    .argument("[entry]", ENTRY)
    .addOption(limitOption())
    .action(async (id: string, entry: string | undefined, options: { limit: number }) => {
      await (entry === undefined ? list(cli, id, options.limit) : show(cli, id, entry));
    });
  set
    .command("note")
    .description("leave a note on an entry for other members")
    .argument("<id>")
    .argument("<entry>", ENTRY)
    .argument("<text>", "up to 1,000 characters, without addresses and hashes")
    .action(async (setId: string, entry: string, text: string) => {
      const request = { requestId: cli.requestId(), setId, entry: entryNamed(entry), text };
      await print(cli, entry, (opinions) => opinions.addEntryNote(request));
    });
  set
    .command("disable")
    .description("let nothing be found by an entry for a time; again it takes another person, for good `set revoke`")
    .argument("<id>")
    .argument("<entry>", ENTRY)
    .requiredOption("--days <n>", "1 to 30; it comes back by itself", wholeNumber)
    .requiredOption("--reason <text>", "why, for other members")
    .action(async (setId: string, entry: string, { days, reason }: { days: number; reason: string }) => {
      const request = { requestId: cli.requestId(), setId, entry: entryNamed(entry), days, reason };
      await print(cli, entry, (opinions) => opinions.disableEntry(request));
    });
  set
    .command("enable")
    .description("let an entry be found again before its time")
    .argument("<id>")
    .argument("<entry>", ENTRY)
    .action(async (setId: string, entry: string) => {
      const request = { requestId: cli.requestId(), setId, entry: entryNamed(entry) };
      await print(cli, entry, (opinions) => opinions.enableEntry(request));
    });
}

async function opinion(cli: Cli, setId: string, words: readonly string[], options: OpinionOptions): Promise<void> {
  const { positive, seed, negative, withdraw, note } = options;
  if ([positive, seed, negative, withdraw].filter((one) => one === true).length !== 1) {
    throw new UsageError("say one of --positive, --seed, --negative and --withdraw");
  }
  const asked = { requestId: cli.requestId(), setId, entries: words.map(entryNamed) };
  const said = positive === true ? EntryOpinion.POSITIVE : seed === true ? EntryOpinion.SEED : EntryOpinion.NEGATIVE;
  const answer = await call(cli, words, (opinions) =>
    withdraw === true ? opinions.withdrawOpinions(asked) : opinions.giveOpinions({ ...asked, opinion: said, note }),
  );
  const count = `${answer.entryCount} entr${answer.entryCount === 1 ? "y" : "ies"}`;
  cli.print(answer, () => (withdraw === true ? `withdrawn of ${count}` : `said of ${count}`));
}

async function list(cli: Cli, setId: string, limit: number): Promise<void> {
  const { items, more } = await call(cli, [], (opinions) =>
    collect(limit, async (at) => {
      const page = await opinions.listEntryOpinions({ setId, ...at });
      return { items: page.entries, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ entries: items, more }, () => opinionsTable(items) + moreLine(more));
}

async function show(cli: Cli, setId: string, entry: string): Promise<void> {
  await print(cli, entry, (opinions) => opinions.getEntryOpinions({ setId, entry: entryNamed(entry) }));
}

async function print(
  cli: Cli,
  entry: string,
  ask: (opinions: Opinions) => Promise<{ opinions: EntryOpinions | undefined }>,
): Promise<void> {
  const answer = await call(cli, [entry], ask);
  cli.print(answer, () => opinionsListing(answer.opinions));
}

function call<T>(cli: Cli, words: readonly string[], ask: (opinions: Opinions) => Promise<T>): Promise<T> {
  return cli.call("hashlists", EntryOpinionServiceService, ask, NAMED_MS).catch((error: unknown) => {
    throw asTyped(error, words);
  });
}
