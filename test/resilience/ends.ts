import { nouns, type Noun } from "@ntd/bus";
import type { Case } from "@ntd/proto/casework/v1/case";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import type { Site } from "../kernel/path.ts";
import type { End, Reported } from "./reports.ts";

/** By the end that a report must have: how many came to which. */
export type Ends = Record<string, Record<string, number>>;

/**
 * @param names of the accepted reports, in the order of `reports`.
 * @throws Error that says how many are under way, while some are.
 */
export async function endsOf(site: Site, reports: readonly Reported[], names: readonly string[]): Promise<Ends> {
  const told = await toldBy(site);
  const ends: Ends = {};
  const waiting: Record<string, number> = {};
  for (const [n, { end: due }] of reports.entries()) {
    const end = endOf(told, names[n] ?? "", due);
    const row = (ends[due] ??= {});
    if (end === undefined) waiting[due] = (waiting[due] ?? 0) + 1;
    else row[end] = (row[end] ?? 0) + 1;
  }
  if (Object.keys(waiting).length > 0) throw new Error(`under way: ${JSON.stringify(waiting)}`);
  return ends;
}

/** Targets that have more than one notice. */
export async function doubledNotices(site: Site): Promise<string[]> {
  const { notices } = await toldBy(site);
  return [...notices].filter(([, own]) => own.length > 1).map(([targetId]) => targetId);
}

/** What the platform has told last: of reports the target, of targets the case and the notices. */
interface Told {
  targets: ReadonlyMap<string, string>;
  cases: ReadonlyMap<string, Case>;
  notices: ReadonlyMap<string, Notice[]>;
}

async function toldBy({ platform }: Site): Promise<Told> {
  const all = async <T>(noun: Noun<T>) => (await platform.machine.published(noun)).map(({ data }) => data);
  const newest = new Map((await all(nouns.notice)).map((notice) => [notice.noticeId, notice]));
  const notices = Map.groupBy(newest.values(), ({ targets }) => targets[0]?.targetId ?? "");
  const cases = new Map((await all(nouns.case)).map((found) => [found.targetId, found]));
  const reports = await all(nouns.report);
  const targets = new Map(reports.map(({ reportId, targets: own }) => [`reports/${reportId}`, own[0]?.targetId ?? ""]));
  return { targets, cases, notices };
}

function endOf({ targets, cases, notices }: Told, name: string, due: End): string | undefined {
  const targetId = targets.get(name) ?? "";
  const found = cases.get(targetId);
  const own = notices.get(targetId) ?? [];
  if (own.some(({ state }) => state === "NOTICE_STATE_CLOSED")) return "removed";
  if (found?.state === "CASE_STATE_QUEUED") return found.queueReason.replace("QUEUE_REASON_", "");
  // A decision without a notice is the way to one, where there must be one.
  if (found?.decision !== undefined && own.length === 0 && due === "unattributed") return "unattributed";
  return undefined;
}
