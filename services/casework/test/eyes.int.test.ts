import { unobservedCase } from "@ntd/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { claimed } from "../src/claims/claim.ts";
import { caseIdOf } from "../src/store.ts";
import { writeCase } from "../src/cases/write-case.ts";
import { matchEvent, openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { decide } from "./decide.ts";
import { hit, later, noon, sha256 } from "./facts.ts";

let ntd: Handlers;
beforeEach(async () => {
  ntd = await openHandlers();
});
afterEach(() => ntd[Symbol.asyncDispose]());

const gone = (seconds: number) => targetEvent({ state: "TARGET_STATE_GONE", goneTime: later(seconds) });

describe("what eyes say", () => {
  const look = { eye: "browser", observation: "OBSERVATION_BLIND", reason: "PROBE_REASON_CHALLENGE" } as const;
  const looks = [{ ...look, time: later(60), evidenceId: "evidence-1" }];
  const unseen = targetEvent({ state: "TARGET_STATE_UNSEEN", reason: look.reason, content: undefined, looks });
  const absent = (state: "SUSPECT_GONE" | "GONE") =>
    targetEvent({
      state: `TARGET_STATE_${state}`,
      reason: "PROBE_REASON_HTTP_NOT_FOUND",
      content: undefined,
      neverSeen: true,
      goneTime: state === "GONE" ? later(1) : undefined,
    });
  const progress = async () => (await ntd.caseOf(1))?.progress;

  test("the case tells how sure gone is, what each eye said, and who is shown something else", async () => {
    const told = {
      goneStrength: "GONE_STRENGTH_REPLACED",
      looks,
      cloaked: looks.map((one) => ({ ...one, eye: "declared" })),
      restrictedHere: true,
    } as const;
    await ntd.target({ ...gone(100), ...told });
    expect(await ntd.told(1)).toMatchObject({ ...told, goneTime: later(100) });
  });

  test("a case of release 0.2 tells how sure gone is by its reason, and that nobody said more", async () => {
    await ntd.target({ ...gone(100), reason: "PROBE_REASON_UNREACHABLE_TOO_LONG" });
    const { cases } = ntd.deps;
    const [stored] = await cases.find({ limit: 1 });
    if (stored?.state.target === undefined) throw new Error("no case");
    const {
      goneStrength: _,
      looks: _l,
      cloaked: _c,
      restrictedHere: _r,
      neverSeen: _n,
      ...target
    } = stored.state.target;
    await cases.save(stored, { ...stored.state, target });
    await ntd.report(reportEvent("r1", noon));
    const silence = { goneStrength: "GONE_STRENGTH_SILENCE_0_2", goneTime: later(100) };
    expect(await ntd.told(1)).toMatchObject({ ...unobservedCase, ...silence, reportCount: 1 });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ["waits for its match", () => ntd.target(targetEvent()), "open"],
    ["waits for a person", () => ntd.target(targetEvent()).then(() => ntd.match(matchEvent([]))), "queued"],
    [
      "was decided by itself",
      () => ntd.target(targetEvent()).then(() => ntd.match(matchEvent([hit()]))),
      "auto_decided",
    ],
  ])("a case that %s stays where it is when its target cannot be seen any more", async (_, arrive, kind) => {
    await arrive();
    const before = await ntd.caseOf(1);
    expect(before?.progress.kind).toBe(kind);
    ntd.clock.advance(86_400_000);
    await ntd.target(unseen, 2);
    const { progress: now, decisions, evidenceRevision } = (await ntd.caseOf(1)) ?? {};
    expect({ progress: now, decisions, evidenceRevision }).toEqual({
      progress: before?.progress,
      decisions: before?.decisions,
      evidenceRevision: before?.evidenceRevision,
    });
    expect(await ntd.told(1)).toMatchObject({ targetState: "TARGET_STATE_UNSEEN", looks });
  });

  test("what a person decided, or holds, stays when its target cannot be seen any more", async () => {
    await ntd.target(targetEvent());
    await ntd.match(matchEvent([]));
    await decide(ntd, "VERDICT_ILLEGAL");
    await ntd.target(unseen, 2);
    expect(await progress()).toEqual({ kind: "decided" });
    await ntd.match(matchEvent([sha256()]), 2);
    await writeCase(ntd.deps, caseIdOf("target-1", 1), (file) => {
      const held = file && claimed(file, "assessor/ann", noon, 1000);
      return held === undefined || "refused" in held ? undefined : held;
    });
    const held = await progress();
    expect(held).toMatchObject({ kind: "claimed", reason: "QUEUE_REASON_NEW_EVIDENCE" });
    await ntd.target(unseen, 3);
    expect(await progress()).toEqual(held);
  });

  test("what was never seen queues once, also when a day later it still cannot be seen", async () => {
    await ntd.target({ ...unseen, state: "TARGET_STATE_UNREACHABLE" }, 1);
    const before = await progress();
    expect(before).toMatchObject({ kind: "queued", reason: "QUEUE_REASON_UNREACHABLE" });
    ntd.clock.advance(86_400_000);
    await ntd.target(unseen, 2);
    expect(await progress()).toEqual(before);
    expect(await ntd.verbs(1)).toEqual(["queued", "updated"]);
  });

  test("an address at which the first look found nothing queues at once, and keeps its place when it is gone", async () => {
    await ntd.target(absent("SUSPECT_GONE"), 1);
    const before = await progress();
    expect(before).toEqual({ kind: "queued", reason: "QUEUE_REASON_ABSENT", queuedTime: noon });
    ntd.clock.advance(2_700_000);
    await ntd.target(absent("GONE"), 2);
    expect(await progress()).toEqual(before);
  });

  test("when something is seen there after all, the case goes on as any other", async () => {
    await ntd.target(absent("SUSPECT_GONE"), 1);
    await ntd.target(targetEvent(), 2);
    await ntd.match(matchEvent([hit({ autoIssue: false })]));
    expect(await progress()).toMatchObject({ kind: "queued", reason: "QUEUE_REASON_SET_NEEDS_PERSON" });
    await ntd.match(matchEvent([hit()]), 2);
    expect(await progress()).toEqual({ kind: "auto_decided" });
  });

  test("when later looks are blind, a person is told that nobody can see", async () => {
    await ntd.target(absent("SUSPECT_GONE"), 1);
    await ntd.target({ ...unseen, neverSeen: true }, 2);
    expect(await progress()).toMatchObject({ kind: "queued", reason: "QUEUE_REASON_UNREACHABLE" });
  });
});
