import { decisionInForce } from "@ntd/facts";
import { describe, expect, test, vi } from "vitest";
import { passOnDecisions } from "../src/precedents/every-second-pass-on-decisions.ts";
import { reopened } from "../src/queue/reopen.ts";
import { caseIdOf } from "../src/store.ts";
import { writeCase } from "../src/cases/write-case.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { decide } from "./decide.ts";
import { dieAt, untilDone } from "./dying.ts";
import { hit, later, noon, sha256 } from "./facts.ts";

const sealed = { keyId: "2026-03", nonce: new Uint8Array(12), ciphertext: new Uint8Array(20) };
type Step = (ntd: Handlers) => Promise<void>;

const shown = (byte: number) => ({
  ...targetEvent().content,
  recipe: "exact-1",
  fingerprints: [{ algorithm: "ALGORITHM_SHA256" as const, value: new Uint8Array(32).fill(byte), quality: 0 }],
  pdqForms: [],
  renditions: [],
  degraded: false,
  tooLittleDetail: false,
  format: "png",
  revision: byte,
});
const seen =
  (episode: number, byte = 1): Step =>
  (ntd) =>
    ntd.target(targetEvent({ episode, content: shown(byte) }), episode * 10);
const nominated = hit({ autoIssue: false });
const found =
  (episode: number, hits = [nominated]): Step =>
  (ntd) =>
    ntd.match(matchEvent(hits, { episode }), 1);
const innocent: Step = (ntd) => decide(ntd, "VERDICT_NOT_ILLEGAL");
const passOn: Step = (ntd) => passOnDecisions(ntd.deps);

const reopen: Step = async (ntd) => {
  const reopening = { reopenedBy: "assessor/ben", reopenedTime: later(50), reason: sealed };
  await writeCase(ntd.deps, caseIdOf("target-1", 1), (file) => {
    const after = file && reopened(file, reopening);
    if (after === undefined || "refused" in after) throw new Error("could not reopen");
    return after;
  });
};

const orders = <T>(of: readonly T[]): T[][] =>
  of.length === 0 ? [[]] : of.flatMap((one, i) => orders(of.toSpliced(i, 1)).map((rest) => [one, ...rest]));

async function endOf(steps: readonly Step[], dying: number[] = []) {
  await using ntd = await openHandlers();
  await seen(1)(ntd);
  await found(1)(ntd);
  const died = dieAt(ntd, dying);
  for (const step of steps) await untilDone(() => step(ntd));
  await untilDone(() => passOn(ntd));
  return { told: await ntd.told(2), file: await ntd.caseOf(2), first: await ntd.caseOf(1), died: died.count };
}

// A person decides once, however often the handlers are ended: decide() is no handler, and goes first where writes die.
describe("given an address whose picture a person called not illegal", () => {
  test.each(orders([seen(2), found(2), innocent]).map((order, n) => [n, order] as const))(
    "when it is there again, in whatever order that is heard (%i), its case is decided alike",
    async (_, order) => {
      const { told } = await endOf(order);
      expect(told).toMatchObject({ state: "CASE_STATE_DECIDED", decision: { verdict: "VERDICT_NOT_ILLEGAL" } });
    },
  );

  test.each(orders([seen(2), found(2, [{ ...nominated, autoIssue: true }]), innocent]).map((o, n) => [n, o] as const))(
    "when a hit would decide by now (%i), nothing illegal is in force",
    async (_, order) => {
      const { told } = await endOf(order);
      expect(told && decisionInForce(told)?.verdict).not.toBe("VERDICT_ILLEGAL");
    },
  );

  test.each([1, 2, 3])("when a handler is ended at write %i, it ends the same", async (write) => {
    for (const order of orders([seen(2), found(2)])) {
      const expected = await endOf([innocent, ...order]);
      const ended = await endOf([innocent, ...order], [write + 1]);
      expect(ended.file?.decisions).toEqual(expected.file?.decisions);
      expect(ended).toMatchObject({ told: { state: "CASE_STATE_DECIDED" }, first: { passedOn: "by ann" } });
    }
  });

  test("when something else is there, or equal bytes are listed that the person did not know, a person sees", async () => {
    const other = await endOf([innocent, seen(2, 2), found(2)]);
    expect(other.told).toMatchObject({ queueReason: "QUEUE_REASON_SET_NEEDS_PERSON", decision: undefined });
    const news = await endOf([innocent, seen(2), found(2, [nominated, sha256()])]);
    expect(news.told).toMatchObject({
      state: "CASE_STATE_QUEUED",
      queueReason: "QUEUE_REASON_NEW_EVIDENCE",
      decision: { verdict: "VERDICT_NOT_ILLEGAL" },
    });
  });

  test("when that is called illegal after all, what took it over is a person's again, and holds for nothing later", async () => {
    await using ntd = await openHandlers();
    for (const step of [seen(1), found(1), innocent, seen(2), found(2), passOn, reopen]) await step(ntd);
    expect(await ntd.told(2)).toMatchObject({ state: "CASE_STATE_DECIDED" });
    ntd.clock.advance(60_000);
    await decide(ntd, "VERDICT_ILLEGAL", 1, "by ann again");
    for (const step of [passOn, seen(3), found(3), passOn]) await step(ntd);
    expect(await ntd.told(2)).toMatchObject({ queueReason: "QUEUE_REASON_NEW_EVIDENCE" });
    expect((await ntd.told(3))?.decision).toBeUndefined();
  });

  test("while that waits for a person again, a machine decides nothing of it", async () => {
    const { told } = await endOf([innocent, reopen, seen(2), found(2, [hit()])]);
    expect(told).toMatchObject({
      state: "CASE_STATE_QUEUED",
      queueReason: "QUEUE_REASON_NEW_EVIDENCE",
      decision: undefined,
    });
  });

  test("when the person decides between the look at that and the write of this, it is decided alike", async () => {
    await using ntd = await openHandlers();
    for (const step of [seen(1), found(1)]) await step(ntd);
    const { cases } = ntd.deps;
    const find = cases.find.bind(cases);
    let hasDecided = false;
    vi.spyOn(cases, "find").mockImplementation(async (query) => {
      const before = await find(query);
      if (hasDecided || !JSON.stringify(query.where).includes('"episode"')) return before;
      hasDecided = true;
      for (const step of [innocent, passOn]) await step(ntd);
      return before;
    });
    await seen(2)(ntd);
    expect(hasDecided).toBe(true);
    expect(await ntd.told(2)).toMatchObject({ state: "CASE_STATE_DECIDED" });
  });

  test("when it is reported anew, the report brings it back, as in its first episode", async () => {
    const again: Step = (ntd) => ntd.report(reportEvent("r2", later(500)));
    const back: Step = (ntd) =>
      ntd.target(targetEvent({ state: "TARGET_STATE_GONE", goneTime: later(100), content: shown(1) }), 11);
    const { told } = await endOf([innocent, back, again, seen(2), found(2)]);
    expect(told).toMatchObject({ queueReason: "QUEUE_REASON_REPORTED_AGAIN", decision: { decidedTime: noon } });
  });
});
