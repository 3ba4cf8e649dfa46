import { readFileSync, writeFileSync } from "node:fs";
import { NoticePayload } from "@ntd/proto/takedown/v1/notice";
import { Problem } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openAgentBed, type Agent, type AgentBed } from "./bed.ts";
import { aPayload, aSigner, aTarget, signed } from "./notices.ts";

let at: AgentBed;
beforeEach(async () => {
  at = await openAgentBed();
});
afterEach(() => at[Symbol.asyncDispose]());

const answersTo = (noticeId: string) => at.platform.answers.filter((answer) => answer.noticeId === noticeId);
const answered = (noticeId: string) => eventually("an answer", () => answersTo(noticeId)[0]);
const isAcknowledged = (noticeId: string) => at.platform.acknowledged.some((a) => a.noticeId === noticeId);
const acknowledged = (noticeId: string) => eventually("an acknowledgement", () => isAcknowledged(noticeId));
const rejection = (agent: Agent, noticeId: string) =>
  eventually(
    "a rejection",
    () =>
      agent.lines().find((l) => l["msg"] === "a notice is not taken" && l["noticeId"] === `"${noticeId}"`)?.["reason"],
  );

test("a notice is verified, kept, acknowledged, handled and answered for each of its targets", async () => {
  const agent = at.start();
  const targets = [aTarget("http://north.example/1.jpg"), aTarget("http://north.example/2.jpg")];
  const before = Date.now();
  const { noticeId } = await at.offer({ targets });
  const { outcomes, revision } = await answered(noticeId);
  expect(revision).toBe(1);
  expect(outcomes.map(({ targetId, outcome }) => ({ targetId, outcome }))).toEqual(
    targets.map(({ targetId }) => ({ targetId, outcome: "OUTCOME_REMOVED" })),
  );
  expect(outcomes[0]?.measureTime?.getTime()).toBeGreaterThanOrEqual(before);
  expect(at.platform.acknowledged).toEqual([{ noticeId, revision: 1 }]);
  expect(at.handled(noticeId).map((line) => [line.is, line.attempt])).toEqual([
    ["began", 1],
    ["ended", 1],
  ]);
  const logged = JSON.stringify(agent.lines());
  expect(logged).toContain("listening for notices");
  expect(logged).not.toContain("north.example");
});

test("what is not genuine or not for us is rejected by its reason, and neither acknowledged nor handled", async () => {
  const stranger = await aSigner(at.dir, "stranger");
  const forger = await aSigner(at.dir, at.signer.kid);
  const huge = "x".repeat(520 * 1024);
  const cases = [
    ["unknown_key", await signed(stranger, aPayload())],
    ["bad_signature", await signed(forger, aPayload())],
    ["bad_signature", await signed(at.signer, aPayload(), { typ: "something-else+jws" })],
    ["another_addressee", await signed(at.signer, aPayload({ addressee: "providers/south" }))],
    ["too_large", await signed(at.signer, aPayload({ redress: huge }))],
    ["issued_in_the_future", await signed(at.signer, aPayload({ issuedTime: new Date(Date.now() + 400_000) }))],
    ["schema", await signed(at.signer, aPayload({ targets: [] }))],
    ["another_environment", await signed(at.signer, aPayload({ environment: "ENVIRONMENT_LIVE" }))],
  ] as const;
  const agent = at.start();
  for (const [, notice] of cases) at.platform.offer(notice);
  const { noticeId } = await at.offer();
  await answered(noticeId);
  for (const [reason, notice] of cases) expect(await rejection(agent, notice.noticeId)).toBe(reason);
  const rejectedAs = (id: string) => at.platform.rejected.find((r) => r.noticeId === id);
  for (const [detail, notice] of cases) {
    const told = await eventually("the platform is told", () => rejectedAs(notice.noticeId));
    expect(told).toMatchObject({ revision: 1, detail });
    expect(told.reason).toMatch(/^REJECTION_REASON_(?!UNSPECIFIED)/);
  }
  expect(at.platform.acknowledged.map((a) => a.noticeId)).toEqual([noticeId]);
  expect(new Set(at.handled().map((line) => line.notice_id))).toEqual(new Set([noticeId]));
});

test("a key that is new is fetched and pinned; another key under a known id is refused and changes nothing", async () => {
  const agent = at.start();
  await answered((await at.offer()).noticeId);
  const second = await aSigner(at.dir, "2026-12");
  const usurper = await aSigner(at.dir, at.signer.kid);
  at.platform.keys = [usurper.publicJwk, second.publicJwk];
  const bySecond = await signed(second, aPayload());
  at.platform.offer(bySecond);
  await answered(bySecond.noticeId);
  await eventually("the usurper is named", () =>
    agent.lines().some((l) => l["kid"] === at.signer.kid && String(l["msg"]).includes("refused")),
  );
  const byUsurper = await signed(usurper, aPayload());
  at.platform.offer(byUsurper);
  expect(await rejection(agent, byUsurper.noticeId)).toBe("bad_signature");
  const pinned = JSON.parse(readFileSync(at.file("keys.json"), "utf8")) as { keys: { kid: string; x: string }[] };
  expect(pinned.keys.map(({ kid, x }) => ({ kid, x }))).toEqual(
    [at.signer, second].map(({ kid, publicJwk }) => ({ kid, x: publicJwk.x })),
  );
  await agent.kill("SIGTERM");
  at.start();
  await answered((await at.offer()).noticeId);
});

