import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AnsweredRequest } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { openStore, type Collection } from "@ntd/store";
import { runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { changeOnce, type RepeatableCall } from "../src/change-once.ts";

interface Counter {
  total: number;
  requests: AnsweredRequest<{ total: number }>[];
}

let counters: Collection<Counter>;
const held = new AsyncDisposableStack();
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), "ntd-once-"));
  held.defer(() => rm(dir, { recursive: true, force: true }));
  const store = held.use(await openStore(`file:${join(dir, "store.sqlite")}`));
  counters = await store.collection<Counter>({ name: "counters", fields: {} });
});
afterAll(() => held.disposeAsync());

const call = (change: Partial<RepeatableCall> = {}): RepeatableCall => ({
  caller: "operator/a",
  method: "Add",
  requestId: randomUUID(),
  body: Buffer.from("1"),
  ...change,
});

/** Adds one and answers the sum. */
const add = (id: string, one: RepeatableCall, kept?: number) =>
  changeOnce(
    counters,
    id,
    one,
    async (state) => {
      const total = (state?.total ?? 0) + 1;
      await Promise.resolve();
      return { state: { total, requests: state?.requests ?? [] }, answer: { total } };
    },
    kept,
  );

test("each request counts once, whoever repeats it how often and at the same time, and repeats get the first answer", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 3 }), { minLength: 1, maxLength: 12 }), async (repeats) => {
      const id = randomUUID();
      const calls = [call(), call(), call(), call()] as const;
      const answers = await Promise.all(
        repeats.map(async (which) => ({ which, ...(await add(id, calls[which as 0 | 1 | 2 | 3])) })),
      );
      const distinct = new Set(repeats).size;
      expect((await counters.load(id))?.state.total).toBe(distinct);
      expect(answers.filter(({ isRepeat }) => !isRepeat)).toHaveLength(distinct);
      for (const { which, answer } of answers) {
        expect(answer).toEqual(answers.find((other) => other.which === which && !other.isRepeat)?.answer);
      }
    }),
    { numRuns: runs(20) },
  );
});

test("the same id is another request for another caller or method, and refused with another body", async () => {
  const id = randomUUID();
  const first = call();
  await add(id, first);
  await add(id, { ...first, caller: "operator/b" });
  await add(id, { ...first, method: "Other" });
  expect((await counters.load(id))?.state.total).toBe(3);
  await expect(add(id, { ...first, body: Buffer.from("2") })).rejects.toMatchObject({ reason: "REQUEST_ID_REUSED" });
  await expect(add(id, { ...first, requestId: "1" })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  expect(await add(id, { ...first, requestId: first.requestId.toUpperCase() })).toMatchObject({ isRepeat: true });
});

test("what is refused is not remembered, and the list of answers is bounded", async () => {
  const id = randomUUID();
  const refused = call();
  const refuse = () => {
    throw new Problem("WRONG_STATE");
  };
  await expect(changeOnce(counters, id, refused, refuse)).rejects.toMatchObject({ reason: "WRONG_STATE" });
  expect(await counters.load(id)).toBeUndefined();
  expect(await add(id, refused, 2)).toMatchObject({ isRepeat: false, answer: { total: 1 } });
  for (let count = 0; count < 3; count++) await add(id, call(), 2);
  expect((await counters.load(id))?.state.requests).toHaveLength(2);
});
