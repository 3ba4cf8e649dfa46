import type { Decision } from "@ntd/proto/casework/v1/case";
import type { LeftOut } from "@ntd/proto/casework/v1/cluster_service";
import { toldDecisions, type CaseFile } from "../cases/case.ts";
import { toldIllegal, type Word } from "../doubts/doubt.ts";
import { wrongState, type Refusal } from "../refusal.ts";
import { openLook } from "../second-look/second-look.ts";
import { memberOf, type Cluster } from "./cluster.ts";

/** What is to be done with a confirmed list: its cases decided, or what was said against the decision said of them. */
export type Work = { cluster: Cluster; decision: Decision } & (
  | { kind: "write" }
  /** In doubt before all of it was written: the rest is left out. */
  | { kind: "stop"; words: Word[] }
  | { kind: "doubt"; words: Word[] }
);

/** Why a list cannot be confirmed with this decision; undefined where it can. */
export function refusedStar(file: CaseFile, verdict: Decision["verdict"]): Refusal | undefined {
  const look = openLook(file);
  if (look !== undefined && look.other === undefined) return BLIND;
  return verdict !== "VERDICT_ILLEGAL" && toldIllegal(file) !== undefined ? WITHDRAWS : undefined;
}

/** The case with the list frozen in it that was confirmed with this decision; as it is where none was. */
export function withCluster(file: CaseFile, decisionId: string, members: readonly CaseFile[]): CaseFile {
  return members.length === 0 ? file : { ...file, cluster: { decisionId, members: members.map(memberOf) } };
}

/** The list of a decision that is told, held back or waits for a second look; of none that was undone. */
export function clusterOf(file: CaseFile): Cluster | undefined {
  const { cluster, decisions } = file;
  if (cluster === undefined) return undefined;
  const known = [...decisions, ...(file.second === undefined ? [] : [file.second.first])];
  return known.some(({ decisionId }) => decisionId === cluster.decisionId) ? cluster : undefined;
}

/** What is to be done with the list now; undefined when nothing is. */
export function workOf(file: CaseFile): Work | undefined {
  const { cluster, doubt } = file;
  const told = toldDecisions(file);
  const decision = told.find(({ decisionId }) => decisionId === cluster?.decisionId);
  if (cluster === undefined || decision === undefined) return undefined;
  const isLast = told.at(-1)?.decisionId === decision.decisionId;
  const words = doubt?.decisionId === decision.decisionId ? doubt.words.filter(isPersons) : withdrawers(file, decision);
  if (cluster.leftOut === undefined) {
    const stands = isLast && doubt === undefined;
    return stands ? { kind: "write", cluster, decision } : { kind: "stop", cluster, decision, words };
  }
  const looks = words.filter(({ cause }) => cause === "DOUBT_CAUSE_SECOND_LOOK");
  if (looks.length === 0 || cluster.isDoubted === true) return undefined;
  return { kind: "doubt", cluster, decision, words: looks };
}

/** All of the list is done with: what is left out is named. Another list than the one that was worked on is left alone. */
export function withWorkDone(file: CaseFile, done: Work, leftOut: LeftOut[]): CaseFile {
  const now = workOf(file);
  if (now === undefined || !isSameWork(now, done)) return file;
  const { cluster } = now;
  const isLook = now.kind !== "write" && now.words.some(({ cause }) => cause === "DOUBT_CAUSE_SECOND_LOOK");
  const named = cluster.leftOut ?? leftOut;
  return { ...file, cluster: { ...cluster, leftOut: named, ...(isLook && { isDoubted: true as const }) } };
}

export function isSameWork(one: Work | undefined, other: Work): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

// Who withdrew it, where that was done before all of the list was written.
function withdrawers(file: CaseFile, { decisionId }: Decision): Word[] {
  const last = toldDecisions(file).at(-1);
  if (last?.withdrawsDecisionId !== decisionId) return [];
  const words = [last.decidedBy, last.confirmedBy].map((by): Word => ({
    cause: "DOUBT_CAUSE_DECIDED_OTHERWISE",
    by: [by],
  }));
  return words.filter(isPersons);
}

// A court's stay is of that address, and what machines say is of what they saw there.
function isPersons({ cause, by }: Word): boolean {
  return cause !== "DOUBT_CAUSE_STAY" && by.some((one) => one.includes("/"));
}

const BLIND = wrongState("It waits for a second look, which is at this case alone. Decide it without a cluster.");

const WITHDRAWS = wrongState(
  'Others know of it as "illegal": that takes two persons to withdraw, case by case or all that were decided with it at once.',
);
