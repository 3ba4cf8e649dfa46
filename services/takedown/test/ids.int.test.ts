import { expect, test } from "vitest";
import { aDecision, aDoubt } from "./examples.ts";
import { stateOf } from "../src/notices/notice.ts";
import { onCase } from "../src/dispatches/on-case.ts";
import { addProvider, decidedCase, openTestDeps } from "./deps.ts";

const url = "https://pictures.alpha.example/1";

/** The ids that a takedown with an empty store gives to what the decision leads to. */
async function idsOf(decided: Parameters<ReturnType<typeof onCase>>[0] | undefined) {
  await using deps = await openTestDeps();
  for (const id of ["alpha", "beta"]) await addProvider(deps, id, "alpha.example");
  const event = decided ?? decidedCase(deps, url);
  await onCase(deps)(event);
  const notices = await deps.notices.find({ limit: 10 });
  const ids = notices.map(({ state }) => `${state.providerId} ${state.noticeId} of ${state.dispatchId}`).toSorted();
  return { event, ids };
}

// The agents, the prober and compliance keep what was sent: after a restore it must be known again, not sent anew.
test("a store that was lost or restored gives the same decision the same dispatch and the same notices", async () => {
  const { event, ids } = await idsOf(undefined);
  expect(ids.map((id) => id.split(" ")[0])).toEqual(["alpha", "beta"]);
  expect((await idsOf(event)).ids).toEqual(ids);
});

test("a case that a person decides illegal after all has a second dispatch, with a notice of its own", async () => {
  await using deps = await openTestDeps();
  await addProvider(deps, "alpha", "alpha.example");
  const decided = { state: "CASE_STATE_DECIDED" } as const;
  await onCase(deps)(decidedCase(deps, url, 1));
  await onCase(deps)(
    decidedCase(deps, url, 2, { ...decided, decision: aDecision("decision-2", "VERDICT_NOT_ILLEGAL") }),
  );
  await onCase(deps)(decidedCase(deps, url, 3, { ...decided, decision: aDecision("decision-3") }));
  const notices = await deps.notices.find({ limit: 10 });
  expect(notices.map(({ state }) => `${state.decisionId} ${stateOf(state)}`).toSorted()).toEqual([
    "decision-1 NOTICE_STATE_CLOSED",
    "decision-3 NOTICE_STATE_ISSUED",
  ]);
});

test("what is decided illegal after one person's other word is the same notices, whichever of the events were seen", async () => {
  const byOne = { ...aDecision("decision-2", "VERDICT_NOT_ILLEGAL"), withdrawsDecisionId: "decision-1" };
  const doubt = aDoubt("decision-1");
  const events = [
    { decision: aDecision("decision-1") },
    { decision: aDecision("decision-1"), doubt },
    { decision: byOne, doubt },
    { decision: aDecision("decision-3") },
  ];
  const seen = async (numbers: readonly number[]) => {
    await using deps = await openTestDeps();
    await addProvider(deps, "alpha", "alpha.example");
    for (const n of numbers) await onCase(deps)(decidedCase(deps, url, n + 1, events[n]));
    const notices = await deps.notices.find({ limit: 10 });
    return notices.map((d) => d.state).filter((state) => stateOf(state) === "NOTICE_STATE_ISSUED");
  };
  const [told] = await seen([0, 1, 3]);
  expect((await seen([0, 3])).map((n) => n.noticeId)).toEqual([told?.noticeId]);
  // The one that was closed unsent has a successor, whose id is that of a notice of the newest decision.
  const [after] = await seen([0, 1, 2, 3]);
  expect((await seen([3])).map((n) => n.noticeId)).toEqual([after?.noticeId]);
});
