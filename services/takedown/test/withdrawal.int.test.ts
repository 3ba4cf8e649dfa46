import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { Action, type Notice, type NoticeState } from "@ntd/proto/takedown/v1/notice";
import { NoticeServiceService, type TargetOutcome } from "@ntd/proto/takedown/v1/notice_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { MovableClock, sealerFromFile } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aDecision, aDoubt, anOutcomeToSend, at } from "./examples.ts";
import { payloadOf, startTestTakedown, watch, type TestTakedown, type Watching } from "./bed.ts";

// A decision that is taken back, as a provider and an operator see it.

let takedown: TestTakedown;
let operator: RpcClient<typeof NoticeServiceService>;
const clock = new MovableClock(new Date());
beforeAll(async () => {
  takedown = await startTestTakedown({}, clock);
  for (const id of ["alpha", "beta", "gamma"]) await takedown.provider(id, { domains: [`${id}.example`] });
  const identityDir = await takedown.bed.identity("operator", "admin");
  operator = connect(NoticeServiceService, { address: takedown.address, identityDir });
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await takedown[Symbol.asyncDispose]();
});

const all = Object.values(Action).filter((action) => action !== "UNRECOGNIZED" && action !== "ACTION_UNSPECIFIED");

/** A notice that its provider has taken, and the stream that brought it. */
async function taken(name: string, understands: readonly Action[] = all) {
  const isp = await takedown.isp(name);
  const decided = await takedown.decide(`${name}.example`);
  const decision = aDecision(`decision of ${decided.caseId}`);
  const stream = watch(isp, 0, understands);
  const { noticeId } = await stream.next();
  await isp.acknowledgeNotice({ noticeId, revision: 1 });
  const doubt = aDoubt(decision.decisionId);
  const otherwise = {
    ...aDecision(`other ${decided.caseId}`, "VERDICT_NOT_ILLEGAL"),
    withdrawsDecisionId: decision.decisionId,
    confirmedBy: "assessor/bo",
  };
  const tell = (version: number, change: Parameters<TestTakedown["publishCase"]>[3]) =>
    takedown.publishCase(decided.caseId, version, decided.url, { targetId: decided.targetId, decision, ...change });
  return { ...decided, isp, noticeId, stream, decision, doubt, otherwise, tell };
}

const revisions = (stream: Watching) => stream.notices.map((n) => `${payloadOf(n).requestedAction} ${n.revision}`);
const answer = (noticeId: string, revision: number, outcome: Partial<TargetOutcome> & { targetId: string }) => ({
  requestId: randomUUID(),
  noticeId,
  revision,
  outcomes: [anOutcomeToSend(outcome)],
});
const reaches = (caseId: string, state: NoticeState): Promise<Notice> =>
  eventually(`a notice that is ${state}`, async () => (await takedown.notices(caseId)).find((n) => n.state === state));

test("wait, the same again, and restore come as revisions, until it is seen there again", async () => {
  const { isp, noticeId, stream, caseId, targetId, doubt, otherwise, tell } = await taken("alpha");
  await using _ = stream;
  await isp.reportOutcome(answer(noticeId, 1, { targetId }));
  await tell(2, { doubt });
  await stream.next(2);
  await isp.acknowledgeNotice({ noticeId, revision: 2 });
  const waits = await eventually("it is known that it was taken", async () =>
    (await takedown.notices(caseId)).find((n) => n.suspensions[0]?.acknowledgedTime !== undefined),
  );
  expect(waits).toMatchObject({ state: "NOTICE_STATE_SUSPENDED", action: "ACTION_SUSPEND", revision: 2 });
  const listed = async (state: NoticeState) =>
    (await operator.listNotices({ state, pageSize: 10, pageToken: "", caseId })).notices.map((n) => n.noticeId);
  expect(await listed("NOTICE_STATE_SUSPENDED")).toEqual([noticeId]);
  const causes = async (by: typeof operator) =>
    (await by.getNotice({ noticeId })).notice?.suspensions.map((s) => s.cause);
  expect(await causes(operator)).toEqual(["DOUBT_CAUSE_REOPENED"]);
  expect(await causes(isp)).toEqual(["DOUBT_CAUSE_UNSPECIFIED"]);
  await tell(3, {});
  await stream.next(3);
  await isp.acknowledgeNotice({ noticeId, revision: 3 });
  await takedown.publishTarget(4, { targetId, state: "TARGET_STATE_GONE", goneTime: at(60) });
  await reaches(caseId, "NOTICE_STATE_CLOSED");
  await tell(4, { decision: otherwise });
  await stream.next(4);
  expect(revisions(stream)).toEqual(["ACTION_REMOVE 1", "ACTION_SUSPEND 2", "ACTION_REMOVE 3", "ACTION_RESTORE 4"]);
  const back = { targetId, outcome: "OUTCOME_RESTORED" as const };
  await expect(isp.reportOutcome(answer(noticeId, 1, back))).rejects.toMatchObject({
    fields: [
      { field: "outcomes[0].outcome", description: expect.stringContaining("revision 1 does not ask to restore") },
    ],
  });
  await isp.reportOutcome(answer(noticeId, 4, back));
  await takedown.publishTarget(5, { targetId, restoredTime: clock.now() });
  const end = await reaches(caseId, "NOTICE_STATE_RESTORED");
  expect(end.targets[0]?.answers.map((a) => `${a.outcome} ${a.revision}`)).toEqual([
    "OUTCOME_REMOVED 1",
    "OUTCOME_RESTORED 4",
  ]);
  expect(end).toMatchObject({ withdrawnByDecisionId: otherwise.decisionId, restoreWithheld: false });
  expect(await listed("NOTICE_STATE_RESTORED")).toEqual([noticeId]);
  const verbs = (await takedown.bed.published(nouns.notice)).filter((e) => e.data.caseId === caseId).map((e) => e.verb);
  for (const verb of ["suspended", "reinstated", "withdrawn", "restored"]) expect(verbs).toContain(verb);
});

