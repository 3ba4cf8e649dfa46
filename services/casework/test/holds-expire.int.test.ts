import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { writeCase } from "../src/cases/write-case.ts";
import { releaseHolds } from "../src/holds/every-second-release-holds.ts";
import { heldByMark } from "../src/holds/hold.ts";
import { flagCase } from "../src/queue/rpc-flag-case.ts";
import { caseIdOf } from "../src/store.ts";
import { openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { later, noon } from "./facts.ts";

const DAY = 24 * 3600;
const mark = { holdId: "h1", by: "police/pam", markId: "mark-1" };

async function held(): Promise<Handlers> {
  const ntd = await openHandlers({ supervisors: ["sam"] });
  await ntd.target(targetEvent());
  await writeCase(ntd.deps, caseIdOf("target-1", 1), (file) => file && heldByMark(file, mark, noon));
  return ntd;
}

test("a hold is told, and so is its end: once, by whichever replica, when its time is over", async () => {
  await using ntd = await held();
  const before = await ntd.verbs(1);
  expect((await ntd.told(1))?.holds).toMatchObject({ holds: [{ holdId: "h1", cause: "HOLD_CAUSE_MARK" }] });
  ntd.clock.advance(DAY * 1000 - 1);
  await releaseHolds(ntd.deps);
  expect(await ntd.verbs(1)).toEqual(before);
  ntd.clock.advance(1);
  await Promise.all([releaseHolds(ntd.deps), releaseHolds(ntd.deps)]);
  expect(await ntd.verbs(1)).toEqual([...before, "updated"]);
  expect((await ntd.told(1))?.holds?.holds).toMatchObject([{ expired: true, releasedTime: later(DAY) }]);
});

test("where life is at risk its end waits for a supervisor, and is asked for once", async () => {
  await using ntd = await held();
  await writeCase(
    ntd.deps,
    caseIdOf("target-1", 1),
    (file) => file && { ...file, reports: { ...file.reports, lifeAtRisk: "said" as const } },
  );
  const before = await ntd.verbs(1);
  ntd.clock.advance(DAY * 1000);
  await releaseHolds(ntd.deps);
  await releaseHolds(ntd.deps);
  expect(await ntd.verbs(1)).toEqual([...before, "updated"]);
  expect((await ntd.told(1))?.holds?.holds).toMatchObject([{ waitsForSupervisor: true, releasedTime: undefined }]);
  const safe = { lifeAtRisk: false, youngChild: undefined, reason: "the child is found" };
  const flag = (by: string) =>
    flagCase(ntd.deps)({ requestId: randomUUID(), caseId: caseIdOf("target-1", 1), ...safe }, calledBy(by));
  await expect(flag("assessor/ann")).rejects.toMatchObject({ reason: "WRONG_STATE" });
  const where = { holdWaits: true };
  expect(await ntd.deps.cases.find({ where, orderBy: "holdOrder", limit: 2 })).toHaveLength(1);
  await flag("assessor/sam");
  await releaseHolds(ntd.deps);
  expect((await ntd.told(1))?.holds?.holds).toMatchObject([{ expired: true }]);
});
