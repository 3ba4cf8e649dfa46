import { afterAll, beforeAll, expect, test } from "vitest";
import { listConflicts } from "../src/impact/rpc-list-conflicts.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { hit, negative, sha256 } from "./facts.ts";

// Lists that contradict each other: told by their entries and by how many cases hit both.

let ntd: Handlers;
beforeAll(async () => {
  ntd = await openHandlers();
});
afterAll(() => ntd[Symbol.asyncDispose]());

const innocent = (entryId: string) => sha256({ setId: "innocent", setRole: "SET_ROLE_NEGATIVE", entryId });
const conflicts = (setId: string, most?: number) => listConflicts(ntd.deps, most)({ setId });

async function seen(targetId: string, hits: Parameters<typeof matchEvent>[0], version = 1) {
  ntd.clock.advance(1000);
  if (version === 1) await ntd.target(targetEvent({ targetId }));
  await ntd.match(matchEvent(hits, { targetId }), version);
  return (await ntd.deps.cases.load(caseIdOf(targetId, 1)))?.state;
}

test("both sides hear of it, whoever comes first; what was decided on equal bytes stays in force", async () => {
  const waits = await seen("a", [sha256(), innocent("x")]);
  expect(waits).toMatchObject({ progress: { reason: "QUEUE_REASON_CONFLICT" }, decisions: [] });
  expect(await seen("b", [sha256()])).toMatchObject({ progress: { kind: "auto_decided" } });
  const stands = await seen("b", [sha256(), innocent("x"), innocent("y")], 2);
  expect(stands).toMatchObject({ progress: { reason: "QUEUE_REASON_CONFLICT" } });
  expect(stands?.doubt).toBeUndefined();
  const both = [
    { entryId: "x", caseCount: 2 },
    { entryId: "y", caseCount: 1 },
  ];
  expect(await conflicts("innocent")).toEqual({ entries: both, isMore: false });
  expect(await conflicts("national")).toEqual({ entries: [{ entryId: "entry-1", caseCount: 2 }], isMore: false });
});

test("what only nominates, and what a negative set alone lists, contradicts nobody", async () => {
  await seen("c", [hit({ distance: 40, setId: "near" }), negative({ setId: "near-innocent" })]);
  await seen("d", [negative({ setId: "near-innocent" })]);
  for (const setId of ["near", "near-innocent", "none"]) {
    expect(await conflicts(setId)).toEqual({ entries: [], isMore: false });
  }
});

test("of more cases than are looked at it is said that there are more; once one list gives way it is over", async () => {
  expect(await conflicts("innocent", 1)).toMatchObject({ isMore: true });
  await seen("a", [sha256()], 2);
  await seen("b", [innocent("x"), innocent("y")], 3);
  expect(await conflicts("innocent")).toEqual({ entries: [], isMore: false });
  await expect(conflicts("")).rejects.toMatchObject({ fields: [{ field: "set_id" }] });
});
