import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { generatePicture } from "@ntd/imagehash/generated";
import type { Case } from "@ntd/proto/casework/v1/case";
import { HoldServiceService, type HoldCaseRequest } from "@ntd/proto/casework/v1/hold_service";
import { MarkServiceService } from "@ntd/proto/casework/v1/mark_service";
import { ReferralServiceService } from "@ntd/proto/casework/v1/referral_service";
import type { Notice } from "@ntd/proto/takedown/v1/notice";
import { problemOf, type RpcClient } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { settled } from "./crash.ts";
import { decide, report, type Ground } from "./path.ts";

/** How long the officer of this path asks for. */
const HELD_MS = 2000;

/** What is left of it, without ids and times. */
export interface PoliceEnd {
  decision: string;
  holds: { cause: string; isOver: boolean; expired: boolean }[];
  causes: string[];
  outcome: string;
  icse: string;
  notice: { state: string; preserved: boolean; leftAfterHolds: boolean };
}

/**
 * A marked address is reported; police are told, ask for a moment more and let the mark's hold go; it is decided illegal
 * meanwhile, referred, acknowledged and answered. Every call is repeated until it is answered, as a client would.
 */
export const heldPath = (ground: Ground, seed: number) => async (): Promise<() => Promise<PoliceEnd>> => {
  const url = ground.provider.publish(`kernel-${seed}.jpg`, await generatePicture(seed));
  const requestId = randomUUID();
  await ground.call(MarkServiceService, "casework", "police", "pam", (marks) =>
    marks.setMark({
      requestId,
      what: { $case: "address", value: url },
      reason: "operation north",
      expireTime: undefined,
    }),
  );
  const name = await report(ground, url);
  const met = await caseOf(ground, name, ({ holds }) => (holds?.holds.length ?? 0) > 0);
  await letGo(ground, met);
  const seen = await caseOf(ground, name, ({ state }) => state === "CASE_STATE_QUEUED");
  await hold(ground, seen.caseId);
  await decide(ground, seen.caseId, "VERDICT_ILLEGAL", "ann");
  await answer(ground, seen.caseId);
  return async () => settled(ground, await eventually("it ends", () => endOf(ground, name), 60_000));
};

function police<T>(ground: Ground, ask: (holds: RpcClient<typeof HoldServiceService>) => Promise<T>): Promise<T> {
  return ground.call(HoldServiceService, "casework", "police", "pam", ask);
}

async function letGo(ground: Ground, { caseId, holds }: Case): Promise<void> {
  const requestId = randomUUID();
  const holdId = holds?.holds[0]?.holdId ?? "";
  await police(ground, (client) => client.releaseHold({ requestId, caseId, holdId, reason: "known to us" }));
}

// A hold that was taken is answered again as it was, however late; one that was not may be over when it is asked for again.
async function hold(ground: Ground, caseId: string): Promise<void> {
  let wish = wished(caseId);
  await police(ground, (client) =>
    client.holdCase(wish).catch((error: unknown) => {
      if (problemOf(error).fields.some(({ field }) => field === "expire_time")) wish = wished(caseId);
      throw error;
    }),
  );
}

function wished(caseId: string): HoldCaseRequest {
  const expireTime = new Date(Date.now() + HELD_MS);
  return { requestId: randomUUID(), caseId, reason: "a search is under way", expireTime, lookEvery: undefined };
}

async function answer(ground: Ground, caseId: string): Promise<void> {
  const [first, second] = [randomUUID(), randomUUID()];
  const as = <T>(ask: (referrals: RpcClient<typeof ReferralServiceService>) => Promise<T>) =>
    ground.call(ReferralServiceService, "casework", "police", "pam", ask);
  await eventually(
    "it is referred",
    () =>
      as(async (client) => {
        const { referrals } = await client.listReferrals({ pageSize: 500, pageToken: "", withAcknowledged: true });
        return referrals.some((one) => one.caseId === caseId);
      }),
    60_000,
  );
  await as((client) => client.acknowledgeReferral({ requestId: first, caseId, policeReference: "P 1" }));
  const said = { outcome: "REFERRAL_OUTCOME_CHILD_SAFE" as const, text: "a child is safe" };
  await as((client) => client.feedbackReferral({ requestId: second, caseId, ...said }));
}

function caseOf(ground: Ground, name: string, is: (found: Case) => boolean): Promise<Case> {
  return eventually(
    "the case is there",
    async () => {
      const found = await newestCase(ground, name);
      return found !== undefined && is(found) && found;
    },
    60_000,
  );
}

async function newestCase({ platform }: Ground, name: string): Promise<Case | undefined> {
  const reports = await platform.machine.published(nouns.report);
  const [target] = reports.find(({ data }) => `reports/${data.reportId}` === name)?.data.targets ?? [];
  const cases = await platform.machine.published(nouns.case);
  return cases.findLast(({ data }) => data.targetId === target?.targetId)?.data;
}

async function endOf(ground: Ground, name: string): Promise<PoliceEnd | undefined> {
  const found = await newestCase(ground, name);
  const notices = await ground.platform.machine.published(nouns.notice);
  const notice = notices.findLast(({ data }) => data.caseId === found?.caseId)?.data;
  const { holds = [] } = found?.holds ?? {};
  const isOver = holds.every(({ releasedTime }) => releasedTime !== undefined);
  if (found === undefined || notice?.state !== "NOTICE_STATE_CLOSED" || !isOver) return undefined;
  if (found.referral?.feedbackTime === undefined || found.icse?.answeredTime === undefined) return undefined;
  return {
    decision: found.decision?.verdict ?? "",
    holds: holds.map(({ cause, releasedTime, expired }) => ({ cause, isOver: releasedTime !== undefined, expired })),
    causes: found.referral.causes,
    outcome: found.referral.outcome,
    icse: found.icse.assessment,
    notice: { state: notice.state, preserved: isPreserved(notice), leftAfterHolds: leftAfter(notice, found) },
  };
}

function isPreserved({ preserveFor, targets }: Notice): boolean {
  const answers = targets.flatMap((target) => target.answers);
  return preserveFor !== undefined && answers.every(({ outcome }) => outcome === "OUTCOME_REMOVED");
}

function leftAfter({ offeredTime }: Notice, { holds }: Case): boolean {
  const ends = (holds?.holds ?? []).map(({ releasedTime }) => releasedTime?.getTime() ?? Infinity);
  return (offeredTime?.getTime() ?? 0) >= Math.max(0, ...ends);
}
