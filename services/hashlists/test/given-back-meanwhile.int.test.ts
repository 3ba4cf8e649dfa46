import { randomUUID } from "node:crypto";
import { derivedId, Problem } from "@ntd/service";
import { setMembers } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import { activateRelease } from "../src/releases/rpc-activate-release.ts";
import { approveRelease } from "../src/releases/rpc-approve-release.ts";
import { approveRestoration, approveRevocation } from "../src/revocations/rpc-approve-revocation.ts";
import { restoreEntries } from "../src/revocations/rpc-restore-entries.ts";
import { revokeEntries } from "../src/revocations/rpc-revoke-entries.ts";
import { loadSet } from "../src/sets/load-set.ts";
import { HEADER, md5, md5Line } from "./bed.ts";
import { by, meeting, openTestDeps, setInForce, uploaded, watching } from "./deps.ts";

// Two give back what a release would remove or take back, while others approve it: it is held against that, too.

let bed: Awaited<ReturnType<typeof openTestDeps>>;
let deps: Deps;
beforeEach(async () => {
  deps = bed = await openTestDeps();
});
afterEach(() => bed[Symbol.asyncDispose]());

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const idsOf = (setId: string, all: readonly number[]) => all.map((n) => derivedId("entry", setId, "MD5", md5(n)));
const wrong = { fingerprints: [], reason: "wrong" };

/** A set with a hundred entries in force, of which some are taken back, and a request to give them back, which waits. */
async function takenBack(all: readonly number[]) {
  const setId = await setInForce(deps, setMembers("anna", "ben", "cleo"), 100);
  const entryIds = idsOf(setId, all);
  const cause = "REVOCATION_CAUSE_WRONG_FILE" as const;
  const asked = { requestId: randomUUID(), setId, entryIds, cause, ...wrong };
  const { revocation } = await revokeEntries(deps)(asked, by("anna"));
  const revoked = { requestId: randomUUID(), revocationId: revocation?.revocationId ?? "" };
  await approveRevocation(deps)(revoked, by("ben"));
  const back = { requestId: randomUUID(), setId, entryIds, ...wrong };
  const { restoration } = await restoreEntries(deps)(back, by("anna"));
  const revocationId = restoration?.revocationId ?? "";
  const giveBack = () => approveRestoration(deps)({ requestId: randomUUID(), revocationId }, by("ben"));
  return { setId, entryIds, giveBack };
}

const listOf = (all: readonly number[], gone: readonly number[] = []) =>
  [`${HEADER},revoked`, ...all.map((n) => `${md5Line(n)},`), ...gone.map((n) => `${md5Line(n)},wrong-file`), ""].join(
    "\n",
  );

const approve = async (on: Deps, releaseId: string, name: string, confirm = {}) =>
  (await approveRelease(on)({ requestId: randomUUID(), releaseId, ...confirm }, by(name))).release?.state;

const leftRevoked = async (setId: string, entryIds: readonly string[]) =>
  (await deps.revokedIn((await loadSet(deps, setId)).state)).among(entryIds).size;

test("what is given back while an approval compares is counted: the release removes it, and waits for a second person", async () => {
  const { setId, giveBack } = await takenBack(numbers(81, 100));
  const releaseId = await uploaded(deps, setId, listOf(numbers(1, 80)));
  expect(await approve(meeting(deps, "sets", "load", giveBack), releaseId, "ben")).toBe("RELEASE_STATE_QUARANTINED");
  expect(await approve(deps, releaseId, "cleo", { confirmRemoved: 20n })).toBe("RELEASE_STATE_APPROVED");
});

test("of what two give back as a release is approved nobody knew that it takes it back: it stays given back, and is held against it", async () => {
  const { setId, entryIds, giveBack } = await takenBack(numbers(81, 100));
  const releaseId = await uploaded(deps, setId, listOf(numbers(1, 79), numbers(80, 100)));
  // Behind the comparison, and before the approval is written.
  let isGiven = false;
  const before = async (method: string) => {
    if (method !== "save" || isGiven) return;
    isGiven = true;
    await giveBack();
  };
  expect(await approve(watching(deps, "releases", { before }), releaseId, "ben")).toBe("RELEASE_STATE_APPROVED");
  expect(await leftRevoked(setId, entryIds)).toBe(0);
  expect(await leftRevoked(setId, idsOf(setId, [80]))).toBe(1);
  const activated = activateRelease(deps)({ requestId: randomUUID(), releaseId }, by("ben"));
  expect(Problem.from(await activated.catch((error: unknown) => error))).toMatchObject({
    reason: "WRONG_STATE",
    message: expect.stringContaining("entries were given back: by now it removes 20 of "),
  });
});

test.each([
  { left: numbers(1, 80), others: 0n, comes: false },
  { left: [...numbers(1, 60), ...numbers(81, 100)], others: 20n, comes: true },
])(
  "what two approved is held against what was given back since: by $others removed it comes into force: $comes",
  async ({ left, others, comes }) => {
    const { setId, giveBack } = await takenBack(numbers(81, 100));
    const grown = [...left, ...numbers(201, 251)];
    const releaseId = await uploaded(deps, setId, listOf(grown));
    expect(await approve(deps, releaseId, "ben")).toBe("RELEASE_STATE_QUARANTINED");
    expect(await approve(deps, releaseId, "cleo", { confirmRemoved: others })).toBe("RELEASE_STATE_APPROVED");
    await giveBack();
    const activated = activateRelease(deps)({ requestId: randomUUID(), releaseId }, by("ben"));
    const state = await activated.then(
      ({ release }) => release?.state,
      (error: unknown) => Problem.from(error).reason,
    );
    expect(state).toBe(comes ? "RELEASE_STATE_ACTIVE" : "WRONG_STATE");
  },
);
