import { randomUUID } from "node:crypto";
import { AssessmentServiceService } from "@ntd/proto/casework/v1/assessment_service";
import type { Verdict } from "@ntd/proto/casework/v1/case";
import { CaseServiceService, type CaseView } from "@ntd/proto/casework/v1/case_service";
import { ClusterServiceService } from "@ntd/proto/casework/v1/cluster_service";
import { HoldServiceService } from "@ntd/proto/casework/v1/hold_service";
import { ReferralServiceService } from "@ntd/proto/casework/v1/referral_service";
import { Problem } from "@ntd/service";
import type { Stage } from "../stories/stage.ts";
import { numbers } from "../numbers.ts";

/** Minutes that a decision takes. */
const DECIDING_MINUTES = 6;
/** Of ten referrals the officer asks for time in so many. */
const HOLD_IN_TEN = 1;

/** Three persons: early and late in the week, one at the weekend. Nobody at night. */
const SHIFTS = [
  { name: "ann", days: [0, 1, 2, 3, 4], from: 8, until: 16 },
  { name: "ben", days: [0, 1, 2, 3, 4], from: 12, until: 20 },
  { name: "cyd", days: [5, 6], from: 9, until: 17 },
];
const OFFICER = { days: [0, 1, 2, 3, 4], from: 9, until: 17 };

/** What somebody looked at: who, and which picture (the address's path names it). */
export interface View {
  person: string;
  path: string;
}

export interface People {
  /** Lets everybody who is there do what there is to do at this minute. */
  turn(minute: number): Promise<void>;
  /** When somebody's work ends next; undefined while nobody has any in hand. */
  next(minute: number): number | undefined;
  readonly views: readonly View[];
  /** Cases that a person decided, members of clusters not counted. */
  readonly decided: () => number;
  /** Minutes at which a hold of theirs is over. */
  readonly holdsOver: readonly number[];
}

interface InHand {
  person: string;
  view: CaseView;
  dueMinute: number;
}

/** The verdict that is right for a path. */
type Truth = (path: string) => Verdict;

export async function openPeople(stage: Stage, truth: Truth, seed: number): Promise<People> {
  const inHand = new Map<string, InHand>();
  const views: View[] = [];
  const holdsOver: number[] = [];
  const chance = numbers(seed);
  /** What each case's address shows, by who has seen it. */
  const paths = new Map<string, string>();
  let decided = 0;
  let officerHour = -1;

  async function claim(person: string, minute: number): Promise<void> {
    const assessor = await stage.client(AssessmentServiceService, "casework", "assessor", person);
    const { case: view } = await assessor.claimNext({ requestId: randomUUID(), lane: "LANE_UNSPECIFIED" });
    if (view === undefined) return;
    // A picture that was seen before is decided as then.
    const path = view.url === "" ? paths.get(view.viewedInCaseId ?? "") : pathOf(view);
    paths.set(view.case?.caseId ?? "", path ?? "");
    if (view.url !== "") views.push({ person, path: pathOf(view) });
    inHand.set(person, { person, view, dueMinute: minute + DECIDING_MINUTES });
  }

  async function finish({ person, view }: InHand): Promise<void> {
    inHand.delete(person);
    const path = paths.get(view.case?.caseId ?? "") ?? "";
    try {
      await decide(stage, person, view, truth(path));
      decided += 1;
    } catch (error) {
      // Somebody else decided it meanwhile, with a cluster, or it was long in hand: whoever is next has it.
      if (!["WRONG_STATE", "EVIDENCE_CHANGED"].includes(Problem.from(error).reason)) throw error;
    }
  }

  async function police(minute: number): Promise<void> {
    const hour = Math.floor(minute / 60);
    if (!isOnDuty(OFFICER, minute) || hour === officerHour) return;
    officerHour = hour;
    holdsOver.push(...(await acknowledge(stage, () => chance() * 10 < HOLD_IN_TEN)).map(() => minute + DAY_MINUTES));
  }

  return {
    views,
    holdsOver,
    decided: () => decided,
    next(minute) {
      const ends = [...inHand.values()].map(({ dueMinute }) => dueMinute).filter((due) => due > minute);
      return ends.length === 0 ? undefined : Math.min(...ends);
    },
    async turn(minute) {
      for (const work of inHand.values()) if (work.dueMinute <= minute) await finish(work);
      for (const shift of SHIFTS) {
        if (isOnDuty(shift, minute) && !inHand.has(shift.name)) await claim(shift.name, minute);
      }
      await police(minute);
    },
  };
}

const DAY_MINUTES = 1440;

/** Whether anybody decides at this minute. */
export function isAnybodyThere(minute: number): boolean {
  return SHIFTS.some((shift) => isOnDuty(shift, minute));
}

function isOnDuty({ days, from, until }: typeof OFFICER, minute: number): boolean {
  const [day, hour] = [Math.floor(minute / DAY_MINUTES) % 7, Math.floor(minute / 60) % 24];
  return days.includes(day) && hour >= from && hour < until;
}

async function decide(stage: Stage, person: string, view: CaseView, seen: Verdict): Promise<void> {
  const client = await stage.client(CaseServiceService, "casework", "assessor", person);
  const { caseId = "", evidenceRevision = 0, isTextOnly, targetState } = view.case ?? {};
  const decision = isTextOnly === true ? "VERDICT_OUT_OF_SCOPE" : seen;
  const isIllegal = decision === "VERDICT_ILLEGAL";
  const cluster = isIllegal ? await sameOf(stage, person, caseId) : [];
  await client.decideCase({
    requestId: randomUUID(),
    caseId,
    expectedVersion: evidenceRevision,
    decision,
    classifications: isIllegal ? [{ scheme: "national", version: "1", code: "csam" }] : [],
    basis: isIllegal ? "act s.1" : "",
    reason: "seen",
    despiteGone: targetState === "TARGET_STATE_GONE" && isIllegal,
    inDoubt: false,
    ...(cluster.length > 0 && { cluster: { caseIds: cluster } }),
  });
}

/** The cases of the same picture at other addresses that wait for a person. */
async function sameOf(stage: Stage, person: string, caseId: string): Promise<string[]> {
  const client = await stage.client(ClusterServiceService, "casework", "assessor", person);
  const { same } = await client.getCluster({ caseId });
  return same.filter(({ state }) => state === "CASE_STATE_QUEUED").map((member) => member.caseId);
}

/** An officer takes what is offered, and asks for a day in some of it. Returns those cases. */
async function acknowledge(stage: Stage, holds: () => boolean): Promise<string[]> {
  const officer = await stage.client(ReferralServiceService, "casework", "police", "pam");
  const { referrals } = await officer.listReferrals({ pageSize: 100, pageToken: "", withAcknowledged: false });
  const kept: string[] = [];
  for (const { caseId } of referrals) {
    await officer.acknowledgeReferral({ requestId: randomUUID(), caseId, policeReference: `P ${caseId.slice(0, 8)}` });
    if (holds()) {
      const client = await stage.client(HoldServiceService, "casework", "police", "pam");
      const words = { reason: "a search is under way", expireTime: undefined, lookEvery: undefined };
      await client.holdCase({ requestId: randomUUID(), caseId, ...words });
      kept.push(caseId);
    } else {
      const said = { outcome: "REFERRAL_OUTCOME_INVESTIGATION_OPENED" as const, text: "" };
      await officer.feedbackReferral({ requestId: randomUUID(), caseId, ...said });
    }
  }
  return kept;
}

function pathOf({ url }: CaseView): string {
  return URL.canParse(url) ? new URL(url).pathname : "";
}
