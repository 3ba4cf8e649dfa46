import { RefusedReason, type LineProblem } from "@ntd/proto/hashlists/v1/hash_list_service";
import { UploadServiceService } from "@ntd/proto/hashlists/v1/upload_service";
import type { Command } from "commander";
import type { Cli } from "../../../cli/cli.ts";
import { harmless } from "../../../cli/harmless.ts";
import { eachPage } from "../../../cli/pages.ts";
import { idArgument } from "../../../cli/short-ids.ts";
import { wordOf } from "../../../cli/words.ts";

/** The rows of a file that are not in its release. */
export function refusedCommands(set: Command, cli: Cli): void {
  set
    .command("refused")
    .description("every refused row of a release's file, as CSV: its line, its field, how its value begins, and why")
    .addArgument(idArgument("release", "<release>"))
    .action(async (release: string) => refused(cli, release));
}

// There may be a million.
async function refused(cli: Cli, releaseId: string): Promise<void> {
  await cli.call("hashlists", UploadServiceService, async (uploads) => {
    const pages = eachPage(async (at) => {
      const { rows, nextPageToken } = await uploads.listRefusedRows({ releaseId, ...at });
      return { items: rows, nextPageToken };
    });
    await cli.printEach(pages, (rows, nth) => [...(nth === 0 ? [HEAD] : []), ...rows.map(csvLine)].join("\n"));
  });
}

const HEAD = "line,field,value,reason,problem";

function csvLine({ line, field, value = "", reason, problem }: LineProblem): string {
  return [String(line), field, value, reason ? wordOf(RefusedReason, reason) : "", problem].map(quoted).join();
}

// A table program takes what begins so for a formula.
function quoted(text: string): string {
  const plain = harmless(/^[=+@\t\r-]/.test(text) ? `'${text}` : text);
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
