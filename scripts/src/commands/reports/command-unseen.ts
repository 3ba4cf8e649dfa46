import { ProbeServiceService, type UnseenTarget } from "@ntd/proto/prober/v1/probe_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { table } from "../../cli/output.ts";
import { collect, limitOption, moreLine } from "../../cli/pages.ts";
import { addressWord } from "../../listings/address-word.ts";
import { REASONS } from "../../listings/reports/reason-words.ts";
import { lookWords } from "../../listings/sight.ts";

export function unseenCommands(program: Command, cli: Cli): void {
  const unseen = program.command("unseen").description("addresses at which no eye can tell, and a person is asked");
  unseen
    .command("list")
    .description("what is asked, the most urgent first; `sighting record` answers (addresses for assessors alone)")
    .addOption(limitOption())
    .action(async ({ limit }: { limit: number }) => list(cli, limit));
}

async function list(cli: Cli, limit: number): Promise<void> {
  const { items: targets, more } = await cli.call("prober", ProbeServiceService, (prober) =>
    collect(limit, async (at) => {
      const page = await prober.listUnseen(at);
      return { items: page.targets, nextPageToken: page.nextPageToken };
    }),
  );
  cli.print({ targets, more }, () => table(HEAD, targets.map(row), "no person is asked anything") + moreLine(more));
}

const HEAD = [
  "target",
  "episode",
  "asks for",
  "why no eye can tell",
  "blind since",
  "last look that could see",
  "times asked",
  "eyes said last",
  "address",
];

function row(target: UnseenTarget) {
  const { targetId, episode, reason, unseenSinceTime, lastLookTime, timesAsked, looks, needsSecond } = target;
  return [
    { id: targetId },
    episode,
    needsSecond ? "a second person's word that it is gone" : "a look",
    REASONS[reason],
    unseenSinceTime,
    lastLookTime ?? "none could",
    timesAsked,
    looks.map(lookWords),
    addressWord(target),
  ];
}
