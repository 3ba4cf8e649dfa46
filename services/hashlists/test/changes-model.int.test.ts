import { randomUUID } from "node:crypto";
import type { RevocationServiceService } from "@ntd/proto/hashlists/v1/revocation_service";
import type { RpcClient } from "@ntd/rpc";
import { derivedId, MovableClock } from "@ntd/service";
import { startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HEADER, md5, md5Line, newSet, rolledBack, startHashlists, upload } from "./bed.ts";

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
let revisers: RpcClient<typeof RevocationServiceService>[];
const clock = new MovableClock();
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await startHashlists(bed, clock);
  revisers = [await hashlists.asReviser("anna"), await hashlists.asReviser("ben")];
});
afterAll(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const requestId = () => randomUUID();
const ALL = [1, 2, 3, 4, 5, 6];

/** Numbers that look drawn, the same ones for a seed. */
function drawing(seed: number) {
  let state = seed;
  const next = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) / 2 ** 32;
  const some = (of: readonly number[]) => {
    const drawn = of.filter(() => next() < 0.5);
    return drawn.length > 0 ? drawn : of.slice(0, 1);
  };
  return { next, some };
}

/** What of a set is known: its lists, which is in force, and what is taken back. */
interface Model {
  setId: string;
  lists: { releaseId: string; entries: number[] }[];
  active: number;
  revoked: number[];
}

const found = ({ lists, active, revoked }: Model) =>
  new Set((lists[active]?.entries ?? []).filter((n) => !revoked.includes(n)));
const namingOf = (setId: string, ns: readonly number[]) => ({
  requestId: requestId(),
  setId,
  entryIds: ns.map((n) => derivedId("entry", setId, "MD5", md5(n))),
  fingerprints: [],
  reason: "r",
});

async function putInForce(model: Model, entries: number[]): Promise<Model> {
  const { anna, ben } = hashlists;
  const { release } = await upload(anna, model.setId, [HEADER, ...entries.map(md5Line), ""].join("\n"));
  const releaseId = release?.releaseId ?? "";
  await ben.approveRelease({ requestId: requestId(), releaseId });
  await ben.activateRelease({ requestId: requestId(), releaseId });
  return { ...model, lists: [...model.lists, { releaseId, entries }], active: model.lists.length };
}

/** One step that raises the set's counter by one. */
async function step(model: Model, { next, some }: ReturnType<typeof drawing>): Promise<Model> {
  const { setId, lists, active, revoked } = model;
  // A day later: one person's share is whole again.
  clock.advance(24 * 3_600_000);
  const listed = [...new Set(lists.flatMap(({ entries }) => entries))].filter((n) => !revoked.includes(n));
  const kind = next();
  if (kind < 0.3 && listed.length > 0) {
    const gone = some(listed);
    await hashlists.anna.revokeEntries({ ...namingOf(setId, gone), cause: "REVOCATION_CAUSE_WRONG_FILE" });
    return { ...model, revoked: [...revoked, ...gone] };
  }
  if (kind < 0.7 && revoked.length > 0) {
    const back = some(revoked);
    const [first, second] = revisers;
    const asked = await first?.restoreEntries(namingOf(setId, back));
    const revocationId = asked?.restoration?.revocationId ?? "";
    await second?.approveRestoration({ requestId: requestId(), revocationId });
    return { ...model, revoked: revoked.filter((n) => !back.includes(n)) };
  }
  const earlier = lists.findIndex((_, nth) => nth !== active);
  if (kind < 0.8 && earlier >= 0) {
    await rolledBack(hashlists, setId, lists[earlier]?.releaseId ?? "");
    return { ...model, active: earlier };
  }
  return await putInForce(model, some(ALL));
}

test.each([1, 3])(
  "whatever is listed, taken back and given back: what is told from any counter to any other leads there (%i)",
  async (seed) => {
    const drawn = drawing(seed);
    const setId = await newSet(hashlists.anna);
    const before: Model = { setId, lists: [], active: -1, revoked: [] };
    const states = [before, await putInForce(before, ALL)];
    for (let nth = 0; nth < 11; nth++) states.push(await step(states.at(-1) ?? before, drawn));
    const numberOf = new Map(ALL.map((n) => [derivedId("entry", setId, "MD5", md5(n)) as string, n]));
    const numbers = (ids: readonly string[]) => new Set(ids.flatMap((id) => numberOf.get(id) ?? []));
    for (const [after, then] of states.entries()) {
      for (const [through, now] of states.entries()) {
        if (through <= after) continue;
        const told = await Array.fromAsync(hashlists.changes(setId, BigInt(after), BigInt(through)));
        const added = numbers(told.flatMap((one) => one.added.map(({ entryId }) => entryId)));
        const removed = numbers(told.flatMap((one) => one.removedEntryIds));
        const [was, is] = [found(then), found(now)];
        const where = `${seed}: ${after} to ${through}`;
        expect([where, [...added].toSorted((a, b) => a - b)]).toEqual([
          where,
          [...is].filter((n) => !was.has(n)).toSorted((a, b) => a - b),
        ]);
        expect([where, [...was].filter((n) => !is.has(n) && !removed.has(n))]).toEqual([where, []]);
        expect([where, [...is].filter((n) => removed.has(n))]).toEqual([where, []]);
      }
    }
    const last = states.at(-1) ?? before;
    const revoked = numbers((await hashlists.revocations(setId)).flatMap(({ entryIds }) => entryIds));
    expect([...revoked].toSorted((a, b) => a - b)).toEqual([...last.revoked].toSorted((a, b) => a - b));
    expect(
      states.slice(2).filter(({ revoked: gone }, nth) => gone.length < (states[nth + 1]?.revoked.length ?? 0)).length,
    ).toBeGreaterThan(0);
  },
);
