import { randomUUID } from "node:crypto";
import type { Caller } from "@ntd/rpc";
import { Problem, sealAddress, type MovableClock } from "@ntd/service";
import { change } from "@ntd/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acknowledge, report } from "../src/answers/answer.ts";
import { setBrake } from "../src/brake/brake.ts";
import type { Deps } from "../src/deps.ts";
import { finishAll } from "../src/dispatches/every-second-finish.ts";
import {
  aDecision,
  aDispatch,
  aMachineDecision,
  anAddressee,
  aNotice,
  anOutcome,
  aTarget,
  at,
  aClient,
} from "./examples.ts";
import { stateOf, type Notice } from "../src/notices/notice.ts";
import { changeOf } from "../src/notices/publish.ts";
import { offerStored } from "../src/stream/offer.ts";
import { onCase } from "../src/dispatches/on-case.ts";
import { onTarget } from "../src/dispatches/on-target.ts";
import { halt } from "../src/brake/rpc-halt-dispatch.ts";
import { noticesFor } from "../src/stream/rpc-watch-notices.ts";
import { taken } from "../src/answers/taken.ts";
import { addProvider, decidedCase, eventOfData, failing, meeting, openTestDeps, watchedCollection } from "./deps.ts";

// Two writers meet at one notice. Each test lets the other one run whole at the worst moment: after the offer has read
// what could stop it and before it saves.

const url = "https://pictures.alpha.example/1";
const operator: Caller = { kind: "operator", name: "o", id: "spiffe://ntd.test/operator/o", person: "operator/o" };
const byMachine = { decision: aMachineDecision("decision-1") };
const gone = eventOfData("target-1", 9, aTarget({ state: "TARGET_STATE_GONE", goneTime: at(60) }));
const notIllegal = (deps: Deps) =>
  decidedCase(deps, url, 9, { state: "CASE_STATE_DECIDED", decision: aDecision("d-2", "VERDICT_NOT_ILLEGAL") });

let deps: Awaited<ReturnType<typeof openTestDeps>>;
beforeEach(async () => {
  deps = await openTestDeps();
  await addProvider(deps, "alpha", "alpha.example");
});
afterEach(() => deps[Symbol.asyncDispose]());

async function notices(): Promise<Notice[]> {
  return (await deps.notices.find({ limit: 100 })).map((d) => d.state);
}

async function stamp(on: Deps, noticeId = ""): Promise<void> {
  const found = await on.notices.load(noticeId);
  if (found !== undefined) await offerStored(on, found, aClient().understands);
}

describe("an offer in hand", () => {
  beforeEach(() => onCase(deps)(decidedCase(deps, url)));

  const offerWhile = async (collection: "switches" | "cases" | "targets", meanwhile: () => Promise<unknown>) => {
    const [notice] = await notices();
    await stamp(meeting(deps, collection, meanwhile), notice?.noticeId);
    return (await notices())[0];
  };

  test("goes through when nothing meets it", async () => {
    expect((await offerWhile("switches", async () => undefined))?.offeredTime).toEqual(at(0));
  });

  test("does not leave once a halt has answered", async () => {
    const request = { requestId: randomUUID(), reason: "drill" };
    const notice = await offerWhile("switches", () => halt(deps, operator, request));
    expect([notice?.offeredTime, notice && stateOf(notice)]).toEqual([undefined, "NOTICE_STATE_ISSUED"]);
  });

  test("does not leave once the decision fell", async () => {
    const notice = await offerWhile("cases", () => onCase(deps)(notIllegal(deps)));
    expect([notice?.offeredTime, notice && stateOf(notice)]).toEqual([undefined, "NOTICE_STATE_CLOSED"]);
  });

  test("leaves though the target went: a person decided", async () => {
    const notice = await offerWhile("targets", () => onTarget(deps)(gone));
    expect([notice?.offeredTime, notice?.targets[0]?.goneBeforeOffer]).toEqual([at(0), false]);
  });
});

test("what was taken after a stream read it is not sent again", async () => {
  await onCase(deps)(decidedCase(deps, url));
  const [{ noticeId } = { noticeId: "" }] = await notices();
  await stamp(deps, noticeId);
  const found = await deps.notices.load(noticeId);
  if (found === undefined) throw new Error("the notice is there");
  expect(await offerStored(deps, found, aClient().understands)).toMatchObject({ noticeId, revision: 1 });
  await change(deps.notices, noticeId, (n) => n && changeOf(n, taken(acknowledge(n, 1, at(1))), at(1)));
  expect(await offerStored(deps, found, aClient().understands)).toBeUndefined();
});

