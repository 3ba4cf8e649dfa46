import { nouns, type Bus } from "@ntd/bus";
import { published } from "@ntd/embedded";
import type { Case } from "@ntd/proto/casework/v1/case";
import type { Report } from "@ntd/proto/intake/v1/report";
import type { Target } from "@ntd/proto/prober/v1/target";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import type { End } from "./planned-report.ts";

/** The newest published states, by the id that joins them. */
export interface Picture {
  reports: Map<string, Report>;
  targets: Map<string, Target>;
  cases: Map<string, Case>;
  notices: Map<string, Notice>;
}

/** Reads the facts from the bus as an operator may: what each service last said of each aggregate. */
export async function readPicture(bus: Bus): Promise<Picture> {
  return {
    reports: newest(await published(bus, nouns.report), (r) => r.reportId),
    targets: newest(await published(bus, nouns.target), (t) => t.targetId),
    cases: newest(await published(bus, nouns.case), (c) => c.targetId),
    notices: newest(await published(bus, nouns.notice), (n) => n.targets[0]?.targetId ?? ""),
  };
}

function newest<T>(events: readonly { data: T }[], key: (data: T) => string): Map<string, T> {
  return new Map(events.map(({ data }) => [key(data), data]));
}

/** Who waits for a person on lists of their own. */
export interface Asked {
  /** Cases that are decided and have no provider. */
  unattributed: ReadonlySet<string>;
  /** Targets that no eye can see. */
  unseen: ReadonlySet<string>;
}

export interface Standing {
  /** A few words for the table. */
  where: string;
  /** Where it has ended; undefined while something is still to come. */
  end: End | undefined;
}

/** Where one report is. */
export function standing({ targets, cases, notices }: Place, targetId: string | undefined, asked: Asked): Standing {
  const target = targetId === undefined ? undefined : targets.get(targetId);
  const found = targetId === undefined ? undefined : cases.get(targetId);
  const notice = targetId === undefined ? undefined : notices.get(targetId);
  if (notice !== undefined && found?.decision?.embedded !== undefined)
    return ofPage(notice, shownOn(targetId, { targets, cases, notices }));
  if (notice !== undefined && found !== undefined) return ofNotice(notice, found, target, asked);
  if (found === undefined)
    return { where: target === undefined ? "received" : `looked at: ${short(target.state)}`, end: undefined };
  if (asked.unattributed.has(found.caseId)) return { where: "decided, no provider known", end: "no known provider" };
  if (found.state === "CASE_STATE_QUEUED" || found.state === "CASE_STATE_CLAIMED") return ofQueue(found);
  if (found.decision?.verdict === "VERDICT_OUT_OF_SCOPE")
    return { where: "nothing was ever there, closed unopened", end: "nothing there, closed unopened" };
  return { where: short(found.state), end: undefined };
}

type Place = Pick<Picture, "targets" | "cases" | "notices">;

/** The notices of what was found on a page and became a target of its own. */
function shownOn(pageTargetId: string | undefined, { targets, notices }: Place): (Notice | undefined)[] {
  return [...targets.values()]
    .filter(({ foundOnTargetId }) => foundOnTargetId === pageTargetId)
    .map(({ targetId }) => notices.get(targetId));
}

// The page stays; what it embeds has a notice of its own, to its own host.
function ofPage(notice: Notice, shown: readonly (Notice | undefined)[]): Standing {
  const isGone = (one: Notice | undefined) =>
    one?.targets[0]?.goneTime !== undefined && one.targets[0].answers.at(-1)?.outcome === "OUTCOME_REMOVED";
  const onHosts = shown.length > 0 && shown.every(isGone);
  if (isGone(notice) && notice.action === "ACTION_REMOVE_EMBEDDED" && onHosts)
    return { where: "off the page, which stays, and off its host", end: "off the page and off its host" };
  if (isGone(notice)) return { where: "off the page, still on its host", end: undefined };
  return { where: `page's notice ${short(notice.state)}${onHosts ? ", off its host" : ""}`, end: undefined };
}

function ofQueue(found: Case): Standing {
  const raised = found.priority === "PRIORITY_RAISED" ? ", priority raised" : "";
  const end = `person: ${found.queueReason.replace("QUEUE_REASON_", "")}${raised}`;
  return { where: `waits for a ${end}`, end: end as End };
}

// Where police held it or answered, that is told with it.
function ofRemoved({ holds, referral }: Case): Standing {
  const where = "gone, seen by the platform itself";
  if (holds !== undefined) return { where: `${where}, once police let it go`, end: "held by police, then removed" };
  if (referral?.causes.includes("REFERRAL_CAUSE_VICTIM") !== true) return { where, end: "removed" };
  if (referral.feedbackTime === undefined) return { where: `${where}; police are told`, end: undefined };
  return { where: `${where}; police answered`, end: "removed, police answered" };
}

function ofNotice(notice: Notice, found: Case, seen: Target | undefined, { unseen }: Asked): Standing {
  if (notice.state === "NOTICE_STATE_RESTORED")
    return { where: "taken back, seen there again", end: "taken back, restored" };
  if (notice.state === "NOTICE_STATE_WITHDRAWN") return { where: "taken back, to be restored", end: undefined };
  const target = notice.targets[0];
  const claim = target?.answers.at(-1);
  const gone = target?.goneTime !== undefined;
  if (gone && claim?.outcome === "OUTCOME_REMOVED") return ofRemoved(found);
  if (notice.waitsForPolice === true) return { where: "held by police", end: undefined };
  if (claim === undefined) return { where: `notice ${short(notice.state)}${gone ? ", gone" : ""}`, end: undefined };
  if (seen?.state === "TARGET_STATE_UNSEEN" && unseen.has(seen.targetId))
    return { where: "claimed removed, no eye can tell, a person is asked", end: "unseen, a person is asked" };
  const still = (seen?.lastSeenTime ?? 0) > (claim.receivedTime ?? 0);
  if (!still) return { where: "claimed removed, being checked", end: undefined };
  return seen?.cloaked.length === 0
    ? { where: "claimed removed, still present", end: "claimed, still present" }
    : { where: "claimed removed, still present for browsers", end: "cloaked, still present" };
}

function short(state: string): string {
  return state
    .replace(/^[A-Z]+_STATE_/, "")
    .toLowerCase()
    .replaceAll("_", " ");
}
