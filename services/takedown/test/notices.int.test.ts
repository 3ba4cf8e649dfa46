import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { TargetOutcome } from "@ntd/proto/takedown/v1/notice_service";
import { verifyBytes, type JSONWebKeySet } from "@ntd/service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aDecision, aMachineDecision, anOutcomeToSend, at } from "./examples.ts";
import { payloadOf, startTestTakedown, watch, type TestTakedown } from "./bed.ts";

let takedown: TestTakedown;
beforeAll(async () => {
  takedown = await startTestTakedown();
  for (const id of ["alpha", "beta", "gamma"]) await takedown.provider(id, { domains: [`${id}.example`] });
});
afterAll(() => takedown[Symbol.asyncDispose]());

const ack = (noticeId: string) => ({ noticeId, revision: 1 });
const outcomeOf = (noticeId: string, ...outcomes: TargetOutcome[]) => ({
  requestId: randomUUID(),
  noticeId,
  revision: 1,
  outcomes,
});

describe("a notice", () => {
  test("is signed over exactly what is sent, names its provider, and can be verified by the key set", async () => {
    const alpha = await takedown.isp("alpha");
    const { caseId, targetId, url } = await takedown.decide("pictures.alpha.example");
    await using stream = watch(alpha);
    const sent = await stream.next();
    const keys = JSON.parse((await alpha.listSigningKeys({})).jwksJson) as JSONWebKeySet;
    expect(await verifyBytes(sent.payload, sent.signature, keys, "ntd-notice+jws")).toEqual({
      kid: expect.stringMatching(/^development-\d{4}$/) as string,
    });
    const changed = Buffer.from(sent.payload);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    await expect(verifyBytes(changed, sent.signature, keys, "ntd-notice+jws")).rejects.toThrow();
    expect(payloadOf(sent)).toMatchObject({
      noticeId: sent.noticeId,
      revision: 1,
      kind: "NOTICE_KIND_NOTICE",
      environment: "ENVIRONMENT_TEST",
      addressee: "providers/alpha",
      requestedAction: "ACTION_REMOVE",
      targets: [{ targetId, url }],
      classifications: [{ scheme: "ECPAT", version: "2", code: "1" }],
      complyWithin: { seconds: 86_400n },
      preserveFor: { seconds: 31_536_000n },
      clockStartsOn: "RECEIPT",
    });
    await alpha.acknowledgeNotice(ack(sent.noticeId));
    const events = (await takedown.bed.published(nouns.notice)).filter((e) => e.data.caseId === caseId);
    expect(events.map((e) => e.verb).slice(0, 2)).toEqual(["issued", "offered"]);
    const filter = { subjects_filter: "takedown.notice.*.alpha" };
    const { state } = await takedown.bed.bus.manager.streams.info("TAKEDOWN", filter);
    expect(Object.keys(state.subjects ?? {})).toContain("takedown.notice.offered.alpha");
  });

  test("is sent again after a reconnect, the very same bytes, until it is acknowledged", async () => {
    const alpha = await takedown.isp("alpha");
    await takedown.decide("pictures.alpha.example");
    const first = await (async () => {
      await using stream = watch(alpha);
      return await stream.next();
    })();
    await takedown.restart();
    await using stream = watch(await takedown.isp("alpha"));
    const again = await stream.next();
    expect(Buffer.compare(again.payload, first.payload)).toBe(0);
    expect(again.signature).toBe(first.signature);
    await alpha.acknowledgeNotice(ack(first.noticeId));
    await using later = watch(await takedown.isp("alpha"));
    const { noticeId } = await takedown.notice((await takedown.decide("pictures.alpha.example")).caseId);
    expect((await later.next()).noticeId).toBe(noticeId);
    expect(later.notices.map((n) => n.noticeId)).not.toContain(first.noticeId);
    await alpha.acknowledgeNotice(ack(noticeId));
  });

  test("comes over every stream of its provider, whichever stamped it", async () => {
    const alpha = await takedown.isp("alpha");
    await using one = watch(alpha);
    await using other = watch(await takedown.isp("alpha"));
    const before = await takedown.notice((await takedown.decide("pictures.alpha.example")).caseId);
    // Open, it comes to each that connects: then both listen.
    await Promise.all([one.next(), other.next()]);
    await alpha.acknowledgeNotice(ack(before.noticeId));
    const { noticeId } = await takedown.notice((await takedown.decide("pictures.alpha.example")).caseId);
    for (const stream of [one, other]) {
      await eventually("it comes", () => stream.notices.some((notice) => notice.noticeId === noticeId));
    }
    await alpha.acknowledgeNotice(ack(noticeId));
  });

  test("to a provider that is offline waits for its return", async () => {
    const { caseId } = await takedown.decide("pictures.gamma.example");
    expect(await takedown.notice(caseId)).toMatchObject({ state: "NOTICE_STATE_ISSUED", offeredTime: undefined });
    await using stream = watch(await takedown.isp("gamma"));
    expect(payloadOf(await stream.next()).addressee).toBe("providers/gamma");
  });

  test("leaves only as many at a time as the provider takes", async () => {
    const beta = await takedown.isp("beta");
    const ids: string[] = [];
    for (let i = 0; i < 3; i++)
      ids.push((await takedown.notice((await takedown.decide("beta.example")).caseId)).noticeId);
    await using stream = watch(beta, 2);
    await stream.next(2);
    const list = { state: "NOTICE_STATE_UNSPECIFIED" as const, pageSize: 200, pageToken: "", caseId: "" };
    const offered = async () => (await beta.listNotices(list)).notices;
    expect(await offered()).toHaveLength(2);
    // The window is full: an unrelated notice of the same provider rings the stream and must not widen it.
    ids.push((await takedown.notice((await takedown.decide("beta.example")).caseId)).noticeId);
    await beta.acknowledgeNotice(ack(stream.notices[0]?.noticeId ?? ""));
    await stream.next(3);
    expect(await offered()).toHaveLength(3);
    for (const n of stream.notices.slice(1)) await beta.acknowledgeNotice(ack(n.noticeId));
    const last = await stream.next(4);
    expect(stream.notices.map((n) => n.noticeId).toSorted()).toEqual(ids.toSorted());
    await beta.acknowledgeNotice(ack(last.noticeId));
  });
});