test("a stream sends nothing that was stopped after it was found due", async () => {
  const watching = meeting(deps, "switches", () => halt(deps, operator, { requestId: randomUUID(), reason: "drill" }));
  await onCase(deps)(decidedCase(deps, url));
  const silent = { ...watching, config: { ...deps.config, heartbeatMs: 10 } };
  const first = async () => {
    const stream = noticesFor(silent, "alpha", { maxInFlight: 0, understands: [] }, AbortSignal.timeout(10_000));
    for await (const { event } of stream) return event?.$case;
    return "nothing";
  };
  expect(await first()).toBe("heartbeatTime");
  await setBrake(deps, operator, { requestId: randomUUID(), body: new Uint8Array(), halted: false });
  expect(await first()).toBe("notice");
});

describe("a notice in the making", () => {
  test("of a machine is closed when its target went while it was made", async () => {
    await onCase(meeting(deps, "targets", () => onTarget(deps)(gone)))(decidedCase(deps, url, 1, byMachine));
    expect((await notices()).map((n) => [stateOf(n), n.targets[0]?.goneBeforeOffer])).toEqual([
      ["NOTICE_STATE_CLOSED", true],
    ]);
  });

  test("is closed when the decision fell before its dispatch was there", async () => {
    let met = false;
    const before = async () => {
      if (met) return;
      met = true;
      await onCase(deps)(notIllegal(deps));
    };
    const slow = { ...deps, dispatches: watchedCollection(deps.dispatches as never, { before }) };
    await onCase(slow as Deps)(decidedCase(deps, url));
    expect((await notices()).map((n) => [stateOf(n), n.offeredTime])).toEqual([["NOTICE_STATE_CLOSED", undefined]]);
  });
});

describe("cut off at any write", () => {
  const story = async (on: Deps) => {
    await onCase(on)(decidedCase(on, url));
    for (const { noticeId } of await notices()) await stamp(on, noticeId);
    await onTarget(on)(gone);
  };
  const summary = async () => ({
    notices: (await notices()).map((n) => [n.noticeId, n.providerId, stateOf(n), n.targets[0]?.goneBeforeOffer]),
    unfinished: (await deps.dispatches.count({ unfinishedUntil: { gte: at(-1e6) } })).count,
    unsettled: (await deps.notices.count({ unsettled: true })).count,
  });

  test.each(["before", "after"] as const)("%s it, the events come again and the end is the same", async (when) => {
    let cuts = 0;
    for (let n = 1; ; n++) {
      await deps[Symbol.asyncDispose]();
      deps = await openTestDeps();
      for (const id of ["alpha", "beta"]) await addProvider(deps, id, "alpha.example");
      const { on, hit } = failing(deps, n, when);
      await story(on).catch(() => undefined);
      if (!hit()) break;
      cuts++;
      await story(deps);
      await finishAll(deps, new AbortController().signal);
      const { notices: ends, ...rest } = await summary();
      expect(rest, `write ${n}`).toEqual({ unfinished: 0, unsettled: 0 });
      expect(ends.map((e) => e.slice(1).join(" ")).toSorted(), `write ${n}`).toEqual([
        "alpha NOTICE_STATE_CLOSED false",
        "beta NOTICE_STATE_CLOSED false",
      ]);
    }
    expect(cuts).toBeGreaterThan(8);
  });

  test.each(["before", "after"] as const)("%s it, the loop alone finishes what was begun", async (when) => {
    let finished = 0;
    for (let n = 1; ; n++) {
      await deps[Symbol.asyncDispose]();
      deps = await openTestDeps();
      for (const id of ["alpha", "beta"]) await addProvider(deps, id, "alpha.example");
      const { on, hit } = failing(deps, n, when);
      await onCase(on)(decidedCase(on, url)).catch(() => undefined);
      if (!hit()) break;
      if ((await deps.dispatches.count()).count === 0) continue;
      await finishAll(deps, new AbortController().signal);
      expect((await notices()).map((n) => n.providerId).toSorted(), `write ${n}`).toEqual(["alpha", "beta"]);
      finished++;
    }
    expect(finished).toBeGreaterThan(2);
  });
});

