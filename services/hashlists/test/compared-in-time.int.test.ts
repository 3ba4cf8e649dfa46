import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { setMembers } from "@ntd/testing";
import { expect, test } from "vitest";
import type { Comparison } from "../src/comparison/comparison.ts";
import { activateRelease } from "../src/releases/rpc-activate-release.ts";
import { approveRelease } from "../src/releases/rpc-approve-release.ts";
import { createSet } from "../src/sets/rpc-create-set.ts";
import { uploadRelease } from "../src/uploads/rpc-upload-release.ts";
import { list, policy } from "./bed.ts";
import { calledBy, openTestDeps, sentAs, watching } from "./deps.ts";

// A comparison of large lists takes longer than who approves waits.

const setId = "list";
const [anna, ben] = [calledBy("maintainer/anna"), calledBy("maintainer/ben")];

/** A list in force, and one that waits; what is being compared of it is given by hand. */
async function openWaiting() {
  const deps = await openTestDeps();
  await createSet(deps)({ requestId: randomUUID(), setId, policy, members: setMembers("anna", "ben") }, anna);
  const upload = async (lines: number) =>
    (await uploadRelease(deps)(sentAs({ setId }, list(lines)), anna)).release?.releaseId ?? "";
  const [first, second] = [await upload(10), await upload(11)];
  await approveRelease(deps)({ requestId: randomUUID(), releaseId: first }, ben);
  await activateRelease(deps)({ requestId: randomUUID(), releaseId: first }, ben);
  const slow = Promise.withResolvers<Comparison>();
  slow.promise.catch(() => undefined);
  deps.comparing.set(`${second} ${first} 0`, { base: slow.promise, whole: slow.promise });
  return { deps, slow, request: { requestId: randomUUID(), releaseId: second } };
}

test("who approves hears that it is still being compared, and who repeats the call approves", async () => {
  const { deps, request } = await openWaiting();
  await using _ = deps;
  await expect(approveRelease(deps, 5)(request, ben)).rejects.toMatchObject({
    reason: "TIMED_OUT",
    message: expect.stringContaining("Repeat the call") as string,
  });
  deps.comparing.clear();
  expect((await approveRelease(deps, 5000)(request, ben)).release?.state).toBe("RELEASE_STATE_APPROVED");
});

test("for who has heard so nothing is compared once more, whatever came into force meanwhile", async () => {
  const { deps, slow, request } = await openWaiting();
  await using _ = deps;
  let looks = 0;
  const on = watching(deps, "sets", { before: () => void looks++ });
  await expect(approveRelease(on, 5)(request, ben)).rejects.toMatchObject({ reason: "TIMED_OUT" });
  const before = looks;
  const { state } = (await deps.releases.load(request.releaseId)) ?? expect.fail();
  slow.resolve({ ...(state.comparison ?? expect.fail()), activeReleaseId: "another" });
  await setImmediate();
  expect(looks).toBe(before);
});
