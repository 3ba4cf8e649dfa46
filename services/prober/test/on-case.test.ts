import type { Event } from "@ntd/bus";
import type { Case, Hold } from "@ntd/proto/casework/v1/case";
import { expect, test } from "vitest";
import { onCase } from "../src/targets/on-case.ts";
import { aHold } from "./examples.ts";

const touched = new Error("the store was asked");
const targets = new Proxy({}, { get: () => () => Promise.reject(touched) }) as never;
const clock = { now: () => new Date() };
const heard = (holds?: Hold[]) => {
  const data = { targetId: "t", episode: 1, ...(holds && { holds: { holds, earlier: undefined } }) };
  return onCase({ targets, clock, wake: () => undefined })({ data: data as Case, version: 7 } as Event<Case>);
};

test("a case without holds, or with what keeps notices back alone, costs no load of its target", async () => {
  await heard();
  await heard([aHold({ cause: "HOLD_CAUSE_POLICE_FIRST", looksGoOn: true })]);
  await expect(heard([aHold()])).rejects.toBe(touched);
});
