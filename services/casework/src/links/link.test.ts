import { expect, test } from "vitest";
import { noon } from "../../test/facts.ts";
import { isRaised, riskSaid, type Link } from "./link.ts";

const link = (change: Partial<Link> = {}): Link => ({
  schemaVersion: 1,
  reportId: "r",
  targetId: "t",
  receivedTime: noon,
  channel: "CHANNEL_PUBLIC",
  nomination: "none",
  ...change,
});

test.each<[string, Partial<Link>, boolean]>([
  ["anybody's", {}, false],
  ["that of police", { channel: "CHANNEL_POLICE" }, true],
  ["that of whom the hotline trusts", { trusted: true }, true],
  ["one whose fingerprint is listed", { nomination: "listed" }, true],
  ["one whose fingerprint is not", { nomination: "not_listed" }, false],
])("whether %s report raises the priority", (_, change, is) => expect(isRaised(link(change))).toBe(is));

test("whose word it is that a child is in danger", () => {
  expect(riskSaid(link())).toBeUndefined();
  expect(riskSaid(link({ trusted: true }))).toBeUndefined();
  expect(riskSaid(link({ lifeAtRisk: true }))).toBe("said");
  expect(riskSaid(link({ lifeAtRisk: true, trusted: true }))).toBe("trusted");
  expect(riskSaid(link({ lifeAtRisk: true, channel: "CHANNEL_POLICE" }))).toBe("trusted");
});
