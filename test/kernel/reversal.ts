import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { generatePicture } from "@ntd/imagehash/generated";
import type { Case } from "@ntd/proto/casework/v1/case";
import { ComplaintServiceService } from "@ntd/proto/intake/v1/complaint_service";
import { eventually } from "@ntd/testing";
import { asAssessor, caseIn, doubt, noticeIn, outcomesOf } from "./cases.ts";
import { settled } from "./crash.ts";
import { decide, report, type Ground } from "./path.ts";

/** Two pictures that one person decided wrongly: one was removed, of the other its provider only says so. */
export interface Wronged {
  removed: Decided;
  claimed: Decided;
}

interface Decided {
  url: string;
  targetId: string;
  caseId: string;
}

/** What is left of both, without ids and times. */
export interface ReversalEnd {
  removed: { action: string; state: string; outcomes: string[]; restored: boolean; episode: number };
  claimed: { action: string; state: string; outcomes: string[]; suspensions: string[] };
  verdicts: string[];
  complaints: number;
}

/** Reports both pictures, decides them, and waits until one has gone and the other is said to. */
export async function wrong(ground: Ground, seed: number): Promise<Wronged> {
  const [removed, claimed] = await Promise.all([
    decided(ground, `kernel-${seed}.jpg`, seed),
    decided(ground, `stubborn-${seed}.jpg`, seed + 1),
  ]);
  await noticeIn(ground, removed.caseId, ({ state }) => state === "NOTICE_STATE_CLOSED");
  await noticeIn(ground, claimed.caseId, ({ state }) => state === "NOTICE_STATE_ANSWERED");
  return { removed, claimed };
}

/**
 * The removed one is withdrawn by two persons and restored; the other is doubted, and reinstated by another decision; its
 * owner complains. Every call is repeated until it is answered, as a client would.
 */
export const reversal = (ground: Ground, wronged: Wronged) => async (): Promise<() => Promise<ReversalEnd>> => {
  await Promise.all([withdraw(ground, wronged.removed), reinstate(ground, wronged.claimed)]);
  return async () => settled(ground, await eventually("it ends", () => endState(ground, wronged), 60_000));
};

async function withdraw(ground: Ground, wronged: Decided): Promise<void> {
  const { url, caseId } = wronged;
  const complaint = { capacity: "CAPACITY_SITE_OWNER" as const, url, caseId: "", language: "en", contact: "" };
  const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
  await ground.call(ComplaintServiceService, "intake", "reporter", "public", (intake) =>
    intake.submitComplaint({ requestId: first, ...complaint, text: "an innocent picture" }),
  );
  await doubt(ground, caseId, second);
  const { evidenceRevision, doubt: raised } = await caseIn(ground, isOf(wronged), (found) => found.doubt !== undefined);
  await asAssessor(ground, "carol", (casework) =>
    casework.confirmWithdrawal({
      requestId: third,
      caseId,
      decisionId: raised?.decisionId ?? "",
      expectedVersion: evidenceRevision,
      reason: "an innocent picture",
    }),
  );
}

async function reinstate(ground: Ground, wronged: Decided): Promise<void> {
  await doubt(ground, wronged.caseId, randomUUID());
  await noticeIn(ground, wronged.caseId, ({ suspensions }) => suspensions[0]?.acknowledgedTime !== undefined);
  await decide(ground, wronged.caseId, "VERDICT_ILLEGAL", "ben");
}

const isOf =
  (one: Decided) =>
  ({ caseId }: Case) =>
    caseId === one.caseId;

async function decided(ground: Ground, file: string, seed: number): Promise<Decided> {
  const url = ground.provider.publish(file, await generatePicture(seed));
  const name = await report(ground, url);
  const { targetId, caseId } = await eventually(
    "before a person",
    async () => {
      const reports = await ground.platform.machine.published(nouns.report);
      const [first] = reports.find(({ data }) => `reports/${data.reportId}` === name)?.data.targets ?? [];
      const cases = await ground.platform.machine.published(nouns.case);
      return cases.find(({ data }) => data.targetId === first?.targetId && data.state === "CASE_STATE_QUEUED")?.data;
    },
    60_000,
  );
  const one = { url, targetId, caseId };
  await decide(ground, one.caseId, "VERDICT_ILLEGAL", "ann");
  return one;
}

async function endState(ground: Ground, { removed, claimed }: Wronged): Promise<ReversalEnd | undefined> {
  const { machine: bed } = ground.platform;
  const targets = await bed.published(nouns.target);
  const complaints = (await bed.published(nouns.complaint)).filter(({ data }) => data.targetId === removed.targetId);
  // Our own look may see the picture back before its provider says so.
  const restored = await noticeIn(ground, removed.caseId, ({ state, targets: [target] }) => {
    return state === "NOTICE_STATE_RESTORED" && (target?.answers.length ?? 0) > 1;
  });
  const again = await noticeIn(ground, claimed.caseId, ({ state, suspensions, targets: [target] }) => {
    return state === "NOTICE_STATE_ANSWERED" && suspensions.length > 0 && (target?.answers.length ?? 0) > 1;
  });
  const cases = await Promise.all(
    [removed, claimed].map((one) => caseIn(ground, isOf(one), ({ doubt: raised }) => raised === undefined)),
  );
  return {
    removed: {
      action: restored.action,
      state: restored.state,
      outcomes: outcomesOf(restored),
      restored: restored.restoredTime !== undefined,
      episode: targets.findLast(({ data }) => data.targetId === removed.targetId)?.data.episode ?? 0,
    },
    claimed: {
      action: again.action,
      state: again.state,
      outcomes: outcomesOf(again),
      suspensions: again.suspensions.map(({ ending }) => ending),
    },
    verdicts: cases.map(({ decision }) => decision?.verdict ?? ""),
    complaints: new Set(complaints.map(({ data }) => data.complaintId)).size,
  };
}
