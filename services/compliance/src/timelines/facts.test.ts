import { expect, test } from "vitest";
import { noticeEvent } from "../../test/example-events.ts";
import { at } from "../../test/examples.ts";
import { noticeFacts } from "./facts.ts";

const by = { offeredTime: at(1), withdrawnTime: at(60), withdrawnByDecisionId: "decision-2" };

test("what a decision withdrew is a reversal, also once it is restored; what its provider did not take is withdrawn alone", () => {
  const facts = (...of: Parameters<typeof noticeEvent>) => noticeFacts(noticeEvent(...of), 1)[0];
  expect(facts({ ...by, state: "NOTICE_STATE_WITHDRAWN" })).toMatchObject({
    withdrawn: true,
    reversed: { withdrawnTime: at(60) },
  });
  expect(facts({ ...by, state: "NOTICE_STATE_RESTORED" }, { restoredTime: at(90) })).toMatchObject({
    withdrawn: true,
    reversed: { withdrawnTime: at(60), restoredTime: at(90) },
  });
  const rejected = facts({ offeredTime: at(1), state: "NOTICE_STATE_WITHDRAWN" });
  expect([rejected?.withdrawn, rejected?.reversed]).toEqual([true, undefined]);
  expect(facts({ state: "NOTICE_STATE_CLOSED" })).toMatchObject({ withdrawn: false, closed: true });
});
