import { setTimeout as delay } from "node:timers/promises";
import { ImpactServiceService, type AssessRevocationRequest } from "@ntd/proto/hashlists/v1/impact_service";
import type { Command } from "commander";
import { positiveNumber } from "../../../cli/arguments.ts";
import type { Cli } from "../../../cli/cli.ts";
import { listing, table } from "../../../cli/output.ts";
import { idArgument } from "../../../cli/short-ids.ts";
import { entriesImpactWords } from "../../../listings/sets/impact-listing.ts";
import { leftOfFiles, revocationListing } from "../../../listings/sets/revocation-listing.ts";
import { hashCells } from "./command-set-view.ts";
import { NAMED_MS } from "./named-entries.ts";

const WATCH_SECONDS = 5;
const DEADLINE_MS = 40_000;

/** What has followed, as it happens. */
export function impactCommands(set: Command, cli: Cli): void {
  set
    .command("revocation")
    .description("a revocation, what stood on it when it waited, and where all of that stands now")
    .addArgument(idArgument("revocation", "<revocation>"))
    .option("--watch [seconds]", `again and again, every ${WATCH_SECONDS} s unless said otherwise`, positiveNumber)
    .action(async (revocation: string, { watch }: { watch?: number | true }) => {
      for (;;) {
        if (watch !== undefined) cli.clear();
        await show(cli, revocation);
        if (watch === undefined) return;
        await delay((watch === true ? WATCH_SECONDS : watch) * 1000);
      }
    });
  set
    .command("conflicts")
    .description(
      "entries that contradict another set, which calls innocent what this one lists, or lists what it calls so",
    )
    .argument("<id>")
    .action(async (id: string) => conflicts(cli, id));
}

async function conflicts(cli: Cli, setId: string): Promise<void> {
  const answer = await cli.call(
    "hashlists",
    ImpactServiceService,
    (impact) => impact.listConflicts({ setId }),
    DEADLINE_MS,
  );
  cli.print(answer, () => {
    if (answer.conflicts.length === 0) return "No entry of it contradicts another set in what was found so far.";
    const rows = answer.conflicts.map(({ entryId, entry, caseCount }) => [entryId, ...hashCells(entry), caseCount]);
    const more = answer.isMore ? "\nThere are more: these are of the newest cases, those of most cases first." : "";
    return table(["entry", "algorithm", "value", "cases"], rows) + more;
  });
}

/** What would follow if entries were taken back. */
export async function assess(
  cli: Cli,
  request: AssessRevocationRequest,
  typed: (error: unknown) => never,
): Promise<void> {
  const answer = await cli
    .call("hashlists", ImpactServiceService, (impact) => impact.assessRevocation(request), NAMED_MS)
    .catch(typed);
  cli.print(answer, () => {
    const { entryCount, alreadyRevokedCount, personCount, impact } = answer;
    const waits = personCount > 1 ? "another person's approval" : "";
    const counts = {
      "would be taken back": entryCount,
      "would wait for": waits,
      "revoked before": alreadyRevokedCount,
    };
    const left = leftOfFiles({ ...answer, withItsFiles: request.withItsFiles ?? false });
    return listing({ ...counts, ...entriesImpactWords(impact) }) + left;
  });
}

async function show(cli: Cli, revocationId: string): Promise<void> {
  const answer = await cli.call(
    "hashlists",
    ImpactServiceService,
    (impact) => impact.getRevocationImpact({ revocationId }),
    DEADLINE_MS,
  );
  cli.print(answer, () => {
    const { revocation, now } = answer;
    const before = revocation?.impact && `\n\nwhen it waited\n${listing(entriesImpactWords(revocation.impact))}`;
    return `${revocationListing(revocation)}${before ?? ""}\n\nnow\n${listing(entriesImpactWords(now))}`;
  });
}