describe("cut off after the first of two writes, the loop makes the second", () => {
  const stored = async (alter: (notice: Notice) => Notice) => {
    await onCase(deps)(decidedCase(deps, url));
    const [notice] = await notices();
    await stamp(deps, notice?.noticeId);
    await change(deps.notices, notice?.noticeId ?? "", (state) => state && { state: alter(state) });
    await finishAll(deps, new AbortController().signal);
    expect((await deps.notices.count({ unsettled: true })).count).toBe(0);
  };

  test("verified gone is closed", async () => {
    await stored((notice) => ({ ...notice, verifiedGoneTime: at(60) }));
    expect((await notices()).map(stateOf)).toEqual(["NOTICE_STATE_CLOSED"]);
  });

  test("one that cannot be finished holds up no other", async () => {
    const unreadable = { keyId: "2019-01", nonce: new Uint8Array(12), ciphertext: new Uint8Array(16) };
    await deps.dispatches.insert("0", aDispatch({ dispatchId: "0", address: unreadable, addressees: [anAddressee] }));
    await deps.dispatches.insert(
      "1",
      aDispatch({
        dispatchId: "1",
        address: sealAddress(deps.sealer, { original: url, fetch: url, key: url }, at(0)),
        addressees: [{ ...anAddressee, noticeId: "notice-2" }],
      }),
    );
    await finishAll(deps, new AbortController().signal);
    expect((await notices()).map((n) => n.noticeId)).toEqual(["notice-2"]);
    const waits = (await deps.dispatches.load("0"))?.state.stuck;
    expect(waits).toEqual({ reason: "SEALING_KEY_MISSING", since: at(0), tries: 1, retryTime: at(1) });
    // Nothing is due before its time; then it is tried again, and later each time.
    await finishAll(deps, new AbortController().signal);
    expect((await deps.dispatches.load("0"))?.state.stuck).toEqual(waits);
    (deps.clock as MovableClock).advance(1000);
    await finishAll(deps, new AbortController().signal);
    expect((await deps.dispatches.load("0"))?.state.stuck).toMatchObject({ since: at(0), tries: 2, retryTime: at(3) });
  });

  test("one that cannot be settled holds up no other, and is said at the end", async () => {
    const gone = { verifiedGoneTime: at(60), offeredTime: at(1) };
    for (const noticeId of ["bad", "later"]) await deps.notices.insert(noticeId, aNotice({ noticeId, ...gone }));
    const save: typeof deps.notices.save = (found, ...rest) =>
      found.id === "bad" ? Promise.reject(new Problem("STREAM_FULL")) : deps.notices.save(found, ...rest);
    const on = { ...deps, notices: { ...deps.notices, save } };
    await expect(finishAll(on, new AbortController().signal)).rejects.toMatchObject({ reason: "STREAM_FULL" });
    expect((await notices()).map((n) => `${n.noticeId} ${stateOf(n)}`)).toEqual([
      "bad NOTICE_STATE_VERIFIED_GONE",
      "later NOTICE_STATE_CLOSED",
    ]);
  });

  test("not hosted here is put before a person", async () => {
    const outcomes = [anOutcome({ outcome: "OUTCOME_NOT_HOSTED_HERE" })];
    await stored((notice) => taken(report(notice, 1, outcomes, at(4))));
    expect((await deps.dispatches.count({ unattributedSince: { gte: at(0) } })).count).toBe(1);
  });
});

test("the list of a dispatch is frozen: a provider made later gets no notice from it", async () => {
  await onCase(deps)(decidedCase(deps, url));
  await addProvider(deps, "beta", "pictures.alpha.example");
  await onCase(deps)(decidedCase(deps, url, 2));
  expect((await notices()).map((n) => n.providerId)).toEqual(["alpha"]);
});

test("the address is nowhere in what rests", async () => {
  await onCase(deps)(decidedCase(deps, url));
  const resting = [deps.cases, deps.dispatches, deps.notices].map((c) => c.find({ limit: 10 }));
  const text = JSON.stringify(await Promise.all(resting), (_, value: unknown) =>
    value instanceof Uint8Array
      ? `${Buffer.from(value).toString("latin1")} ${Buffer.from(value).toString("base64")}`
      : value,
  );
  expect(text).toContain("dispatch");
  expect(text).not.toContain("alpha.example");
  expect(text).not.toContain(Buffer.from(url).toString("base64").slice(2, 30));
});