describe("an answer", () => {
  async function offered(host = "alpha.example") {
    const name = host.split(".")[0] ?? "";
    const isp = await takedown.isp(name);
    const decided = await takedown.decide(host);
    const { noticeId } = await takedown.notice(decided.caseId);
    await using stream = watch(isp);
    await eventually("it is sent", () => stream.notices.some((n) => n.noticeId === noticeId));
    return { ...decided, isp, noticeId, outcome: anOutcomeToSend({ targetId: decided.targetId }) };
  }

  test("implies acknowledgement, and the notice is not sent again", async () => {
    const { isp, noticeId, outcome, caseId } = await offered();
    const answer = await isp.reportOutcome(outcomeOf(noticeId, outcome));
    expect(answer.state).toBe("NOTICE_STATE_ANSWERED");
    const notice = await eventually("answered", async () =>
      (await takedown.notices(caseId)).find((n) => n.state === "NOTICE_STATE_ANSWERED"),
    );
    expect(notice.acknowledgedTime).toEqual(answer.receivedTime);
    expect(notice.targets[0]).toMatchObject({ answers: [{ outcome: "OUTCOME_REMOVED" }], goneTime: undefined });
    await using stream = watch(isp);
    const next = await offered();
    await eventually("another comes", () => stream.notices.some((n) => n.noticeId === next.noticeId));
    expect(stream.notices.map((n) => n.noticeId)).not.toContain(noticeId);
    await isp.acknowledgeNotice(ack(next.noticeId));
  });

  test("repeated is the first answer; the same request id with another body is refused", async () => {
    const { isp, noticeId, outcome, caseId } = await offered();
    const request = outcomeOf(noticeId, outcome);
    const first = await isp.reportOutcome(request);
    expect(await isp.reportOutcome(request)).toEqual(first);
    const other = { ...request, outcomes: [{ ...outcome, outcome: "OUTCOME_DISPUTED" as const }] };
    await expect(isp.reportOutcome(other)).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
    const second = await isp.reportOutcome({ ...other, requestId: randomUUID() });
    expect(second.receivedTime?.getTime()).toBeGreaterThanOrEqual(first.receivedTime?.getTime() ?? Infinity);
    const answers = await eventually("both are kept", async () => {
      const said = (await takedown.notices(caseId))[0]?.targets[0]?.answers.map((a) => a.outcome);
      return said?.length === 2 && said;
    });
    expect(answers).toEqual(["OUTCOME_REMOVED", "OUTCOME_DISPUTED"]);
  });

  test("for more targets than the notice has is refused before anything is sealed", async () => {
    const { isp, noticeId, outcome } = await offered();
    const disputed = { ...outcome, outcome: "OUTCOME_DISPUTED" as const, disputeText: "x".repeat(3000) };
    const request = { ...outcomeOf(noticeId, outcome), outcomes: Array.from({ length: 500 }, () => disputed) };
    const description = "names 500, and the notice has 1 targets; name each once";
    await expect(isp.reportOutcome(request)).rejects.toMatchObject({ fields: [{ field: "outcomes", description }] });
  });

  test("for a target that is none of the notice's is refused by name", async () => {
    const { isp, noticeId, outcome } = await offered();
    const wrong = outcomeOf(noticeId, { ...outcome, targetId: "another" });
    await expect(isp.reportOutcome(wrong)).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      fields: [{ field: "outcomes[0].target_id" }],
    });
    await isp.acknowledgeNotice(ack(noticeId));
  });

  test("from another provider finds no such notice, nor does anything else it tries", async () => {
    const { noticeId, outcome, isp } = await offered();
    const other = await takedown.isp("beta");
    const notFound = { reason: "NOT_FOUND" };
    await expect(other.acknowledgeNotice(ack(noticeId))).rejects.toMatchObject(notFound);
    await expect(other.reportOutcome(outcomeOf(noticeId, outcome))).rejects.toMatchObject(notFound);
    await expect(other.getNotice({ noticeId })).rejects.toMatchObject(notFound);
    const list = { state: "NOTICE_STATE_UNSPECIFIED" as const, pageSize: 200, pageToken: "", caseId: "" };
    expect((await other.listNotices(list)).notices.map((n) => n.noticeId)).not.toContain(noticeId);
    expect((await isp.listNotices(list)).notices.map((n) => n.noticeId)).toContain(noticeId);
    const own = await isp.getNotice({ noticeId });
    expect(own.notice?.targets[0]?.address).toBeUndefined();
    expect(own.signed?.payload.length).toBeGreaterThan(0);
    await isp.acknowledgeNotice(ack(noticeId));
  });

  test("to a notice that has not left finds none either", async () => {
    await takedown.provider("delta", { domains: ["delta.example"] });
    const { caseId } = await takedown.decide("delta.example");
    const { noticeId } = await takedown.notice(caseId);
    const delta = await takedown.isp("delta");
    await expect(delta.getNotice({ noticeId })).rejects.toMatchObject({ reason: "NOT_FOUND" });
    await expect(delta.acknowledgeNotice(ack(noticeId))).rejects.toMatchObject({ reason: "NOT_FOUND" });
  });

  test("is kept, and the end was seen by the prober alone: verified gone, then closed", async () => {
    const { isp, noticeId, outcome, caseId, targetId } = await offered();
    await isp.reportOutcome(outcomeOf(noticeId, outcome));
    await takedown.publishTarget(2, { targetId, lastSeenTime: at(7) });
    await takedown.publishTarget(4, { targetId, episode: 2, state: "TARGET_STATE_GONE", goneTime: at(90) });
    const present = await eventually("seen after the claim", async () =>
      (await takedown.notices(caseId)).find((n) => n.targets[0]?.lastSeenTime?.getTime() === at(7).getTime()),
    );
    expect(present).toMatchObject({ state: "NOTICE_STATE_ANSWERED", targets: [{ goneTime: undefined }] });
    await takedown.publishTarget(3, { targetId, state: "TARGET_STATE_GONE", lastSeenTime: at(7), goneTime: at(60) });
    const closed = await eventually("closed", async () =>
      (await takedown.notices(caseId)).find((n) => n.state === "NOTICE_STATE_CLOSED"),
    );
    expect(closed.targets[0]).toMatchObject({ goneTime: at(60), goneBeforeOffer: false });
    const verbs = (await takedown.bed.published(nouns.notice)).filter((e) => e.data.caseId === caseId);
    expect(verbs.map((e) => e.verb)).toEqual(["issued", "offered", "answered", "observed", "verified_gone", "closed"]);
  });
});

