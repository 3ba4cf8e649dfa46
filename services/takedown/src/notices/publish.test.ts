import { expect, test } from "vitest";
import { aNotice, at } from "../../test/examples.ts";
import type { Notice } from "./notice.ts";
import { changeOf } from "./publish.ts";

const before = aNotice({ offeredTime: at(1) });
const [target] = before.targets;
const seenAgain: Notice = { ...before, targets: target ? [{ ...target, version: 7 }] : [] };

// The prober follows notices and this service follows targets: an event that says nothing new would never stop.
test.each<[string, Notice]>([
  ["a newer version of the target that shows nothing new", seenAgain],
  ["that the dispatch was told", { ...before, ledBack: true }],
  ["a repeat that has to be known", { ...before, acknowledgements: [{ revision: 0, receivedTime: at(2) }] }],
  ["a halt that only moves the version", { ...before }],
])("%s is saved without an event", (_, after) => {
  expect(changeOf(before, after, at(3))).toEqual({ state: after });
});

test("what others see is saved with its event, and what is no change is not saved", () => {
  expect(changeOf(before, before, at(3))).toBeUndefined();
  const acknowledged = { ...before, acknowledgedTime: at(2) };
  expect(changeOf(before, acknowledged, at(3))?.event?.subject).toBe("takedown.notice.acknowledged.isp-a");
});
