import { longest } from "@ntd/testing/runs";
import { expect, test } from "vitest";
import { getReferral } from "../src/referrals/rpc-get-referral.ts";
import { settleDueReports } from "../src/links/every-second-settle-reports.ts";
import { caseIdOf } from "../src/store.ts";
import { openHandlers, reportEvent, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { later } from "./facts.ts";

const REPORTS = 5000;

test(
  "thousands of reports of one address are one case, and each of them is linked",
  { timeout: longest(240_000) },
  async () => {
    await using ntd = await openHandlers();
    let events = 0;
    await ntd.target(targetEvent());
    await ntd.report({ ...reportEvent("first", later(0)), lifeAtRisk: true });
    for (let at = 1; at < REPORTS; at += 20) {
      const some = Array.from({ length: Math.min(20, REPORTS - at) }, (_, i) =>
        reportEvent(`r${at + i}`, later(at + i)),
      );
      await Promise.all(some.map((report) => ntd.report(report)));
      events += await sent(ntd);
    }
    // Beyond a hundred their number is told once a minute, and no minute has gone by.
    expect(events).toBeLessThanOrEqual(130);
    ntd.clock.advance(60_000);
    await settleDueReports(ntd.deps);
    expect(await sent(ntd)).toBe(1);
    await settleDueReports(ntd.deps);
    expect(await sent(ntd)).toBe(0);
    const { cases, links } = ntd.deps;
    expect((await cases.count()).count).toBe(1);
    expect((await links.count({ targetId: "target-1" })).count).toBe(REPORTS);
    expect((await ntd.caseOf(1))?.reports).toMatchObject({ count: REPORTS, lifeAtRisk: "said", firstTime: later(0) });
    expect((await ntd.caseOf(1))?.reports.ids[0]).toBe(`r${REPORTS - 1}`);
  },
);

test("what a child says of herself, or of a danger now, is named however many reports come behind", async () => {
  await using ntd = await openHandlers();
  await ntd.target(targetEvent());
  const said = { happeningToMe: true, consentsToPolice: true };
  await ntd.report({ ...reportEvent("another child's", later(0)), happeningToMe: true });
  await ntd.report({ ...reportEvent("the child's", later(1)), ...said });
  await ntd.report({ ...reportEvent("a danger", later(2)), lifeAtRisk: true });
  for (let at = 3; at < 40; at++) {
    await ntd.report(reportEvent(`r${at}`, later(at)));
    const named = (await ntd.caseOf(1))?.reports.ids ?? [];
    expect(new Set(named).size).toBe(Math.min(20, at + 1));
  }
  const { ids, victimConsents } = (await ntd.caseOf(1))?.reports ?? expect.fail("no case");
  expect([ids.length, ids[0], victimConsents]).toEqual([20, "r39", true]);
  expect(ids.slice(-3)).toEqual(["a danger", "the child's", "another child's"]);
  const { file } = await getReferral(ntd.deps)({ caseId: caseIdOf("target-1", 1) }, calledBy("police/pam"));
  expect(file?.reportIds).toEqual(["the child's"]);
});

/** Takes the events that wait, as the bus does. */
async function sent({ deps: { cases } }: Handlers): Promise<number> {
  const caseId = caseIdOf("target-1", 1);
  const events = await cases.outbox.read(caseId);
  await cases.outbox.removeEvents(
    caseId,
    events.map(({ id }) => id),
  );
  return events.length;
}
