import { randomUUID } from "node:crypto";
import { derivedId, MovableClock } from "@ntd/service";
import { startTestBed, type TestBed } from "@ntd/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HEADER, md5, newSet, rolledBack, startHashlists, upload } from "./bed.ts";

// Whole lists, deltas on deltas, the way back, revocations and what is given back again, in any order: what the service
// lists and what it tells between any two counters is what a plain model says.

let bed: TestBed;
let hashlists: Awaited<ReturnType<typeof startHashlists>>;
const clock = new MovableClock();
beforeAll(async () => {
  bed = await startTestBed();
  hashlists = await startHashlists(bed, clock);
});
afterAll(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

/** So few that no step is in quarantine, and the same ones come again and again. */
const numbers = fc.integer({ min: 1, max: 9 });
const rows = fc.array(fc.tuple(numbers, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 6 });
const step = fc.oneof(
  fc.record({ kind: fc.constant("full" as const), rows }),
  fc.record({ kind: fc.constant("delta" as const), rows, removed: fc.array(numbers, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant("delta" as const), rows, removed: fc.array(numbers, { maxLength: 3 }) }),
  fc.record({ kind: fc.constant("back" as const), which: fc.nat({ max: 20 }) }),
  fc.record({ kind: fc.constant("revoke" as const), n: numbers }),
  fc.record({ kind: fc.constant("restore" as const), which: fc.nat({ max: 20 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type Listed = Map<number, number>;

/** A set as it should be, and its releases. */
class Model {
  readonly releases: { releaseId: string; listed: Listed }[] = [];
  active: { releaseId: string; listed: Listed } = { releaseId: "", listed: new Map() };
  readonly revoked = new Set<number>();
  /** What can be found at each counter. */
  readonly at: Listed[] = [new Map()];

  putInForce(releaseId: string, listed: Listed): void {
    this.active = { releaseId, listed };
    if (this.releases.every((one) => one.releaseId !== releaseId)) this.releases.push(this.active);
    this.next();
  }

  next(): void {
    this.at.push(new Map([...this.active.listed].filter(([n]) => !this.revoked.has(n))));
  }
}

const line = ([n, votes]: readonly [number, number]) => `md5,${md5(n)},,,,${votes},,`;
const gone = (n: number) => `md5,${md5(n)},,,,,,yes`;
const file = (lines: readonly string[]) => [`${HEADER},removed`, ...lines, ""].join("\n");

async function released(setId: string, lines: readonly string[], isDelta: boolean): Promise<string> {
  const header = isDelta ? ({ kind: "UPLOAD_KIND_DELTA" } as const) : {};
  const { release, problems } = await upload(hashlists.anna, setId, file(lines), { header });
  expect(problems).toEqual([]);
  const releaseId = release?.releaseId ?? "";
  await hashlists.ben.approveRelease({ requestId: randomUUID(), releaseId });
  await hashlists.ben.activateRelease({ requestId: randomUUID(), releaseId });
  return releaseId;
}

async function take(model: Model, setId: string, told: Step): Promise<void> {
  const idOf = (n: number) => derivedId("entry", setId, "MD5", md5(n));
  const named = { requestId: randomUUID(), setId, fingerprints: [], reason: "r" };
  if (told.kind === "full") {
    const listed = new Map(told.rows);
    model.putInForce(await released(setId, [...listed].map(line), false), listed);
  } else if (told.kind === "delta" && model.active.releaseId !== "") {
    const removed = new Set(told.removed);
    const anew = new Map(told.rows.filter(([n]) => !removed.has(n)));
    if (anew.size + removed.size === 0) return;
    const listed = new Map([...model.active.listed, ...anew].filter(([n]) => !removed.has(n)));
    const releaseId = await released(setId, [...[...anew].map(line), ...[...removed].map(gone)], true);
    model.putInForce(releaseId, listed);
  } else if (told.kind === "back") {
    const earlier = model.releases.filter(({ releaseId }) => releaseId !== model.active.releaseId);
    const to = earlier[told.which % Math.max(1, earlier.length)];
    if (to === undefined) return;
    await rolledBack(hashlists, setId, to.releaseId);
    model.putInForce(to.releaseId, to.listed);
  } else if (told.kind === "revoke" && model.releases.some(({ listed }) => listed.has(told.n))) {
    if (model.revoked.has(told.n)) return;
    await hashlists.anna.revokeEntries({ ...named, entryIds: [idOf(told.n)], cause: "REVOCATION_CAUSE_WRONG_FILE" });
    model.revoked.add(told.n);
    model.next();
  } else if (told.kind === "restore" && model.revoked.size > 0) {
    const n = [...model.revoked][told.which % model.revoked.size] ?? 0;
    const [anna, ben] = [await hashlists.asReviser("anna"), await hashlists.asReviser("ben")];
    const { restoration } = await anna.restoreEntries({ ...named, entryIds: [idOf(n)] });
    const revocationId = restoration?.revocationId ?? "";
    await ben.approveRestoration({ requestId: randomUUID(), revocationId });
    model.revoked.delete(n);
    model.next();
  }
}

async function requireTold(model: Model, setId: string, after: number): Promise<void> {
  const names = new Map(Array.from({ length: 10 }, (_, n) => [derivedId("entry", setId, "MD5", md5(n)), n]));
  const [then, now] = [model.at[after] ?? new Map<number, number>(), model.at.at(-1) ?? new Map<number, number>()];
  const [added, changed]: [Listed, Listed] = [new Map(), new Map()];
  const removed = new Set<number>();
  for await (const some of hashlists.changes(setId, BigInt(after))) {
    expect(some.header?.historyUnknown ?? false).toBe(false);
    for (const { entryId, votes } of some.added) added.set(names.get(entryId) ?? -1, votes);
    for (const { entryId, votes } of some.changed) changed.set(names.get(entryId) ?? -1, votes);
    for (const id of some.removedEntryIds) removed.add(names.get(id) ?? -1);
  }
  const sorted = (listed: Iterable<[number, number]>) => [...listed].toSorted(([a], [b]) => a - b);
  const differing = [...now].filter(([n, votes]) => then.has(n) && then.get(n) !== votes);
  expect(sorted(added)).toEqual(sorted([...now].filter(([n]) => !then.has(n))));
  expect(sorted(changed)).toEqual(sorted(differing));
  // What was revoked in between is told as well, whether it could be found then or not.
  for (const n of then.keys()) expect(removed.has(n)).toBe(!now.has(n));
  for (const n of removed) expect(now.has(n)).toBe(false);
}

test("whatever comes in whatever order, releases list and changes tell what a plain model says", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12, size: "max" }), async (steps) => {
      const setId = await newSet(hashlists.anna);
      const model = new Model();
      for (const one of steps) {
        await take(model, setId, one);
        // Whoever takes many back alone within a day needs another one.
        clock.advance(25 * 3_600_000);
      }
      for (let after = 0; after < model.at.length; after++) await requireTold(model, setId, after);
      for (const { releaseId, listed } of model.releases) {
        const came = (await hashlists.entries(releaseId)).map(({ entryId, votes }) => `${entryId} ${votes}`);
        const should = [...listed].map(([n, votes]) => `${derivedId("entry", setId, "MD5", md5(n))} ${votes}`);
        expect(came.toSorted()).toEqual(should.toSorted());
      }
      const { releases } = await hashlists.anna.listReleases({ setId, pageSize: 0, pageToken: "" });
      for (const { releaseId, entryCount } of releases) {
        const own = model.releases.find((one) => one.releaseId === releaseId);
        expect(entryCount).toBe(BigInt(own?.listed.size ?? -1));
      }
    }),
    { numRuns: 150, endOnFailure: true },
  );
}, 900_000);
