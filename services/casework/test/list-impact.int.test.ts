import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RevocationCause } from "@ntd/proto/common/v1/common";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { assessEntries } from "../src/impact/rpc-assess-entries.ts";
import { assessPolicy } from "../src/impact/rpc-assess-policy.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { sha256 } from "./facts.ts";

const [one, other, apart] = [randomUUID(), randomUUID(), randomUUID()];
const packed = (...ids: string[]) => Buffer.from(ids.map((id) => id.replaceAll("-", "")).join(""), "hex");
const WRONG: RevocationCause = "REVOCATION_CAUSE_WRONG_FILE";

let ntd: Handlers;
beforeAll(async () => {
  ntd = await openHandlers();
  const seen = async (targetId: string, entryIds: string[], autoIssue = true) => {
    ntd.clock.advance(1000);
    await ntd.target(targetEvent({ targetId }));
    await ntd.match(
      matchEvent(
        entryIds.map((entryId) => sha256({ entryId, autoIssue })),
        { targetId },
      ),
    );
  };
  await seen("a", [one]);
  await seen("b", [one, apart]);
  await seen("c", [one, other]);
  await seen("d", [other], false);
});
afterAll(() => ntd[Symbol.asyncDispose]());

const assess = (entryIds: string[], cause: RevocationCause = WRONG) =>
  assessEntries(ntd.deps)({ setId: "national", entryIds: packed(...entryIds), cause });

test("what stands on some entries is counted together: what rests on two of them rests on neither alone", async () => {
  expect(await assess([one])).toEqual({
    caseCount: 3,
    isMore: false,
    targetCount: 3,
    undecidedCount: 0,
    machineCount: 3,
    personCount: 0,
    inDoubtCount: 0,
    basisRevokedCount: 0,
    withdrawnCount: 0,
    restingCount: 1,
    fallingCount: 1,
    liveEntryCount: 1,
    notices: {
      liveCount: 3,
      fallingCount: 1,
      suspendedCount: 0,
      withdrawnCount: 0,
      restoredCount: 0,
      noticedEntryCount: 1,
    },
  });
  expect(await assess([one, other])).toMatchObject({
    caseCount: 4,
    undecidedCount: 1,
    restingCount: 2,
    liveEntryCount: 2,
    notices: { fallingCount: 2 },
  });
  expect(await assess([randomUUID()])).toMatchObject({ caseCount: 0, notices: { liveCount: 0 } });
});

test("a cause that does not call them wrong topples nothing; what rests on them is said all the same", async () => {
  const harmless = await assess([one, other], "REVOCATION_CAUSE_EXPIRED");
  expect(harmless).toMatchObject({ restingCount: 2, fallingCount: 0, notices: { liveCount: 3, fallingCount: 0 } });
});

test("while takedown does not answer, the notices are not known, and nothing says 0", async () => {
  const { notices } = ntd.left;
  ntd.left.notices = undefined;
  const answer = await assess([one]);
  ntd.left.notices = notices;
  expect(answer.caseCount).toBe(3);
  expect(answer.notices).toBeUndefined();
});

test("what another policy would have decided is counted over the set's cases", async () => {
  const policy: SetPolicy = {
    owner: "h",
    role: "SET_ROLE_POSITIVE",
    autoIssue: true,
    minVotes: 2,
    thresholds: undefined,
  };
  const ask = (proposed: SetPolicy, before = policy) =>
    assessPolicy(ntd.deps)({ setId: "national", policy: before, proposed });
  expect(await ask({ ...policy, autoIssue: false })).toEqual({
    caseCount: 4,
    isMore: false,
    newlyDecidedCount: 0,
    againstPersonCount: 0,
    waitingCount: 0,
    noLongerDecidedCount: 3,
  });
  const allowing = await ask(policy, { ...policy, autoIssue: false });
  expect(allowing).toMatchObject({ newlyDecidedCount: 1, waitingCount: 1, noLongerDecidedCount: 0 });
});

test("of more cases than are looked at it is said that there are more; under another policy the newest are looked at", async () => {
  const request = { setId: "national", entryIds: packed(one, other), cause: WRONG };
  expect(await assessEntries(ntd.deps, 2)(request)).toMatchObject({ caseCount: 2, isMore: true });
  expect(await assessEntries(ntd.deps, 4)(request)).toMatchObject({ caseCount: 4, isMore: false });
  // A machine decided all but the newest, which waits.
  const autoIssue = {
    owner: "h",
    role: "SET_ROLE_POSITIVE",
    autoIssue: true,
    minVotes: 2,
    thresholds: undefined,
  } as const;
  const asked = { setId: "national", policy: { ...autoIssue, autoIssue: false }, proposed: autoIssue };
  expect(await assessPolicy(ntd.deps, 1)(asked)).toMatchObject({ caseCount: 1, isMore: true, waitingCount: 1 });
  expect(await assessPolicy(ntd.deps, 4)(asked)).toMatchObject({ caseCount: 4, isMore: false, waitingCount: 1 });
});

test("what fell is found by its entry still: in doubt since its basis was taken back", async () => {
  const revokedHits = [{ setId: "national", entryId: one, cause: WRONG, revokedBy: [] }];
  await ntd.match(matchEvent([], { targetId: "a", revokedHits }), 2);
  expect(await assess([one])).toMatchObject({ caseCount: 3, machineCount: 2, inDoubtCount: 1, basisRevokedCount: 1 });
});

test("what is no list of ids is refused by its field", async () => {
  const wrong = assessEntries(ntd.deps)({ setId: "", entryIds: new Uint8Array(17), cause: WRONG });
  await expect(wrong).rejects.toMatchObject({ fields: [{ field: "set_id" }, { field: "entry_ids" }] });
});
