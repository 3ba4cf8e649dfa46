import { randomUUID } from "node:crypto";
import { derivedId, Problem } from "@ntd/service";
import { eventually, setMembers } from "@ntd/testing";
import { expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import { startAssessing } from "../src/impact/every-second-assess.ts";
import { revokeEntries } from "../src/revocations/rpc-revoke-entries.ts";
import { md5 } from "./bed.ts";
import { by, openTestDeps, setInForce } from "./deps.ts";

/** A revocation of a set of its own that waits for a second person, by both their ids. */
async function waiting(deps: Deps) {
  const setId = await setInForce(deps, setMembers("anna", "ben"), 12);
  const entryIds = Array.from({ length: 11 }, (_, i) => derivedId("entry", setId, "MD5", md5(i + 1)));
  const asked = { requestId: randomUUID(), setId, entryIds, fingerprints: [], reason: "wrong" };
  const { revocation } = await revokeEntries(deps)({ ...asked, cause: "REVOCATION_CAUSE_WRONG_FILE" }, by("anna"));
  return { setId, revocationId: revocation?.revocationId ?? "" };
}

const assessed = async (deps: Deps, id: string) => (await deps.revocations.load(id))?.state.impact?.caseCount;

test("what casework takes long for, and what it does not answer, keeps nothing else waiting", async () => {
  const [never, stuck, broken] = [Promise.withResolvers<void>(), new Set<string>(), new Set<string>()];
  const casework = {
    async assessEntries({ setId }: { setId: string }) {
      if (stuck.has(setId)) await never.promise;
      if (broken.has(setId)) throw new Problem("PEER_UNAVAILABLE");
      return { caseCount: 7, liveEntryCount: 0, isMore: false };
    },
  } as unknown as NonNullable<Deps["casework"]>;
  await using bed = await openTestDeps();
  const deps = { ...bed, casework };
  const all = await Array.fromAsync({ length: 8 }, () => waiting(deps));
  const inOrder = all.toSorted((a, b) => (a.revocationId < b.revocationId ? -1 : 1));
  // Those that the store tells first.
  for (const { setId } of inOrder.slice(0, 3)) stuck.add(setId);
  for (const { setId } of inOrder.slice(3, 7)) broken.add(setId);
  const last = inOrder[7]?.revocationId ?? "";
  await using _loop = startAssessing(deps);
  await eventually("the last one is assessed", async () => (await assessed(deps, last)) === 7);
  expect(await Promise.all(inOrder.slice(0, 7).map(({ revocationId }) => assessed(deps, revocationId)))).toEqual(
    Array.from({ length: 7 }),
  );
  never.resolve();
  broken.clear();
  await eventually("all of them are", async () => {
    const counts = await Promise.all(all.map(({ revocationId }) => assessed(deps, revocationId)));
    return counts.every((count) => count === 7);
  });
});
