import { expect, test } from "vitest";
import { noon, reports } from "./facts.ts";
import type { Deps } from "../src/deps.ts";
import type { Link } from "../src/links/link.ts";
import { isSame, reportFacts } from "../src/links/report-facts.ts";

const link = (reportId: string, said: Partial<Link> = {}): Link => {
  const of = { targetId: "t", receivedTime: noon, channel: "CHANNEL_PUBLIC", nomination: "none" } as const;
  return { schemaVersion: 1, reportId, ...of, ...said };
};

/** What a few reports add up to, newest first. */
function factsOf(...some: Partial<Link>[]) {
  const found = some.map((said, n) => ({ id: `l${n}`, version: 1, state: link(`r${n}`, said) }));
  const links = { find: () => Promise.resolve(found) } as unknown as Deps["links"];
  return reportFacts({ links }, "t", { caseId: "c", after: undefined, upTo: undefined });
}

test("a child is in danger by the most trusted word of any report", async () => {
  const said = { lifeAtRisk: true } as const;
  expect((await factsOf({}, said)).lifeAtRisk).toBe("said");
  expect((await factsOf(said, { ...said, trusted: true }, said)).lifeAtRisk).toBe("trusted");
  expect((await factsOf({}, { trusted: true })).lifeAtRisk).toBeUndefined();
});

test("police may have a child's words by that child's own consent, not by another reporter's", async () => {
  expect(await factsOf({ victim: true, consents: true })).toMatchObject({ victim: true, victimConsents: true });
  const other = await factsOf({ victim: true }, { consents: true });
  expect([other.victim, other.victimConsents]).toEqual([true, undefined]);
});

test("that somebody consents since, or says something else, is another sum", () => {
  expect(isSame(reports(), reports())).toBe(true);
  const changes = [{ victimConsents: true }, { victim: true }, { lifeAtRisk: "said" }, { police: true }] as const;
  for (const change of changes) expect(isSame(reports(), reports(change))).toBe(false);
  expect(isSame(reports({ lifeAtRisk: "said" }), reports({ lifeAtRisk: "trusted" }))).toBe(false);
});