test("an agent that was off gets its notices on return, and so does one whose platform was off", async () => {
  const missed = await at.offer();
  at.start();
  await answered(missed.noticeId);
  await at.platform.stop();
  const later = await at.offer();
  await at.platform.start();
  await answered(later.noticeId);
});

test("a platform that does not take calls for a while gets each acknowledgement and answer in the end", async () => {
  let down = true;
  const tried = new Set<string>();
  at.platform.fault = (method) => {
    tried.add(method);
    return down && method !== "listSigningKeys" ? new Problem("STORE_UNAVAILABLE") : undefined;
  };
  at.start();
  const { noticeId } = await at.offer();
  await eventually("a try", () => tried.has("acknowledgeNotice"));
  expect(at.handled()).toEqual([]);
  down = false;
  await answered(noticeId);
  down = true;
  tried.clear();
  const second = await at.offer();
  at.platform.fault = (method) => {
    tried.add(method);
    return down && method === "reportOutcome" ? new Problem("STORE_UNAVAILABLE") : undefined;
  };
  await eventually("a try", () => tried.has("reportOutcome"));
  down = false;
  await answered(second.noticeId);
  expect(at.handled(second.noticeId)).toHaveLength(2);
});

test("a call that the platform refuses for good is kept with its reason, and blocks no other notice", async () => {
  const refusedNotice = await signed(at.signer, aPayload());
  at.platform.fault = (method, noticeId) =>
    method === "reportOutcome" && noticeId === refusedNotice.noticeId ? new Problem("NOT_FOUND") : undefined;
  at.start();
  at.platform.offer(refusedNotice);
  await answered((await at.offer()).noticeId);
  const entry = await eventually("it is listed", () => at.status()?.pending.find((p) => p["state"] === "refused"));
  expect(entry).toMatchObject({ notice_id: refusedNotice.noticeId, refused_call: "answer", reason: "NOT_FOUND" });
});

test("one failing handler keeps trying and then waits for a person, while others are answered", async () => {
  at.start({ ISP_AGENT_MAX_ATTEMPTS: "2" });
  const failing = await at.offer({ targets: [aTarget("http://north.example/exit-7")] });
  const fine = await at.offer({ targets: [aTarget("http://north.example/exit-13")] });
  expect((await answered(fine.noticeId)).outcomes[0]?.outcome).toBe("OUTCOME_NOT_HOSTED_HERE");
  const entry = await eventually("it is listed", () => at.status()?.pending.find((p) => p["state"] === "needs_person"));
  expect(entry).toMatchObject({ notice_id: failing.noticeId, attempts: 2, last_failure: "ended with exit code 7" });
  expect(at.handled(failing.noticeId).flatMap((l) => (l.is === "began" ? [l.attempt] : []))).toEqual([1, 2]);
  expect(answersTo(failing.noticeId)).toEqual([]);
});

test("handlers that hang hold up no other notice", async () => {
  at.start();
  for (const path of ["/wait", "/wait", "/wait"]) {
    const { noticeId } = await at.offer({ targets: [aTarget(`http://north.example${path}`)] });
    await eventually("it runs", () => at.handled(noticeId)[0]);
  }
  await answered((await at.offer()).noticeId);
  expect(at.platform.answers).toHaveLength(1);
  writeFileSync(at.file("go"), "");
  await eventually("all are answered", () => at.platform.answers.length === 4);
});

test("what is kept for police is told with what was done; what people are to keep, and until when, is listed", async () => {
  const agent = at.start();
  const preserveFor = { seconds: 86_400n, nanos: 0 };
  const kept = await at.offer({ preserveFor, targets: [aTarget("http://north.example/exit-111")] });
  const cannot = await at.offer({ preserveFor, targets: [aTarget("http://north.example/exit-200")] });
  for (const [{ noticeId }, outcome, preservation] of [
    [kept, "OUTCOME_BLOCKED", "PRESERVATION_PRESERVED"],
    [cannot, "OUTCOME_REMOVED", "PRESERVATION_CANNOT_PRESERVE"],
  ] as const) {
    expect((await answered(noticeId)).outcomes).toMatchObject([{ outcome, preservation }]);
  }
  await agent.kill("SIGTERM");
  at.start({ ISP_AGENT_HANDLER: "" });
  const { noticeId } = await at.offer({ preserveFor });
  const isIt = (entry: Record<string, unknown>) => entry["notice_id"] === noticeId;
  const entry = await eventually("it is listed", () => at.status()?.pending.find(isIt));
  const { received_time: received, preserve_until: until } = entry as Record<string, string>;
  expect(Date.parse(until ?? "") - Date.parse(received ?? "")).toBe(86_400_000);
});

