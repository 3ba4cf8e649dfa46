import { readFile } from "node:fs/promises";
import { CaseState, Verdict } from "@ntd/proto/casework/v1/case";
import {
  ClusterServiceService,
  LeftOutReason,
  type ClusterMember,
  type GetClusterResponse,
} from "@ntd/proto/casework/v1/cluster_service";
import type { Command } from "commander";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import { table } from "../../cli/output.ts";
import { wordOf } from "../../cli/words.ts";
import { idArgument } from "../../cli/short-ids.ts";

export function clusterCommand(group: Command, cli: Cli): void {
  group
    .command("cluster")
    .description("where else a case's picture is: the same (16 bits), likely the same (17 to 31)")
    .addArgument(idArgument("case"))
    .action(async (caseId: string) => {
      const cluster = await clusterOf(cli, caseId);
      cli.print(cluster, () => clusterListing(cluster));
    });
}

/** Which cases are decided with one: all that are the same, with those that are likely so, or those in a file. */
export interface ClusterOptions {
  cluster?: string;
  yes: boolean;
}

/**
 * The cases that a person confirms, shown and asked for: the list with one answer, and each that is likely the same with
 * one of its own. What is decided already, or waits for nobody, is not asked for.
 */
export async function confirmedCluster(
  cli: Cli,
  caseId: string,
  { cluster, yes }: ClusterOptions,
): Promise<{ caseIds: string[] } | undefined> {
  if (cluster === undefined) return undefined;
  const { same, likely } = await clusterOf(cli, caseId);
  const asked = cluster === "same" || cluster === "all" ? same.filter(mayBeDecided) : await named(cluster);
  const one = cluster === "all" ? likely.filter(mayBeDecided) : [];
  const caseIds = (await confirm(cli, asked, yes)) ? asked.map((member) => member.caseId) : [];
  for (const member of one) {
    const isTheSame = yes || (await cli.ask(`${member.caseId} lies ${member.distance} bits away: the same, too?`));
    if (isTheSame) caseIds.push(member.caseId);
  }
  if (caseIds.length === 0) {
    const offered = asked.length + one.length > 0;
    throw new UsageError(
      offered ? "no case of the cluster was confirmed; decide without --cluster" : none(same, likely),
    );
  }
  return { caseIds };

  async function named(file: string): Promise<ClusterMember[]> {
    const known = new Map([...same, ...likely].map((member) => [member.caseId, member]));
    const text = await readFile(file, "utf8").catch((cause: unknown) => {
      throw new UsageError(`--cluster ${file}: is neither same nor all, nor a file that can be read`, { cause });
    });
    const lines = text.split("\n").map((line) => line.trim());
    const ids = [...new Set(lines.filter((line) => line !== ""))];
    const unknown = ids.filter((id) => !known.has(id));
    if (unknown.length > 0) throw new UsageError(`${file}: of no such picture: ${unknown.join(", ")}`);
    return ids.flatMap((id) => known.get(id) ?? []);
  }
}

function none(same: readonly ClusterMember[], likely: readonly ClusterMember[]): string {
  const others = [...same, ...likely].map(({ caseId, state }) => `${caseId} ${wordOf(CaseState, state)}`);
  const why = others.length === 0 ? "nowhere else is this picture" : `none waits unclaimed: ${others.join(", ")}`;
  return `${why}; decide without --cluster, or have what is claimed released (ntd case release) first`;
}

async function confirm(cli: Cli, members: readonly ClusterMember[], yes: boolean): Promise<boolean> {
  if (members.length === 0 || yes) return members.length > 0;
  const shown = table(HEAD, members.map(row));
  return cli.ask(`${shown}\nDecide these ${members.length} with it, too?`);
}

function clusterOf(cli: Cli, caseId: string): Promise<GetClusterResponse> {
  return cli.call("casework", ClusterServiceService, (casework) => casework.getCluster({ caseId }));
}

function mayBeDecided({ state, isDecidedWith }: ClusterMember): boolean {
  return !isDecidedWith && (state === CaseState.OPEN || state === CaseState.QUEUED);
}

function clusterListing({ same, likely, isCut, leftOut, decidedCount, isOpen }: GetClusterResponse): string {
  const parts = [
    `the same picture\n${table(HEAD, same.map(row), "nowhere else")}`,
    `likely the same\n${table(HEAD, likely.map(row), "nowhere else")}`,
  ];
  if (isCut) parts.push("There are more.");
  if (isOpen === true) parts.push("A list was confirmed, and is not all written yet.");
  if (decidedCount !== undefined) parts.push(`${decidedCount} decided with it, ${leftOut.length} left out`);
  if (leftOut.length > 0) {
    const rows = leftOut.map(({ caseId, reason }) => [caseId, wordOf(LeftOutReason, reason)]);
    parts.push(table(["left out", "since it is"], rows));
  }
  return parts.join("\n\n");
}

const HEAD = ["case", "bits away", "state", "decided", "with it"];

function row({ caseId, distance, state, verdict, isDecidedWith }: ClusterMember) {
  const decided = verdict === Verdict.UNSPECIFIED ? "" : wordOf(Verdict, verdict);
  return [caseId, distance, wordOf(CaseState, state), decided, isDecidedWith ? "yes" : ""];
}
