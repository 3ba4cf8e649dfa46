import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { Action, NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { eventually } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openAgentBed, type AgentBed } from "./bed.ts";
import { aTarget } from "./notices.ts";

let at: AgentBed;
beforeEach(async () => {
  at = await openAgentBed();
});
afterEach(() => at[Symbol.asyncDispose]());

/** A notice whose handler does what `path` says, and its later revisions. */
async function offered(path = "/1.jpg") {
  const targets = [aTarget(`http://north.example${path}`)];
  const { noticeId } = await at.offer({ targets });
  const next = (revision: number, requestedAction: Action, change: Partial<NoticePayload> = {}) =>
    at.offer({ noticeId, revision, requestedAction, targets, ...change });
  return { noticeId, next };
}

const answersTo = (noticeId: string) =>
  at.platform.answers
    .filter((answer) => answer.noticeId === noticeId)
    .map(({ revision, outcomes }) => [revision, outcomes[0]?.outcome]);
const answered = (noticeId: string, revision: number) =>
  eventually(`an answer to revision ${revision}`, () =>
    answersTo(noticeId).some(([answeredRevision]) => answeredRevision === revision),
  );
const acknowledged = (noticeId: string, revision: number) =>
  eventually(`revision ${revision} is acknowledged`, () =>
    at.platform.acknowledged.some((a) => a.noticeId === noticeId && a.revision === revision),
  );
const began = (noticeId: string) =>
  at.handled(noticeId).flatMap(({ is, revision, attempt }) => (is === "began" ? [[revision, attempt]] : []));

test("the platform is told what this client understands", async () => {
  at.start();
  await eventually("it listens", () => at.platform.understood.length > 0);
  expect(at.platform.understood).toContain("ACTION_SUSPEND");
});

test("what was not begun waits, is listed as suspended, and is done once it is reinstated", async () => {
  const agent = at.start({ ISP_AGENT_HANDLER: "" });
  const { noticeId, next } = await offered();
  await acknowledged(noticeId, 1);
  await next(2, "ACTION_SUSPEND");
  await acknowledged(noticeId, 2);
  await agent.kill("SIGTERM");
  at.start();
  const listed = await eventually("it is listed", () => {
    const status = at.status();
    return status?.handler === true && status.pending.find((p) => p["notice_id"] === noticeId);
  });
  expect(listed).toMatchObject({ state: "suspended", revision: 2, requested_action: "suspend", attempts: 0 });
  expect(began(noticeId)).toEqual([]);
  await next(3, "ACTION_REMOVE");
  await answered(noticeId, 3);
  expect(began(noticeId)).toEqual([[3, 1]]);
});

test("a handler that runs is let end and its answer told; what is done is answered again without it", async () => {
  at.start();
  const { noticeId, next } = await offered("/wait");
  await eventually("the handler runs", () => at.handled(noticeId)[0]);
  await next(2, "ACTION_SUSPEND");
  await acknowledged(noticeId, 2);
  writeFileSync(at.file("go"), "");
  await answered(noticeId, 1);
  await eventually("it is suspended", () => at.status()?.counts["suspended"] === 1);
  await next(3, "ACTION_REMOVE");
  await answered(noticeId, 3);
  expect(began(noticeId)).toEqual([[1, 1]]);
  expect(answersTo(noticeId)).toEqual([
    [1, "OUTCOME_REMOVED"],
    [3, "OUTCOME_REMOVED"],
  ]);
  const [first, second] = at.platform.answers;
  expect(second?.outcomes[0]?.measureTime).toEqual(first?.outcomes[0]?.measureTime);
});

test("asked to restore what was never begun, it answers so and runs nothing", async () => {
  at.start();
  const { noticeId, next } = await offered("/exit-7");
  await next(2, "ACTION_SUSPEND");
  const other = await at.offer({ requestedAction: "ACTION_RESTORE" });
  await answered(other.noticeId, 1);
  expect(answersTo(other.noticeId)).toEqual([[1, "OUTCOME_RESTORED"]]);
  expect(at.handled(other.noticeId)).toEqual([]);
  await acknowledged(noticeId, 2);
});

test("what cannot be restored is answered by its reason, and a dispute by its grounds", async () => {
  at.start();
  const { noticeId, next } = await offered();
  await answered(noticeId, 1);
  await next(2, "ACTION_RESTORE", { targets: [aTarget("http://north.example/exit-43")] });
  await answered(noticeId, 2);
  const disputed = await offered("/exit-32");
  await answered(disputed.noticeId, 1);
  const outcomeOf = (id: string) => at.platform.answers.findLast((a) => a.noticeId === id)?.outcomes[0];
  expect(outcomeOf(noticeId)).toMatchObject({
    outcome: "OUTCOME_CANNOT_RESTORE",
    cannotRestoreReason: "CANNOT_RESTORE_REASON_CUSTOMER_LEFT",
  });
  expect(outcomeOf(disputed.noticeId)).toMatchObject({
    outcome: "OUTCOME_DISPUTED",
    disputeGrounds: "DISPUTE_GROUNDS_OTHER_CONTENT",
    disputeText: "The provider says that something else is there.",
  });
});

// The writes of one notice that is done: received, acknowledged, handling, handled, answered; then, of a suspension:
// received, suspended; of what reinstates it: received, handled from what is known, answered.
test.each([6, 7, 8, 9, 10])(
  "killed after write %i of a notice that is suspended and reinstated, it is done once",
  async (write) => {
    const agent = at.start({ NTD_FAILPOINT: `store.saved.notices:${write}` });
    const { noticeId, next } = await offered();
    const again = once(agent.process, "exit").then(() => at.start());
    await answered(noticeId, 1);
    await next(2, "ACTION_SUSPEND");
    // Revision 3 must not overtake the write of the suspension, or there are fewer writes than are counted here.
    await eventually("it is suspended", () => at.status()?.counts["suspended"] === 1);
    await next(3, "ACTION_REMOVE");
    await again;
    expect(agent.process.signalCode).toBe("SIGKILL");
    await answered(noticeId, 3);
    await eventually("it is over", () => at.status()?.counts["answered"] === 1);
    expect(began(noticeId)).toEqual([[1, 1]]);
    const ids = at.platform.answers.map((answer) => `${answer.requestId} ${answer.revision}`);
    expect(new Set(ids).size).toBe(2);
  },
);

test("killed while a handler runs that is to wait, it is not begun again until it is reinstated", async () => {
  const agent = at.start();
  const { noticeId, next } = await offered("/wait");
  await eventually("the handler runs", () => at.handled(noticeId)[0]);
  await next(2, "ACTION_SUSPEND");
  await acknowledged(noticeId, 2);
  await agent.kill("SIGKILL");
  at.start();
  await eventually("it is suspended", () => at.status()?.counts["suspended"] === 1);
  expect(began(noticeId)).toEqual([[1, 1]]);
  writeFileSync(at.file("go"), "");
  await next(3, "ACTION_RESTORE");
  await answered(noticeId, 3);
  // A handler was started, so whatever it did is a handler's to bring back.
  expect(began(noticeId)).toEqual([
    [1, 1],
    [3, 1],
  ]);
});