test("without a handler a notice is acknowledged and listed, and nothing is claimed, until there is one", async () => {
  const agent = at.start({ ISP_AGENT_HANDLER: "" });
  const { noticeId } = await at.offer();
  await acknowledged(noticeId);
  const status = await eventually("it is listed", () => {
    const now = at.status();
    return now?.counts["acknowledged"] === 1 && now;
  });
  expect(status).toMatchObject({
    handler: false,
    pending: [{ notice_id: noticeId, state: "acknowledged", attempts: 0, revision: 1 }],
  });
  const { received_time: received, deadline } = status.pending[0] as { received_time: string; deadline: string };
  expect(Date.parse(deadline) - Date.parse(received)).toBe(3_600_000);
  expect(at.platform.answers).toEqual([]);
  await agent.kill("SIGTERM");
  at.start();
  await answered(noticeId);
  await eventually("nothing is pending", () => at.status()?.pending.length === 0);
});

test("people who have no handler read what is to go from a page, and nothing of the kind where the page is meant", async () => {
  at.start({ ISP_AGENT_HANDLER: "" });
  const page = "http://pictures.north.example/thread";
  const urls = ["http://files.example/1.jpg", "http://files.example/2.jpg"];
  const targets = [{ ...aTarget(page), embedded: { urls } }];
  const { noticeId } = await at.offer({ requestedAction: "ACTION_REMOVE_EMBEDDED", targets });
  const { noticeId: other } = await at.offer();
  const [embedding, plain] = await eventually("both are listed", () => {
    const entries = at.status()?.pending ?? [];
    const both = [noticeId, other].map((id) => entries.find((entry) => entry["notice_id"] === id));
    return both.every((entry) => entry !== undefined) && both;
  });
  expect(embedding).toMatchObject({ requested_action: "remove_embedded", addresses: [page], embedded_urls: urls });
  expect(plain).not.toHaveProperty("embedded_urls");
});

test("a notice that comes again is acknowledged and answered again, and handled once", async () => {
  at.start();
  const notice = await at.offer();
  await answered(notice.noticeId);
  at.platform.repeat(notice);
  await eventually("two acknowledgements", () => at.platform.acknowledged.length === 2);
  const answers = await eventually("it is answered again", () => {
    const all = answersTo(notice.noticeId);
    return all.length === 2 && all;
  });
  expect(answers[1]?.requestId).toBe(answers[0]?.requestId);
  expect(at.handled(notice.noticeId)).toHaveLength(2);
});

test("what a restored platform signed again under the same number is acknowledged, and the first is kept", async () => {
  at.start();
  const notice = await at.offer();
  await answered(notice.noticeId);
  const { noticeId } = notice;
  const again = await at.offer({ ...NoticePayload.decode(notice.payload), issuedTime: new Date() });
  expect(again.payload).not.toEqual(notice.payload);
  await eventually(
    "two acknowledgements",
    () => at.platform.acknowledged.filter((a) => a.noticeId === noticeId).length === 2,
  );
  await eventually("it is answered again", () => answersTo(noticeId).length === 2);
  expect(at.handled(noticeId)).toHaveLength(2);
  expect(at.platform.rejected.filter((r) => r.noticeId === noticeId)).toEqual([]);
});

test("a newer revision waits for the handler that runs; a withdrawal is restored and answered", async () => {
  at.start();
  const first = await at.offer({ targets: [aTarget("http://north.example/wait")] });
  await eventually("the handler runs", () => at.handled(first.noticeId)[0]);
  await at.offer({ noticeId: first.noticeId, revision: 2, requestedAction: "ACTION_RESTORE" });
  await eventually("it is acknowledged", () => at.platform.acknowledged.some((a) => a.revision === 2));
  expect(at.handled(first.noticeId)).toHaveLength(1);
  writeFileSync(at.file("go"), "");
  await eventually("both were handled", () => at.handled(first.noticeId).length === 4);
  expect(at.handled(first.noticeId).map((l) => [l.is, l.revision, l.attempt])).toEqual([
    ["began", 1, 1],
    ["ended", 1, 1],
    ["began", 2, 1],
    ["ended", 2, 1],
  ]);
  await eventually("both are answered", () => answersTo(first.noticeId).length === 2);
  expect(answersTo(first.noticeId).map(({ revision, outcomes }) => [revision, outcomes[0]?.outcome])).toEqual([
    [1, "OUTCOME_REMOVED"],
    [2, "OUTCOME_RESTORED"],
  ]);
});

test("a newer revision replaces one that was not begun", async () => {
  const agent = at.start({ ISP_AGENT_HANDLER: "" });
  const first = await at.offer();
  await acknowledged(first.noticeId);
  await at.offer({ noticeId: first.noticeId, revision: 2 });
  await eventually("it is acknowledged", () => at.platform.acknowledged.some((a) => a.revision === 2));
  await agent.kill("SIGTERM");
  at.start();
  expect((await answered(first.noticeId)).revision).toBe(2);
  expect(new Set(at.handled(first.noticeId).map((l) => l.revision))).toEqual(new Set([2]));
});
