import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { caseIdOf } from "../src/store.ts";
import { closeAbsent, type CloseCall } from "../src/absent/close-absent.ts";
import { openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { dieAt, untilDone } from "./dying.ts";
import { later } from "./facts.ts";

let ntd: Handlers;
beforeEach(async () => {
  ntd = await openHandlers();
});
afterEach(() => ntd[Symbol.asyncDispose]());

const live = () => new AbortController().signal;
const call = (change: Partial<CloseCall> = {}): CloseCall => {
  return { person: "assessor/ann", requestId: "request-1", digest: "body", maxCount: 1000, ...change };
};
const absent = (targetId: string, state: "SUSPECT_GONE" | "GONE" = "GONE") =>
  targetEvent({
    targetId,
    state: `TARGET_STATE_${state}`,
    content: undefined,
    neverSeen: true,
    goneTime: state === "GONE" ? later(1) : undefined,
  });
const caseOf = async ({ deps }: Handlers, targetId: string) => (await deps.cases.load(caseIdOf(targetId, 1)))?.state;

async function wait(bed: Handlers, ...targetIds: string[]): Promise<void> {
  for (const targetId of targetIds) {
    bed.clock.advance(1000);
    await bed.target(absent(targetId));
  }
}

test("what every look found absent is closed by the person, the oldest first, and what is left is counted", async () => {
  await wait(ntd, "a", "b", "c");
  await ntd.target(absent("not over", "SUSPECT_GONE"));
  expect(await closeAbsent(ntd.deps, call({ maxCount: 2 }), live())).toEqual({ closedCount: 2, leftCount: 2 });
  for (const targetId of ["a", "b"]) {
    expect(await caseOf(ntd, targetId)).toMatchObject({
      progress: { kind: "decided" },
      decisions: [{ verdict: "VERDICT_OUT_OF_SCOPE", decidedBy: "assessor/ann", decidedTime: ntd.clock.now() }],
    });
  }
  for (const targetId of ["c", "not over"]) {
    expect((await caseOf(ntd, targetId))?.progress).toMatchObject({ kind: "queued", reason: "QUEUE_REASON_ABSENT" });
  }
  expect(await closeAbsent(ntd.deps, call({ requestId: "request-2" }), live())).toEqual({
    closedCount: 1,
    leftCount: 1,
  });
});

test("what police reported is left for a person, also when their report comes while it is closed", async () => {
  await wait(ntd, "a", "b");
  await ntd.report(reportEvent("r1", later(1), { targetId: "a", channel: "CHANNEL_POLICE" }));
  const { cases } = ntd.deps;
  const find = cases.find.bind(cases);
  cases.find = async (query) => {
    const found = await find(query);
    if (query.orderBy === "absentOrder") {
      await ntd.report(reportEvent("r2", later(1), { targetId: "b", channel: "CHANNEL_POLICE" }));
    }
    return found;
  };
  expect(await closeAbsent(ntd.deps, call(), live())).toEqual({ closedCount: 0, leftCount: 2 });
});

test("a repeat gets the first answer and closes nothing more; another body under the same id is refused", async () => {
  await wait(ntd, "a");
  const first = await closeAbsent(ntd.deps, call(), live());
  await wait(ntd, "b");
  expect(await closeAbsent(ntd.deps, call(), live())).toEqual(first);
  expect((await caseOf(ntd, "b"))?.progress.kind).toBe("queued");
  await expect(closeAbsent(ntd.deps, call({ digest: "another" }), live())).rejects.toMatchObject({
    reason: "REQUEST_ID_REUSED",
  });
});

test("a call that came twice at the same time closes each case once, and both get the same answer", async () => {
  await wait(ntd, "a", "b", "c");
  const answers = await Promise.all([1, 2, 3].map(() => closeAbsent(ntd.deps, call(), live())));
  expect(answers).toEqual(answers.map(() => ({ closedCount: 3, leftCount: 0 })));
  for (const targetId of ["a", "b", "c"]) expect((await caseOf(ntd, targetId))?.decisions).toHaveLength(1);
});

test("one that was cut off goes on with its list when it comes again, and takes in nothing that came since", async () => {
  await wait(ntd, ...Array.from({ length: 25 }, (_, n) => `t${n}`));
  const cut = new AbortController();
  const { cases } = ntd.deps;
  const save = cases.save.bind(cases);
  cases.save = (...args) => (cut.abort(), save(...args));
  await expect(closeAbsent(ntd.deps, call(), cut.signal)).rejects.toThrow();
  await wait(ntd, "came since");
  expect(await closeAbsent(ntd.deps, call(), live())).toEqual({ closedCount: 25, leftCount: 1 });
});

test("one that was cut off and does not come again is in nobody's way", async () => {
  await wait(ntd, "a", "b");
  const dead = AbortSignal.abort();
  await expect(closeAbsent(ntd.deps, call(), dead)).rejects.toThrow();
  const next = call({ requestId: "request-2" });
  expect(await closeAbsent(ntd.deps, next, live())).toEqual({ closedCount: 2, leftCount: 0 });
  expect(await closeAbsent(ntd.deps, next, live())).toEqual({ closedCount: 2, leftCount: 0 });
});

test(
  "one that is ended at any of its writes, and comes again, ends the same",
  { timeout: longest(60_000) },
  async () => {
    const ids = ["a", "b", "c", "d", "e"];
    const deaths = fc.uniqueArray(fc.integer({ min: 1, max: ids.length + 2 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(deaths, async (dyingWrites) => {
        await using bed = await openHandlers();
        await wait(bed, ...ids);
        const died = dieAt(bed, dyingWrites);
        const answer = await untilDone(() => closeAbsent(bed.deps, call(), live()));
        expect(died.count).toBe(dyingWrites.length);
        expect(answer).toEqual({ closedCount: ids.length, leftCount: 0 });
        for (const id of ids) expect((await caseOf(bed, id))?.decisions).toHaveLength(1);
      }),
      { numRuns: runs(15) },
    );
  },
);
