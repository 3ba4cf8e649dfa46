import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { hostDigest } from "../src/evidence/digests.ts";
import { meetCases } from "../src/marks/meet-cases.ts";
import { setMark } from "../src/marks/rpc-set-mark.ts";
import { openHandlers, testMarkKey } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { file, noon } from "./facts.ts";

const MANY = 2000;
const what = { $case: "host", value: "host.test" } as const;
const wish = () => ({ requestId: randomUUID(), what, reason: "operation", expireTime: undefined });

test("a mark on a host with thousands of cases reads them page by page and writes each once", async () => {
  await using ntd = await openHandlers();
  const { cases } = ntd.deps;
  const markKeys = [hostDigest(testMarkKey, "host.test")];
  const documents = Array.from({ length: MANY }, (_, n) => {
    const [id, targetId] = [`case-${n}`, `target-${n}`];
    return { id, state: file({ caseId: id, targetId, markKeys, openedTime: noon }) };
  });
  await cases.insertMany(documents);
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
  const { mark, heldCount } = await setMark(ntd.deps)(wish(), calledBy("police/pat"));
  expect([heldCount, counted.writes, counted.largest]).toEqual([MANY, MANY, 200]);
  expect((await cases.load("another"))?.state.holds).toBeUndefined();
  await meetCases(ntd.deps, mark?.markId ?? "", new AbortController().signal);
  expect(counted.writes).toBe(MANY);
}, 60_000);
