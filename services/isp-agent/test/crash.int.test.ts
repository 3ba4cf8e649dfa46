import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { eventually } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openAgentBed, type AgentBed } from "./bed.ts";
import { aTarget } from "./notices.ts";

let at: AgentBed;
beforeEach(async () => {
  at = await openAgentBed();
});
afterEach(() => at[Symbol.asyncDispose]());

const attempts = (noticeId: string) => at.handled(noticeId).flatMap((l) => (l.is === "began" ? [l.attempt] : []));
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

// Field 4 of proc_pid_stat(5); the name in field 2 may hold spaces.
function parentOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[1]);
}

async function answered(noticeId: string): Promise<void> {
  await eventually("an answer", () => at.platform.answers.find((answer) => answer.noticeId === noticeId));
  await eventually("it is over", () => at.status()?.counts["answered"] === 1);
}

// The writes of one notice: received, acknowledged, handling, handled, answered.
test.each([
  { write: 1, name: "received", told: [1] },
  { write: 2, name: "acknowledged", told: [1] },
  { write: 3, name: "handling, the handler not started", told: [2] },
  { write: 4, name: "handled", told: [1] },
  { write: 5, name: "answered", told: [1] },
])("killed after it wrote that a notice is $name, it is handled once", async ({ write, told }) => {
  const agent = at.start({ NTD_FAILPOINT: `store.saved.notices:${write}` });
  const { noticeId } = await at.offer();
  await once(agent.process, "exit");
  expect(agent.process.signalCode).toBe("SIGKILL");
  at.start();
  await answered(noticeId);
  expect(attempts(noticeId)).toEqual(told);
  expect(new Set(at.platform.answers.map((answer) => answer.requestId)).size).toBe(1);
});

test("killed after the platform has the answer and before that is written, it repeats the very same answer", async () => {
  const agent = at.start({ NTD_FAILPOINT: "agent.told.answer:1" });
  const { noticeId } = await at.offer();
  await once(agent.process, "exit");
  at.start();
  await answered(noticeId);
  expect(at.platform.answers).toHaveLength(2);
  expect(at.platform.answers[1]).toEqual(at.platform.answers[0]);
  expect(attempts(noticeId)).toEqual([1]);
});

test("killed after the platform has the receipt and before that is written, it repeats it and handles once", async () => {
  const agent = at.start({ NTD_FAILPOINT: "agent.told.acknowledge:1" });
  const { noticeId } = await at.offer();
  await once(agent.process, "exit");
  expect(at.handled()).toEqual([]);
  at.start();
  await answered(noticeId);
  expect(at.platform.acknowledged).toEqual([1, 2].map(() => ({ noticeId, revision: 1 })));
  expect(attempts(noticeId)).toEqual([1]);
});

test("when the process that starts handlers is killed, its handler is ended and the notice handled again", async () => {
  at.start();
  const { noticeId } = await at.offer({ targets: [aTarget("http://north.example/wait")] });
  const first = await eventually("the handler runs", () => at.handled(noticeId)[0]);
  process.kill(parentOf(first.pid), "SIGKILL");
  await eventually("it is begun again", () => attempts(noticeId).length === 2);
  await eventually("the first one is gone", () => !isAlive(first.pid));
  writeFileSync(at.file("go"), "");
  await answered(noticeId);
});

test("killed while the handler runs, it is handled again as attempt 2, and never by two at a time", async () => {
  const agent = at.start();
  const { noticeId } = await at.offer({ targets: [aTarget("http://north.example/wait")] });
  const first = await eventually("the handler runs", () => at.handled(noticeId)[0]);
  await agent.kill("SIGKILL");
  expect(isAlive(first.pid)).toBe(true);
  at.start();
  await eventually("it is begun again", () => attempts(noticeId).length === 2);
  await eventually("the first one is gone", () => !isAlive(first.pid));
  writeFileSync(at.file("go"), "");
  await answered(noticeId);
  expect(at.handled(noticeId).map((l) => [l.is, l.attempt])).toEqual([
    ["began", 1],
    ["began", 2],
    ["ended", 2],
  ]);
});

test("told to stop while a handler runs, it lets it end and answers after the next start", async () => {
  const agent = at.start();
  const { noticeId } = await at.offer({ targets: [aTarget("http://north.example/wait")] });
  await eventually("the handler runs", () => at.handled(noticeId)[0]);
  const stopped = agent.kill("SIGTERM");
  writeFileSync(at.file("go"), "");
  await stopped;
  expect(agent.process.exitCode).toBe(0);
  at.start();
  await answered(noticeId);
  expect(attempts(noticeId)).toEqual([1]);
});

test("a handler that takes too long is killed with everything it started, and counts as failed", async () => {
  const settings = { ISP_AGENT_HANDLER_TIMEOUT_MS: "1500", ISP_AGENT_MAX_ATTEMPTS: "1" };
  at.start(settings);
  const { noticeId } = await at.offer({ targets: [aTarget("http://north.example/hang")] });
  const pids = await eventually("it and its child run", () => {
    const lines = at.handled(noticeId);
    return lines.length === 2 && lines.map((l) => l.pid);
  });
  expect(pids.map(isAlive)).toEqual([true, true]);
  const entry = await eventually("it is listed", () => at.status()?.pending.find((p) => p["state"] === "needs_person"));
  expect(entry).toMatchObject({ notice_id: noticeId, last_failure: "took longer than 1500 ms" });
  await eventually("both are gone", () => !pids.some(isAlive));
  expect(at.platform.answers).toEqual([]);
});
