import { targetIdOf as idOf, readTargetKey } from "@ntd/address";
import { nouns } from "@ntd/bus";
import type { Page } from "@ntd/proto/prober/v1/page";
import { unobservedCase } from "@ntd/testing";
import type { Case } from "@ntd/proto/casework/v1/case";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { eventually } from "@ntd/testing";
import { targetIdOf, type ProberBed } from "./bed.ts";

/** The target that the address of a path, or a whole address, is. */
export function itemIdOf(at: ProberBed, path: string): string {
  const { href } = new URL(path, at.urlOf("/"));
  return idOf(readTargetKey(at.environment["PROBER_TARGET_KEY_FILE"] ?? ""), { fetch: href });
}

/** What was told of the media of a reported page so far, oldest first. */
export async function pagesTold(at: ProberBed, path: string): Promise<{ verb: string; version: number; data: Page }[]> {
  if ((await at.bed.bus.manager.streams.info("PROBER")).state.messages === 0) return [];
  return (await at.bed.published(nouns.page)).filter(({ data }) => data.targetId === targetIdOf(path));
}

/** Waits for the newest word on a page to be as wanted. */
export async function untilOnPage(
  at: ProberBed,
  path: string,
  wanted: (page: Page) => boolean,
  deadlineMs?: number,
): Promise<Page> {
  const newest = async () => {
    const page = (await pagesTold(at, path)).at(-1)?.data;
    return page !== undefined && wanted(page) && page;
  };
  return eventually(`what is on ${path}`, newest, deadlineMs);
}

const hit: Hit = {
  algorithm: "ALGORITHM_SHA256",
  distance: 0,
  threshold: 0,
  queryQuality: 0,
  entryQuality: 0,
  form: "",
  setId: "national",
  setOwner: "hotline",
  setRole: "SET_ROLE_POSITIVE",
  releaseId: "release-1",
  entryId: "entry-1",
  votes: 3,
  autoIssue: true,
  minVotes: 2,
  classification: undefined,
};

let version = 0;

/** Matching's word on the items of a reported page. */
export async function publishMatch(at: ProberBed, path: string, items: readonly string[], role = hit.setRole) {
  const targetId = targetIdOf(path);
  await at.bed.publish(nouns.match, "found", `match of ${path}`, ++version, {
    targetId,
    episode: 1,
    contentRevision: 1,
    hits: [],
    tooLittleDetail: false,
    matchedTime: new Date(),
    searchedSets: [],
    revokedHits: [],
    items: items.map((itemTargetId) => ({ itemTargetId, hits: [{ ...hit, setRole: role }] })),
    itemCounts: { known: items.length, near: 0, unknown: 0, notJudged: 0 },
  });
}

/** Somebody decided what is at a target. */
export async function publishDecision(
  at: ProberBed,
  targetId: string,
  verdict: NonNullable<Case["decision"]>["verdict"],
) {
  const caseId = `case of ${targetId}`;
  await at.bed.publish(nouns.case, "decided", caseId, ++version, {
    caseId,
    targetId,
    episode: 1,
    state: "CASE_STATE_DECIDED",
    priority: "PRIORITY_NORMAL",
    queueReason: "QUEUE_REASON_NO_HIT",
    address: undefined,
    resolvedIp: "",
    targetState: "TARGET_STATE_PRESENT",
    targetReason: "PROBE_REASON_UNSPECIFIED",
    hits: [],
    evidenceRevision: 1,
    decision: {
      decisionId: `decision of ${targetId}`,
      verdict,
      decidedBy: "assessor/ann",
      decidedTime: new Date(),
      classifications: [],
      basis: "act s.1",
      reason: undefined,
      despiteGone: false,
      withdrawsDecisionId: "",
      confirmedBy: "",
    },
    reportCount: 1,
    reportIds: [],
    openedTime: new Date(),
    fingerprints: [],
    firstReportTime: undefined,
    firstReportRevision: 0,
    ...unobservedCase,
  });
}
