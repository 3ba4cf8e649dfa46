import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { keyCases } from "../src/marks/every-second-key-cases.ts";
import { setMark } from "../src/marks/rpc-set-mark.ts";
import { caseIdOf } from "../src/store.ts";
import { openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";

const caseId = caseIdOf("target-1", 1);
const pam = calledBy("police/pam");
const what = { $case: "address", value: "http://host.test/aA.png" } as const;
const mark = (ntd: Handlers) =>
  setMark(ntd.deps)({ requestId: randomUUID(), what, reason: "operation", expireTime: undefined }, pam);

/** A case as release 0.2 left it. */
async function unkeyed(): Promise<Handlers> {
  const ntd = await openHandlers();
  await ntd.target(targetEvent());
  const found = (await ntd.deps.cases.load(caseId)) ?? expect.fail("no case");
  const { markKeys: _, ...old } = found.state;
  await ntd.deps.cases.save(found, old);
  return ntd;
}

test("a case of release 0.2 gets the digests under which marks find it, without an event", async () => {
  await using ntd = await unkeyed();
  const before = await ntd.verbs(1);
  expect(await mark(ntd)).toMatchObject({ mark: { metCount: 0 } });
  await using other = await unkeyed();
  await keyCases(other.deps);
  expect(await other.verbs(1)).toEqual(before);
  expect(await other.deps.cases.find({ where: { isUnkeyed: true }, limit: 1 })).toEqual([]);
  expect(await mark(other)).toMatchObject({ mark: { metCount: 1 } });
});

test("it meets the marks that were set before it had them", async () => {
  await using ntd = await unkeyed();
  await mark(ntd);
  await keyCases(ntd.deps);
  expect((await ntd.told(1))?.holds?.holds).toMatchObject([{ cause: "HOLD_CAUSE_MARK" }]);
});
