import { expect, test } from "vitest";
import { withTold, type CaseTold } from "./case-told.ts";

const queued: CaseTold = { version: 1, lane: "LANE_NORMAL", laneVersion: 1 };
const flagged: CaseTold = { version: 2, lane: "LANE_LIFE_AT_RISK", laneVersion: 2, lifeAtRisk: true };
const decided: CaseTold = { version: 3 };

test("whatever order events come in, the newest counts, and of lanes the newest that was named", () => {
  const orders = [
    [queued, flagged, decided],
    [decided, flagged, queued],
    [flagged, decided, queued],
    [decided, queued, flagged],
  ];
  for (const order of orders) {
    const told = order.reduce<CaseTold | undefined>((known, one) => withTold(known, one), undefined);
    expect(told).toEqual({ version: 3, lane: "LANE_LIFE_AT_RISK", laneVersion: 2 });
  }
});

test("an event that comes twice is the same", () => {
  expect(withTold(flagged, { ...flagged })).toEqual(flagged);
});
