import type { Hold } from "@ntd/proto/casework/v1/case";
import { expect, test } from "vitest";
import { holdsInForce } from "./hold.ts";

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 24) + seconds * 1000);

const aHold = (holdId: string, change: Partial<Hold> = {}): Hold => ({
  holdId,
  cause: "HOLD_CAUSE_OFFICER",
  sinceTime: at(0),
  expireTime: at(60),
  lookEvery: undefined,
  waitsForSupervisor: false,
  releasedTime: undefined,
  expired: false,
  looksGoOn: false,
  ...change,
});

test("a hold is in force until casework says that it is released, also when its time is over", () => {
  const holds = [aHold("a", { releasedTime: at(1) }), aHold("b"), aHold("c", { waitsForSupervisor: true })];
  expect(holdsInForce({ holds, earlier: undefined }).map((h) => h.holdId)).toEqual(["b", "c"]);
});

test("a case that tells of no holds has none in force", () => {
  expect(holdsInForce(undefined)).toEqual([]);
});
