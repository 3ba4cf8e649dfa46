import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { hostDigest } from "../src/evidence/digests.ts";
import { meetDueCases } from "../src/marks/every-second-meet-cases.ts";
import { meetCases } from "../src/marks/meet-cases.ts";
import { removeMark } from "../src/marks/rpc-remove-mark.ts";
import { setMark } from "../src/marks/rpc-set-mark.ts";
import { openHandlers, testMarkKey, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { file, noon } from "./facts.ts";

const MANY = 2000;
const what = { $case: "host", value: "host.test" } as const;
const wish = () => ({ requestId: randomUUID(), what, reason: "operation", expireTime: undefined });

/** So many cases that lie below the host. */
const onHost = (count: number) => {
  const markKeys = [hostDigest(testMarkKey, "host.test")];
  return Array.from({ length: count }, (_, n) => {
    const [id, targetId] = [`case-${n}`, `target-${n}`];
    return { id, state: file({ caseId: id, targetId, markKeys, openedTime: noon }) };
  });
};

test("a mark on a host with thousands of cases reads them page by page and writes each once", async () => {
  await using ntd = await openHandlers();
  const { cases } = ntd.deps;
  await cases.insertMany(onHost(MANY));
  await cases.insertMany([{ id: "another", state: file({ caseId: "another", targetId: "another", markKeys: ["x"] }) }]);
  const [save, pages] = [cases.save.bind(cases), cases.pages.bind(cases)];
  const counted = { writes: 0, largest: 0 };
  cases.save = (...args) => (counted.writes++, save(...args));
  cases.pages = async function* (...args) {
    for await (const page of pages(...args)) {
      counted.largest = Math.max(counted.largest, page.length);
      yield page;
    }
  };
  await setMark(ntd.deps)(wish(), calledBy("police/pam"));
  expect(counted.writes).toBe(0);
  const { mark } = await setMark(ntd.deps)(wish(), calledBy("police/pat"));
  expect([mark?.metCount, counted.writes, counted.largest]).toEqual([MANY, MANY, 200]);
  expect((await cases.load("another"))?.state.holds).toBeUndefined();
  await meetCases(ntd.deps, mark?.markId ?? "", new AbortController().signal);
  expect(counted.writes).toBe(MANY);
}, 60_000);

/** Marks the host; the second officer's call ends after a few writes, by what `then` does first. */
async function marked(ntd: Handlers, then: (markId: string) => unknown): Promise<number> {
  const { cases } = ntd.deps;
  await cases.insertMany(onHost(60));
  const { mark } = await setMark(ntd.deps)(wish(), calledBy("police/pam"));
  const save = cases.save.bind(cases);
  let writes = 0;
  cases.save = async (...args) => {
    if (++writes === 20) await then(mark?.markId ?? "");
    return save(...args);
  };
  await setMark(ntd.deps)(wish(), calledBy("police/pat"));
  ntd.clock.advance(60_000);
  await meetDueCases(ntd.deps);
  expect(await ntd.deps.marks.count({ meetDueTime: { lte: ntd.clock.now() } })).toMatchObject({ count: 0 });
  return writes;
}

test("a mark that is removed while its cases are written holds no more of them", async () => {
  await using ntd = await openHandlers();
  const remove = (markId: string) => removeMark(ntd.deps)({ requestId: randomUUID(), markId }, calledBy("police/pam"));
  expect(await marked(ntd, remove)).toBe(20);
});

test("a mark whose time is over while its cases are written is done with", async () => {
  await using ntd = await openHandlers();
  expect(await marked(ntd, () => ntd.clock.advance(91 * 24 * 3_600_000))).toBe(20);
});