test("a client of release 0.2 hears nothing while it is suspended, and is asked to restore", async () => {
  const { noticeId, stream, caseId, doubt, otherwise, tell } = await taken("beta", []);
  await using _ = stream;
  await tell(2, { doubt });
  const noted = await eventually("it is known that it cannot be told", async () =>
    (await takedown.notices(caseId)).find((n) => n.suspensions[0]?.clientTooOld),
  );
  expect(noted).toMatchObject({ state: "NOTICE_STATE_SUSPENDED", revision: 1, suspensions: [{ revision: 0 }] });
  await tell(3, { decision: otherwise });
  await stream.next(2);
  expect(revisions(stream)).toEqual(["ACTION_REMOVE 1", "ACTION_RESTORE 2"]);
  expect(stream.notices.map((n) => n.noticeId)).toEqual([noticeId, noticeId]);
});

test("a suspension lapses by the clock, over a restart of the service", async () => {
  const { isp, noticeId, stream, caseId, doubt, tell } = await taken("gamma");
  await tell(2, { doubt });
  await stream.next(2);
  await isp.acknowledgeNotice({ noticeId, revision: 2 });
  await stream[Symbol.asyncDispose]();
  await takedown.restart();
  clock.advance(4 * 3600 * 1000 + 1000);
  await using later = watch(isp, 0, all);
  await eventually("it is asked for again", () => revisions(later).includes("ACTION_REMOVE 3"));
  const end = await reaches(caseId, "NOTICE_STATE_ACKNOWLEDGED");
  expect(end.suspensions).toMatchObject([{ ending: "SUSPENSION_END_LAPSED" }]);
});

describe("a dispute", () => {
  test("keeps its grounds and its text, sealed, and shows it to nobody else", async () => {
    const { isp, noticeId, stream, caseId, targetId } = await taken("alpha");
    await using _ = stream;
    const words = { disputeGrounds: "DISPUTE_GROUNDS_LAWFUL", disputeText: "It is an advertisement." } as const;
    await isp.reportOutcome(answer(noticeId, 1, { targetId, outcome: "OUTCOME_DISPUTED", ...words }));
    const { targets } = await reaches(caseId, "NOTICE_STATE_ANSWERED");
    const [said] = targets[0]?.answers ?? [];
    const { NTD_SEALING_KEYS_FILE: keys = "" } = await takedown.bed.environment("takedown", {});
    expect(said?.disputeGrounds).toBe("DISPUTE_GROUNDS_LAWFUL");
    expect(said?.disputeText && sealerFromFile(keys).open(said.disputeText)).toBe("It is an advertisement.");
    expect((await isp.getNotice({ noticeId })).notice?.targets[0]?.answers[0]?.disputeText).toBeUndefined();
  });

  test("of a client of release 0.2 says nothing more", async () => {
    const { isp, noticeId, stream, caseId, targetId } = await taken("alpha");
    await using _ = stream;
    await isp.reportOutcome(answer(noticeId, 1, { targetId, outcome: "OUTCOME_DISPUTED" }));
    expect((await reaches(caseId, "NOTICE_STATE_ANSWERED")).targets[0]?.answers[0]?.disputeText).toBeUndefined();
  });
});
