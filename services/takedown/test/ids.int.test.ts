import { expect, test } from "vitest";
import { aDecision } from "./examples.ts";
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
