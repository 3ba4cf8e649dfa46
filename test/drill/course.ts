import { nouns } from "@ntd/bus";
import type { Case, Lane } from "@ntd/proto/casework/v1/case";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import type { Stage } from "../stories/stage.ts";
import type { Arrival, Kind } from "./load.ts";

/** What became of one report, in minutes since it came; undefined where it did not come to that. */
export interface Course {
  kind: Kind;
  /** The first lane in which its case waited for a person; undefined where it never did. */
  lane: Lane | undefined;
  /** Minute of the drill in which it came. */
  minute: number;
  decided: number | undefined;
  noticed: number | undefined;
  gone: number | undefined;
  /** Of the time to the notice, and from there to gone. */
  look: number;
  person: number;
  police: number;
  secondLook: number;
  provider: number;
}

/** The courses of reports, by name, from what was published. */
export async function courseOf(stage: Stage, reports: ReadonlyMap<string, Arrival>, begin: number): Promise<Course[]> {
  const { bed } = stage;
  const received = await bed.published(nouns.report);
  const targets = firstBy(await bed.published(nouns.target), ({ targetId }) => targetId);
  const cases = await bed.published(nouns.case);
  const newest = lastBy(cases, ({ targetId }) => targetId);
  const queued = firstBy(
    cases.filter(({ data }) => data.state === "CASE_STATE_QUEUED"),
    ({ targetId }) => targetId,
  );
  const notices = lastBy(await bed.published(nouns.notice), ({ targets: [target] }) => target?.targetId ?? "");
  return received.flatMap(({ data }) => {
    const arrival = reports.get(`reports/${data.reportId}`);
    const targetId = data.wordsTargetId ?? data.targets[0]?.targetId ?? "";
    if (arrival === undefined) return [];
    const known = {
      seen: targets.get(targetId)?.probedTime,
      queued: queued.get(targetId),
      case: newest.get(targetId),
      notice: notices.get(targetId),
    };
    return [{ kind: arrival.kind, ...timesOf(known, data.receivedTime ?? new Date(begin)), minute: arrival.minute }];
  });
}

interface Known {
  seen: Date | undefined;
  queued: Case | undefined;
  case: Case | undefined;
  notice: Notice | undefined;
}

function timesOf({ seen, queued, case: found, notice }: Known, from: Date): Omit<Course, "kind" | "minute"> {
  const since = (time: Date | undefined) => time && (time.getTime() - from.getTime()) / 60_000;
  const [looked, decided] = [since(seen) ?? 0, since(found?.decision?.decidedTime)];
  const [issued, noticed] = [since(notice?.issuedTime), since(notice?.offeredTime)];
  const gone = since(notice?.targets[0]?.goneTime);
  return {
    lane: queued?.lane,
    decided,
    noticed,
    gone,
    look: looked,
    person: decided === undefined ? 0 : Math.max(0, decided - looked),
    secondLook: issued === undefined || decided === undefined ? 0 : Math.max(0, issued - decided),
    police: noticed === undefined || issued === undefined ? 0 : Math.max(0, noticed - issued),
    provider: gone === undefined || noticed === undefined ? 0 : Math.max(0, gone - noticed),
  };
}

function lastBy<T>(events: readonly { data: T }[], key: (data: T) => string): Map<string, T> {
  return new Map(events.map(({ data }) => [key(data), data]));
}

function firstBy<T>(events: readonly { data: T }[], key: (data: T) => string): Map<string, T> {
  return lastBy(events.toReversed(), key);
}
