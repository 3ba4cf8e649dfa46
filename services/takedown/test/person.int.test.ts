import { change } from "@ntd/store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import { finishAll } from "../src/dispatches/every-second-finish.ts";
import { onCase } from "../src/dispatches/on-case.ts";
import { onTarget } from "../src/dispatches/on-target.ts";
import { acknowledge } from "../src/answers/answer.ts";
import { stateOf, type Notice } from "../src/notices/notice.ts";
import { changeOf } from "../src/notices/publish.ts";
import { taken } from "../src/answers/taken.ts";
import { offerStored } from "../src/stream/offer.ts";
import { addProvider, decidedCase, eventOfData, openTestDeps, watchedCollection } from "./deps.ts";
import { aDecision, aMachineDecision, aTarget, at, aClient } from "./examples.ts";

// What a person decided leaves, whatever an eye says before or after.

const url = "https://pictures.alpha.example/1";
const gone = (change: Parameters<typeof aTarget>[0] = {}) =>
  eventOfData("target-1", 9, aTarget({ state: "TARGET_STATE_GONE", goneTime: at(-60), ...change }));
const replaced = gone({ goneStrength: "GONE_STRENGTH_REPLACED" });
const machine = { decision: aMachineDecision("decision-1") };
const person = (version: number, decisionId = "decision-2") => [version, { decision: aDecision(decisionId) }] as const;

let deps: Awaited<ReturnType<typeof openTestDeps>>;
beforeEach(async () => {
  deps = await openTestDeps();
  await addProvider(deps, "alpha", "alpha.example");
});
afterEach(() => deps[Symbol.asyncDispose]());

async function notices(): Promise<Notice[]> {
  return (await deps.notices.find({ orderBy: "issuedTime", limit: 100 })).map((d) => d.state);
}
const summary = async () =>
  (await notices()).map((n) => `${n.decisionId} ${n.providerId} ${stateOf(n)} ${n.automatic ?? false}`).toSorted();

async function offered(noticeId = ""): Promise<boolean> {
  const found = await deps.notices.load(noticeId);
  return found !== undefined && (await offerStored(deps, found, aClient().understands)) !== undefined;
}

test("gone before and after: it leaves, is sent until it is taken, and is verified gone then", async () => {
  await onTarget(deps)(gone());
  await onCase(deps)(decidedCase(deps, url));
  const [{ noticeId } = { noticeId: "" }] = await notices();
  expect(await offered(noticeId)).toBe(true);
  await onTarget(deps)(eventOfData("target-1", 10, aTarget({ ...gone().data, reason: "PROBE_REASON_HTTP_GONE" })));
  await finishAll(deps, new AbortController().signal);
  expect(await offered(noticeId)).toBe(true);
  const now = deps.clock.now();
  await change(deps.notices, noticeId, (n) => n && changeOf(n, taken(acknowledge(n, 1, now)), now));
  await finishAll(deps, new AbortController().signal);
  const [end] = await notices();
  expect(end).toMatchObject({ verifiedGoneTime: now, closedTime: now, targets: [{ goneBeforeOffer: false }] });
  expect((await deps.notices.count({ unsettled: true })).count).toBe(0);
});

