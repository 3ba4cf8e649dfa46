import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { IdentityName } from "@ntd/embedded";
import type { Outcome } from "./course.ts";
import type { Platform } from "../platform/platform.ts";

interface Result {
  platform: Platform;
  result: Outcome;
  say: (line: string) => void;
}

/** Prints the scorecard, what persons are asked, the times and whether every report ended where it must. */
export async function printResult({ platform, result, say }: Result): Promise<void> {
  const scorecard = await printed(platform, "regulator", "mcr", "scorecard");
  say(
    `\nThe regulator's scorecard (environment DEMO: demonstration seconds on one machine, no measure of anybody):\n${scorecard}`,
  );
  const unseen = await printed(platform, "assessor", "chandra", "unseen", "list");
  say(`What no eye can see, as an assessor is asked it (\`ntd unseen list\`):\n${unseen}`);
  const receipts = receiptTimes(result).toSorted((a, b) => a - b);
  const median = receipts[Math.floor(receipts.length / 2)];
  say(`From SubmitReport to the agent's receipt, where the agent was on: median ${median} ms of ${receipts.length}`);
  for (const row of result.rows.filter((r) => !r.ended)) {
    say(`NOT WHERE IT MUST BE: ${row.number} ${row.what}: ${row.where}; must end: ${row.expected}`);
  }
  say(result.ok ? `All ${result.rows.length} reports ended exactly where they must.` : "The demonstration failed.");
}

async function printed({ machine }: Platform, kind: IdentityName["kind"], name: string, ...args: string[]) {
  const fixed = ["--identity", await machine.identity(kind, name), "--endpoints", join(machine.dir, "endpoints.json")];
  const program = join(import.meta.dirname, "../ntd.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...fixed, ...args]);
  return stdout;
}

function receiptTimes({ sent, picture }: Outcome): number[] {
  return sent.flatMap(({ plan, name, sentAt }) => {
    const targetId = picture.reports.get(name.replace("reports/", ""))?.targets[0]?.targetId ?? "";
    const acknowledged = picture.notices.get(targetId)?.acknowledgedTime;
    const prompt = plan.host === "alpha" && plan.content !== undefined && acknowledged !== undefined;
    return prompt ? [acknowledged.getTime() - sentAt.getTime()] : [];
  });
}
