import { runs } from "@ntd/testing/runs";
import { assert, asyncProperty, shuffledSubarray, tuple } from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerEvent, type noticeEvent } from "./example-events.ts";
import { at } from "./examples.ts";
import { openOneStore, type OneStore } from "./one-store.ts";
import { caseStep, notice, played, report, target, type Step } from "./steps.ts";

let store: OneStore;
beforeAll(async () => {
  store = await openOneStore();
});
afterAll(() => store[Symbol.asyncDispose]());

type Given = NonNullable<Parameters<typeof noticeEvent>[0]>;
const suspension = {
  suspendedTime: at(40),
  cause: "DOUBT_CAUSE_BASIS_REVOKED",
  lapseTime: at(14_440),
  revision: 2,
  acknowledgedTime: undefined,
  clientTooOld: false,
} as const;
const offered: Given = { offeredTime: at(1) };
const suspended: Given = {
  ...offered,
  state: "NOTICE_STATE_SUSPENDED",
  suspensions: [{ ...suspension, endedTime: undefined, ending: "SUSPENSION_END_UNSPECIFIED" }],
};
const withdrawn: Given = {
  ...offered,
  state: "NOTICE_STATE_WITHDRAWN",
  suspensions: [{ ...suspension, endedTime: at(60), ending: "SUSPENSION_END_WITHDRAWN" }],
  withdrawnTime: at(60),
  withdrawnByDecisionId: "decision-2",
};
const gone = { lastSeenTime: at(20), goneTime: at(30) };
const answers = [answerEvent("OUTCOME_REMOVED", 25)];
// Removed, in doubt, withdrawn and seen again, all in one episode.
const story: Step[] = [
  report(),
  caseStep(1, {}, "decision-1"),
  target(1),
  target(2, { state: "TARGET_STATE_GONE", goneStrength: "GONE_STRENGTH_ABSENT", ...gone }),
  target(3, { lastSeenTime: at(90), restoredTime: at(90) }),
  notice(1),
  notice(2, offered, { answers }),
  notice(3, { ...offered, answeredTime: at(25) }, { answers, ...gone }),
  notice(4, suspended, { answers, ...gone }),
  notice(5, withdrawn, { answers, ...gone }),
  notice(6, { ...withdrawn, state: "NOTICE_STATE_RESTORED" }, { answers, ...gone, restoredTime: at(90) }),
];

test("a removal that was withdrawn ends with its withdrawal and its restoration", async () => {
  const [time] = await played(store, story);
  expect(time).toMatchObject({
    goneTime: at(30),
    suspended: false,
    paused: { seconds: 0n, nanos: 0 },
    withdrawnTime: at(60),
    restoreWithheld: false,
    restoredTime: at(90),
    targetState: "TARGET_STATE_PRESENT",
  });
});

test("the same events in any order, some of them twice, end the same", async () => {
  const expected = await played(store, story);
  const shuffled = tuple(shuffledSubarray(story, { minLength: story.length }), shuffledSubarray(story));
  await assert(
    asyncProperty(shuffled, async ([all, again]) => {
      expect(await played(store, [...all, ...again])).toEqual(expected);
    }),
    { numRuns: runs(20) },
  );
});

test("while it is suspended its provider's clock stands still until now", async () => {
  const [time] = await played(store, [target(1), notice(4, suspended)]);
  expect(time).toMatchObject({ suspended: true, paused: { seconds: 960n } });
});

test("an end of a suspension that a newer release knows is refused by name", async () => {
  const [first] = suspended.suspensions ?? [];
  if (first === undefined) throw new Error("no suspension");
  const newer = notice(4, { ...suspended, suspensions: [{ ...first, ending: "UNRECOGNIZED" }] });
  await expect(played(store, [newer])).rejects.toMatchObject({ reason: "EVENT_UNREADABLE" });
});
