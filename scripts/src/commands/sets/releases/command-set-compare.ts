import {
  HashListServiceService,
  QuarantineReason,
  type LetInLately,
  type ReleaseComparison,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import type { RpcClient } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import type { Command } from "commander";
import type { Cli } from "../../../cli/cli.ts";
import { listing, table } from "../../../cli/output.ts";
import { idArgument } from "../../../cli/short-ids.ts";
import { wordOf } from "../../../cli/words.ts";
import { releaseImpactWords, sampleRows } from "../../../listings/sets/impact-listing.ts";
import { kindsTable } from "../../../listings/sets/kinds-table.ts";
import { releaseListing } from "../../../listings/sets/release-listing.ts";

/** Lists of tens of millions are read for it. */
const COMPARE_MS = 300_000;

/** What one should know before one approves a release, and the way to say no. */
export function compareCommands(set: Command, cli: Cli): void {
  set
    .command("compare")
    .description("what a release would change in what is in force")
    .addArgument(idArgument("release", "<release>"))
    .action(async (release: string) => compare(cli, release));
  set
    .command("reject")
    .description("end a release that is not in force yet")
    .addArgument(idArgument("release", "<release>"))
    .requiredOption("--reason <text>", "why, for the record")
    .action(async (release: string, options: { reason: string }) => reject(cli, release, options.reason));
}

/**
 * Asks again while a release is still being compared with what is in force: the comparison goes on by itself, and each
 * call waits for it as long as a call may.
 */
export async function onceCompared<R>(cli: Cli, ask: (lists: RpcClient<Lists>) => Promise<R>): Promise<R> {
  const until = performance.now() + COMPARE_MS;
  for (;;) {
    try {
      return await cli.call("hashlists", HashListServiceService, ask, COMPARE_MS);
    } catch (error) {
      if (!(error instanceof Problem) || error.reason !== "TIMED_OUT" || performance.now() >= until) throw error;
      cli.tell("It is still being compared with what is in force …");
    }
  }
}

type Lists = typeof HashListServiceService;

async function compare(cli: Cli, releaseId: string): Promise<void> {
  const until = performance.now() + COMPARE_MS;
  for (;;) {
    const answer = await cli.call(
      "hashlists",
      HashListServiceService,
      (lists) => lists.compareRelease({ releaseId }),
      COMPARE_MS,
    );
    // It goes on by itself; each call waits for it as long as a call may.
    if (answer.isUnderWay && performance.now() < until) continue;
    return cli.print(answer, () => (answer.comparison ? comparisonListing(answer.comparison) : STILL));
  }
}

const STILL = "It is still being made; ask again.";

async function reject(cli: Cli, releaseId: string, reason: string): Promise<void> {
  const request = { requestId: cli.requestId(), releaseId, reason };
  const answer = await cli.call("hashlists", HashListServiceService, (lists) => lists.rejectRelease(request));
  cli.print(answer, () => releaseListing(answer.release));
}

// What is little at a time may be much within a day.
function latelyWords(lately: LetInLately | undefined): string {
  if (lately === undefined) return "";
  const { entryCount, added, removed, reclassed, revoted = 0n, takenBack } = lately;
  const votes = `${revoted} decided otherwise by votes`;
  const all = [`${added} new`, `${removed} removed`, `${reclassed} of another class`, votes, `${takenBack} taken back`];
  const some = all.filter((one) => !one.startsWith("0 "));
  return some.length === 0 ? "" : `${some.join(", ")} of ${entryCount}, let in by one approver each`;
}

/** @param isDryRun nobody was asked what it would meet, and nothing was drawn of which there are hashes. */
export function comparisonListing(comparison: ReleaseComparison, isDryRun = false): string {
  const { activeReleaseId, activeEntryCount, added, removed, changed, reclassed, quarantineReasons } = comparison;
  const reasons = quarantineReasons.map((reason) => wordOf(QuarantineReason, reason)).join(", ");
  const whole = listing({
    "in force": activeReleaseId === "" ? "nothing" : `${activeReleaseId} (${activeEntryCount} entries)`,
    new: added,
    removed,
    "takes back": comparison.takenBack === 0n ? "" : comparison.takenBack,
    changed,
    "of these another class": reclassed,
    "and decided otherwise, by votes": comparison.revoted,
    "within 24 hours": latelyWords(comparison.lately),
    quarantine: reasons === "" ? "no" : `${comparison.quarantineText ?? reasons}: it takes two approvers`,
    ...(isDryRun
      ? { "what it would meet": "told by set compare, once it is uploaded" }
      : releaseImpactWords(comparison)),
  });
  // Where nothing is other the counts say so.
  const kinds = comparison.kinds.length === 0 ? "" : `\n\n${kindsTable(comparison.kinds)}`;
  if (isDryRun) return `${whole}${kinds}`;
  const drawn = [
    ...sampleRows("new", comparison.addedSample),
    ...sampleRows("removed", comparison.removedSample),
    ...sampleRows("changed", comparison.changedSample),
  ];
  const some = table(["drawn by chance", "entry", "algorithm", "class", "votes", "hash"], drawn);
  return `${whole}${kinds}${drawn.length === 0 ? "" : `\n\n${some}`}`;
}