describe("a person decides what a machine had decided", () => {
  test("and was not sent, since something else was there: another notice is made, and it leaves", async () => {
    await onCase(deps)(decidedCase(deps, url, 1, machine));
    await onTarget(deps)(replaced);
    expect(await summary()).toEqual(["decision-1 alpha NOTICE_STATE_CLOSED true"]);
    for (let again = 0; again < 2; again++) await onCase(deps)(decidedCase(deps, url, ...person(2)));
    expect(await summary()).toEqual([
      "decision-1 alpha NOTICE_STATE_CLOSED true",
      "decision-2 alpha NOTICE_STATE_ISSUED false",
    ]);
    const open = (await notices()).find((n) => n.closedTime === undefined);
    expect(await offered(open?.noticeId)).toBe(true);
    // A third decision finds it sent.
    await onCase(deps)(decidedCase(deps, url, ...person(3, "decision-3")));
    expect(await notices()).toHaveLength(2);
  });

  test("and waits for a sighting: the notice that is there leaves", async () => {
    await onCase(deps)(decidedCase(deps, url, 1, machine));
    const [{ noticeId } = { noticeId: "" }] = await notices();
    expect(await offered(noticeId)).toBe(false);
    await onCase(deps)(decidedCase(deps, url, ...person(2)));
    expect(await summary()).toEqual(["decision-1 alpha NOTICE_STATE_ISSUED false"]);
    expect(await offered(noticeId)).toBe(true);
  });

  test("and found no provider before the target went: one is looked for again", async () => {
    const nobody = "https://nobody.example/1";
    await onCase(deps)(decidedCase(deps, nobody, 1, machine));
    await onTarget(deps)(replaced);
    const waiting = async () => (await deps.dispatches.count({ unattributedSince: { gte: at(-1e6) } })).count;
    expect(await waiting()).toBe(0);
    await onCase(deps)(decidedCase(deps, nobody, ...person(2)));
    expect(await waiting()).toBe(1);
    await onTarget(deps)(eventOfData("target-1", 11, replaced.data));
    expect(await waiting()).toBe(1);
  });

  test("and it is made while the person decides: it is the person's", async () => {
    let met = false;
    const before = async (method: string) => {
      if (method !== "insert" || met) return;
      met = true;
      await onCase(deps)(decidedCase(deps, url, ...person(2)));
    };
    const slow = { ...deps, notices: watchedCollection(deps.notices as never, { before }) } as Deps;
    await onCase(slow)(decidedCase(deps, url, 1, machine));
    await onTarget(deps)(replaced);
    expect(await summary()).toEqual(["decision-1 alpha NOTICE_STATE_ISSUED false"]);
  });

  test("while a handler that has read the machine's decision closes the notice: one of the two leaves", async () => {
    await onCase(deps)(decidedCase(deps, url, 1, machine));
    for (const method of ["load", "save"]) {
      let met = false;
      const meet = async (called: string) => {
        if (called !== method || met) return;
        met = true;
        await onCase(deps)(decidedCase(deps, url, ...person(2)));
      };
      // The case was read: then the person decides, whole, before the notice is saved.
      const on =
        method === "load"
          ? { ...deps, cases: watchedCollection(deps.cases as never, { after: meet }) }
          : { ...deps, notices: watchedCollection(deps.notices as never, { before: meet }) };
      await onTarget(on as Deps)(replaced);
    }
    const open = (await notices()).filter((n) => n.closedTime === undefined);
    expect(open).toHaveLength(1);
    expect(await offered(open[0]?.noticeId)).toBe(true);
  });

  test.each(["before", "after"] as const)("cut off %s any write, and heard again: one notice leaves", async (when) => {
    let cuts = 0;
    for (let n = 1; ; n++) {
      await deps[Symbol.asyncDispose]();
      deps = await openTestDeps();
      for (const id of ["alpha", "beta"]) await addProvider(deps, id, "alpha.example");
      await onCase(deps)(decidedCase(deps, url, 1, machine));
      await onTarget(deps)(replaced);
      let count = 0;
      const fail = (method: string) => {
        if ((method === "insert" || method === "save") && ++count === n) throw new Error("cut off");
      };
      const watch = (name: "cases" | "dispatches" | "notices") =>
        watchedCollection(deps[name] as never, { [when]: fail });
      const on = { ...deps, cases: watch("cases"), dispatches: watch("dispatches"), notices: watch("notices") };
      await onCase(on as Deps)(decidedCase(deps, url, ...person(2))).catch(() => undefined);
      if (count < n) break;
      cuts++;
      await onCase(deps)(decidedCase(deps, url, ...person(2)));
      await finishAll(deps, new AbortController().signal);
      expect(await summary(), `write ${n}`).toEqual([
        "decision-1 alpha NOTICE_STATE_CLOSED true",
        "decision-1 beta NOTICE_STATE_CLOSED true",
        "decision-2 alpha NOTICE_STATE_ISSUED false",
        "decision-2 beta NOTICE_STATE_ISSUED false",
      ]);
    }
    expect(cuts).toBeGreaterThan(3);
  });
});
