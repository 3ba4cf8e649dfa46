import { randomUUID } from "node:crypto";
import { setMembers } from "@ntd/testing";
import { expect, test } from "vitest";
import { activateRelease } from "../src/releases/rpc-activate-release.ts";
import { approveRelease } from "../src/releases/rpc-approve-release.ts";
import { createSet } from "../src/sets/rpc-create-set.ts";
import { uploadRelease } from "../src/uploads/rpc-upload-release.ts";
import { list, policy } from "./bed.ts";
import { calledBy, openTestDeps, sentAs } from "./deps.ts";

// A comparison of large lists takes longer than who approves waits.

const setId = "list";
const [anna, ben] = [calledBy("maintainer/anna"), calledBy("maintainer/ben")];

test("who approves hears that it is still being compared, and who repeats the call approves", async () => {
  await using deps = await openTestDeps();
  await createSet(deps)({ requestId: randomUUID(), setId, policy, members: setMembers("anna", "ben") }, anna);
  const upload = async (lines: number) =>
    (await uploadRelease(deps)(sentAs({ setId }, list(lines)), anna)).release?.releaseId ?? "";
  const [first, second] = [await upload(10), await upload(11)];
  await approveRelease(deps)({ requestId: randomUUID(), releaseId: first }, ben);
  await activateRelease(deps)({ requestId: randomUUID(), releaseId: first }, ben);

  const slow = Promise.withResolvers<never>();
  slow.promise.catch(() => undefined);
  deps.comparing.set(`${second} ${first} 0`, { base: slow.promise, whole: slow.promise });
  const request = { requestId: randomUUID(), releaseId: second };
  await expect(approveRelease(deps, 5)(request, ben)).rejects.toMatchObject({
    reason: "TIMED_OUT",
    message: expect.stringContaining("Repeat the call") as string,
  });
  deps.comparing.clear();
  expect((await approveRelease(deps, 5000)(request, ben)).release?.state).toBe("RELEASE_STATE_APPROVED");
});
