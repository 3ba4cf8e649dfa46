import { randomUUID } from "node:crypto";
import { Problem } from "@ntd/service";
import { setMembers } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import { activateRelease } from "../src/releases/rpc-activate-release.ts";
import { approveRelease } from "../src/releases/rpc-approve-release.ts";
import { listReleases } from "../src/releases/rpc-list-releases.ts";
import { rejectRelease } from "../src/releases/rpc-reject-release.ts";
import { loadSet } from "../src/sets/load-set.ts";
import { uploadRelease } from "../src/uploads/rpc-upload-release.ts";
import { HEADER, list, md5Line } from "./bed.ts";
import { by, cutAt, openTestDeps, sentAs, setInForce, uploaded, watching } from "./deps.ts";

// An approved release is rejected by one person as another one puts it in force: one of them has their way.

let bed: Awaited<ReturnType<typeof openTestDeps>>;
let deps: Deps;
beforeEach(async () => {
  deps = bed = await openTestDeps();
});
afterEach(() => bed[Symbol.asyncDispose]());

async function approved() {
  const setId = await setInForce(deps, setMembers("anna", "ben", "cleo"), 20);
  const releaseId = await uploaded(deps, setId, list(21));
  await approveRelease(deps)({ requestId: randomUUID(), releaseId }, by("ben"));
  return { setId, releaseId };
}

const reject = (on: Deps, releaseId: string, requestId: string = randomUUID()) =>
  rejectRelease(on)({ requestId, releaseId, reason: "wrong file" }, by("cleo"));
const activate = (on: Deps, releaseId: string) =>
  activateRelease(on)({ requestId: randomUUID(), releaseId }, by("ben"));
const outcome = (call: Promise<{ release?: { state: string } | undefined }>) =>
  call.then(
    ({ release }) => release?.state,
    (error: unknown) => Problem.from(error).reason,
  );

async function stands({ setId, releaseId }: { setId: string; releaseId: string }) {
  const { releases } = await listReleases(deps)({ setId, pageSize: 10, pageToken: "" }, by("anna"));
  const { state: set } = await loadSet(deps, setId);
  const shown = releases.find((one) => one.releaseId === releaseId)?.state;
  return { shown, isInForce: set.active?.releaseId === releaseId };
}

/** `deps` in which `meanwhile` runs whole, once, ahead of the first write of a collection. */
function aheadOfWrite(name: "sets" | "releases", meanwhile: () => Promise<unknown>): Deps {
  let isMet = false;
  return watching(deps, name, {
    before: async (method) => {
      if (method !== "save" || isMet) return;
      isMet = true;
      await meanwhile();
    },
  });
}

test("rejected just before the set says that it is in force, it is not", async () => {
  const release = await approved();
  const on = aheadOfWrite("sets", () => reject(deps, release.releaseId));
  expect(await outcome(activate(on, release.releaseId))).toBe("WRONG_STATE");
  expect(await stands(release)).toEqual({ shown: "RELEASE_STATE_REFUSED", isInForce: false });
});

test("put in force just before the release says that it is rejected, it is, and who rejects it hears so", async () => {
  const release = await approved();
  const on = aheadOfWrite("releases", () => activate(deps, release.releaseId));
  expect(await outcome(reject(on, release.releaseId))).toBe("WRONG_STATE");
  expect(await stands(release)).toEqual({ shown: "RELEASE_STATE_ACTIVE", isInForce: true });
  // What is in force is what deltas are made of, whatever was said of it.
  const header = { setId: release.setId, kind: "UPLOAD_KIND_DELTA", baseReleaseId: release.releaseId } as const;
  const delta = [`${HEADER},removed`, `${md5Line(30)},`, ""].join("\n");
  expect(await outcome(uploadRelease(deps)(sentAs(header, delta), by("anna")))).toBe("RELEASE_STATE_VALIDATED");
});

test.each([
  { n: 1, when: "before", shown: "RELEASE_STATE_APPROVED" },
  { n: 1, when: "after", shown: "RELEASE_STATE_REFUSED" },
  { n: 2, when: "before", shown: "RELEASE_STATE_REFUSED" },
  { n: 2, when: "after", shown: "RELEASE_STATE_REFUSED" },
] as const)("cut off $when write $n, it is $shown; the repeat rejects it once", async ({ n, when, shown }) => {
  const release = await approved();
  const requestId = randomUUID();
  const { on, isCut } = cutAt(deps, ["releases", "sets"], n, when);
  await expect(reject(on, release.releaseId, requestId)).rejects.toThrow("cut off");
  expect([isCut(), await stands(release)]).toEqual([true, { shown, isInForce: false }]);
  expect(await outcome(reject(deps, release.releaseId, requestId))).toBe("RELEASE_STATE_REFUSED");
  expect(await outcome(activate(deps, release.releaseId))).toBe("WRONG_STATE");
  const { state } = (await deps.releases.load(release.releaseId)) ?? expect.fail();
  expect(state.requests.filter(({ answer }) => answer.state === "RELEASE_STATE_REFUSED")).toHaveLength(1);
});

test("what the national list grows by comes into force by itself, and is not rejected", async () => {
  const { releaseId } = await approved();
  const found = (await deps.releases.load(releaseId)) ?? expect.fail();
  await deps.releases.save(found, { ...found.state, uploadedBy: "service/hashlists" });
  await expect(reject(deps, releaseId)).rejects.toThrow("comes into force by itself");
});