test("a target that went before a machine's notice was sent leaves no open notice and sends nothing", async () => {
  const targetId = randomUUID();
  await takedown.publishTarget(3, { targetId, state: "TARGET_STATE_GONE", goneTime: at(60) });
  const probe = await takedown.notice((await takedown.decide("gamma.example")).caseId);
  const { caseId } = await takedown.decide("gamma.example", { targetId, decision: aMachineDecision(targetId) });
  const closed = await eventually("closed", async () =>
    (await takedown.notices(caseId)).find((n) => n.state === "NOTICE_STATE_CLOSED"),
  );
  expect(closed).toMatchObject({ offeredTime: undefined, targets: [{ goneBeforeOffer: true }] });
  await using stream = watch(await takedown.isp("gamma"));
  await eventually("the one before comes", () => stream.notices.some((n) => n.noticeId === probe.noticeId));
  expect(stream.notices.map((n) => n.noticeId)).not.toContain(closed.noticeId);
});

test("the same fact under fresh message ids, and an older one, make nothing new", async () => {
  const { caseId, targetId, url } = await takedown.decide("alpha.example");
  const decision = aDecision(`decision of ${caseId}`);
  await takedown.notice(caseId);
  await takedown.publishCase(caseId, 3, url, { targetId, decision, reportCount: 2 });
  await takedown.publishCase(caseId, 3, url, { targetId, decision, reportCount: 2 });
  await takedown.publishCase(caseId, 2, url, { targetId, decision: aDecision("older") });
  const last = await takedown.decide("alpha.example");
  await takedown.notice(last.caseId);
  await eventually("everything is handled", async () => {
    const info = await takedown.bed.bus.manager.consumers.info("CASEWORK", "takedown-case");
    return info.num_pending === 0 && info.num_ack_pending === 0;
  });
  expect(await takedown.notices(caseId)).toHaveLength(1);
});

test("a decision that a person changed takes back what has not left, and leaves what has", async () => {
  const not = { state: "CASE_STATE_DECIDED" as const, decision: aDecision("other", "VERDICT_NOT_ILLEGAL") };
  const waiting = await takedown.decide("delta.example");
  await takedown.notice(waiting.caseId);
  const sent = await takedown.decide("alpha.example");
  const { noticeId } = await takedown.notice(sent.caseId);
  const alpha = await takedown.isp("alpha");
  await using stream = watch(alpha);
  await eventually("it is sent", () => stream.notices.some((n) => n.noticeId === noticeId));
  for (const { caseId, targetId, url } of [sent, waiting])
    await takedown.publishCase(caseId, 2, url, { targetId, ...not });
  const closed = await eventually("closed", async () =>
    (await takedown.notices(waiting.caseId)).find((n) => n.state === "NOTICE_STATE_CLOSED"),
  );
  expect(closed).toMatchObject({ offeredTime: undefined, targets: [{ goneBeforeOffer: false }] });
  expect((await takedown.notices(sent.caseId))[0]?.closedTime).toBeUndefined();
});
