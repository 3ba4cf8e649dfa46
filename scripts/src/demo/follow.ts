import { nouns } from "@ntd/bus";
import type { Case } from "@ntd/proto/casework/v1/case";
import type { Report } from "@ntd/proto/intake/v1/report";
import type { Target } from "@ntd/proto/prober/v1/target";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import type { TestBed } from "@ntd/testing";
import type { End } from "./plan.ts";

/** The newest published states, by the id that joins them. */
export interface Picture {
  reports: Map<string, Report>;
  targets: Map<string, Target>;
  cases: Map<string, Case>;
  notices: Map<string, Notice>;
}

/** Reads the facts from the bus as an operator may: what each service last said of each aggregate. */
export async function readPicture(bed: TestBed): Promise<Picture> {
  return {
    reports: newest(await bed.published(nouns.report), (r) => r.reportId),
    targets: newest(await bed.published(nouns.target), (t) => t.targetId),
    cases: newest(await bed.published(nouns.case), (c) => c.targetId),
    notices: newest(await bed.published(nouns.notice), (n) => n.targets[0]?.targetId ?? ""),
  };
}

function newest<T>(events: readonly { data: T }[], key: (data: T) => string): Map<string, T> {
  return new Map(events.map(({ data }) => [key(data), data]));
}

export interface Standing {
  /** A few words for the table. */
  where: string;
  /** Where it has ended; undefined while something is still to come. */
  end: End | undefined;
}

/** Where one report is. */
export function standing(
  { targets, cases, notices }: Picture,
  targetId: string | undefined,
  unattributedCases: ReadonlySet<string>,
): Standing {
  const target = targetId === undefined ? undefined : targets.get(targetId);
  const found = targetId === undefined ? undefined : cases.get(targetId);
  const notice = targetId === undefined ? undefined : notices.get(targetId);
  if (notice !== undefined) return ofNotice(notice, target);
  if (found === undefined)
    return { where: target === undefined ? "received" : `looked at: ${short(target.state)}`, end: undefined };
  if (unattributedCases.has(found.caseId)) return { where: "decided, no provider known", end: "no known provider" };
  if (found.state === "CASE_STATE_QUEUED" || found.state === "CASE_STATE_CLAIMED") return ofQueue(found);
  return { where: short(found.state), end: undefined };
}

function ofQueue(found: Case): Standing {
  const raised = found.priority === "PRIORITY_RAISED" ? ", priority raised" : "";
  const end = `person: ${found.queueReason.replace("QUEUE_REASON_", "")}${raised}`;
  return { where: `waits for a ${end}`, end: end as End };
}

function ofNotice(notice: Notice, seen: Target | undefined): Standing {
  const target = notice.targets[0];
  const claim = target?.answers.at(-1);
  const gone = target?.goneTime !== undefined;
  if (gone && claim?.outcome === "OUTCOME_REMOVED")
    return { where: "gone, seen by the platform itself", end: "removed" };
  if (claim === undefined) return { where: `notice ${short(notice.state)}${gone ? ", gone" : ""}`, end: undefined };
  const still = (seen?.lastSeenTime ?? 0) > (claim.receivedTime ?? 0);
  return still
    ? { where: "claimed removed, still present", end: "claimed, still present" }
    : { where: "claimed removed, being checked", end: undefined };
}

function short(state: string): string {
  return state
    .replace(/^[A-Z]+_STATE_/, "")
    .toLowerCase()
    .replaceAll("_", " ");
}
