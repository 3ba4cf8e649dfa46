import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Case, Decision } from "@ntd/proto/casework/v1/case";
import { Schemes } from "@ntd/schemes";
import { createLog, derivedId, systemClock } from "@ntd/service";
import { openStore, type Store } from "@ntd/store";
import { setMembers } from "@ntd/testing";
import { longest, runs } from "@ntd/testing/runs";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Deps } from "../src/deps.ts";
import { sourcesOf } from "../src/entries/find-entries.ts";
import { growList } from "../src/proposals/every-minute-grow-list.ts";
import { onCase } from "../src/proposals/on-case.ts";
import { proposalIdOf } from "../src/proposals/store-proposals.ts";
import { layersIn } from "../src/releases/release.ts";
import { revokedAmong } from "../src/revocations/store-revocations.ts";
import { newSet } from "../src/sets/hash-set.ts";
import { openCollections, type Collections } from "../src/store.ts";
import { policy } from "./bed.ts";

let dir: string;
let store: Store;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "ntd-growth-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const setId = "national";
const log = createLog("test", "silent");
const shaOf = (file: number) => Buffer.alloc(32, file + 1);
const entryOf = (file: number) => derivedId("entry", setId, "SHA256", shaOf(file).toString("hex"));

/** The service's room on a store of its own, with the national set in it. It dies behind so many writes, once that is said. */
async function openGrowth(name: string) {
  store = await openStore(`file:${join(dir, `${name}.sqlite`)}`);
  const collections = await openCollections(store);
  const life = { writesLeft: Infinity };
  const mortal = Object.fromEntries(
    Object.entries(collections).map(([key, collection]) => [key, mortalOf(collection as object, life)]),
  ) as unknown as Collections;
  const deps: Deps = {
    ...mortal,
    clock: systemClock,
    log,
    nationalSet: setId,
    schemes: new Schemes([], "", []),
    maxReleaseBytes: 1e9,
    uploadMs: 60_000,
    uploadSilentMs: 60_000,
    uploadsAtOnce: 1,
    comparing: new Map(),
    assessSoon: () => {},
    notedStandings: new Map(),
    kickCleaner: () => {},
    casework: undefined,
    matching: undefined,
  };
  const created = { createdBy: "operator/o", createdTime: new Date(0), createdRequest: "r", createdDigest: "d" };
  await collections.sets.insert(setId, newSet({ setId, policy, members: setMembers("anna", "ben"), ...created }));
  return { deps, collections, life };
}

function mortalOf<T extends object>(collection: T, life: { writesLeft: number }): T {
  return new Proxy(collection, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      if (!["insert", "save", "insertMany"].includes(String(key))) return member.bind(target) as unknown;
      return async (...args: unknown[]) => {
        const answer: unknown = await (member.apply(target, args) as Promise<unknown>);
        if (--life.writesLeft < 0) throw new Error("died");
        return answer;
      };
    },
  });
}

function told(file: number, says: "illegal" | "alone" | "over", persons: readonly string[]): Case {
  const none = new Uint8Array();
  const sha256 = { algorithm: "ALGORITHM_SHA256" as const, value: shaOf(file), quality: 0 };
  // All files look alike: what one is found by, the others are, too.
  const pdq = {
    algorithm: "ALGORITHM_PDQ" as const,
    value: Buffer.from("0123456789abcdef".repeat(4), "hex"),
    quality: 90,
  };
  const illegal = { verdict: "VERDICT_ILLEGAL" as const, seen: { persons: [...persons], fingerprints: [sha256, pdq] } };
  const against = { verdict: "VERDICT_NOT_ILLEGAL" as const, withdrawsDecisionId: "d" };
  const decidedBy = persons[0] ?? "";
  const change = says === "illegal" ? illegal : { ...against, confirmedBy: says === "over" ? "assessor/zoe" : "" };
  const classifications = [{ scheme: "national", version: "1", code: "s4" }];
  const decision = { ...Decision.decode(none), decisionId: "d", classifications, decidedBy, ...change };
  return { ...Case.decode(none), caseId: `case-${file}`, state: "CASE_STATE_DECIDED", decision };
}

async function inList({ sets, releases, ...rest }: Collections, ids: string[]): Promise<string[]> {
  const set = (await sets.load(setId))?.state;
  const release = await releases.load(set?.active?.releaseId ?? "");
  if (set === undefined || release === undefined) return [];
  const there = await sourcesOf(rest, layersIn(release.state) ?? [], new Set(ids));
  const revoked = await revokedAmong(rest, set, ids);
  return ids.filter((id) => there.has(id) && !revoked.has(id));
}

const event = (data: Case, version: number) =>
  ({ data, version, time: new Date(version) }) as Parameters<ReturnType<typeof onCase>>[0];

test("what two saw is listed together with a vote of each, and taken back by who took back the decision", async () => {
  const { deps, collections } = await openGrowth("one");
  const hear = onCase(deps);
  await hear(event(told(0, "illegal", ["assessor/ann"]), 1));
  await growList(deps);
  expect(await inList(collections, [entryOf(0)])).toEqual([]);
  await hear(event(told(0, "illegal", ["assessor/ann", "assessor/ben"]), 2));
  await hear(event(told(1, "illegal", ["assessor/ann", "assessor/ben"]), 1));
  await growList(deps);
  const pdq = derivedId("entry", setId, "PDQ", "0123456789abcdef".repeat(4));
  const all = [entryOf(0), entryOf(1), pdq];
  expect(await inList(collections, all)).toEqual(all);
  expect(
    (await collections.releases.find({ where: { visibleIn: setId }, orderBy: "uploadedTime", limit: 10 })).length,
  ).toBe(1);

  await hear(event(told(0, "over", ["assessor/cleo"]), 3));
  await growList(deps);
  expect(await inList(collections, all)).toEqual([entryOf(1), pdq]);
  const [revocation] = await collections.revocations.find({ where: { setId }, orderBy: "requestedTime", limit: 10 });
  expect(revocation?.state).toMatchObject({
    cause: "REVOCATION_CAUSE_NOT_ILLEGAL",
    requestedBy: "assessor/cleo",
    stage: { name: "effective", approval: { by: "assessor/zoe" } },
  });
  expect((await collections.proposals.load(proposalIdOf(shaOf(0).toString("hex"))))?.state.stage.name).toBe("revoked");
  await hear(event(told(1, "over", ["assessor/cleo"]), 2));
  await growList(deps);
  expect(await inList(collections, all)).toEqual([]);
  await store[Symbol.asyncDispose]();
});

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      file: fc.nat(2),
      says: fc.constantFrom("illegal" as const, "illegal" as const, "alone" as const, "over" as const),
      persons: fc.constantFrom(["assessor/ann"], ["assessor/ben", "assessor/ann"]),
    }),
  },
  { weight: 1, arbitrary: fc.record({ again: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ dieAfter: fc.option(fc.nat(25), { nil: Infinity }) }) },
);

test(
  "whatever is decided and taken back, told again and cut off at any write: in the list is what stands and two saw",
  async () => {
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        const { deps, collections, life } = await openGrowth(`run-${n++}`);
        const hear = onCase(deps);
        const events: [Case, number][] = [];
        const now = [0, 1, 2].map(() => ({
          stands: false,
          ready: false,
          mayBeListed: false,
          wasReady: false,
          fell: false,
        }));
        for (const [at, one] of steps.entries()) {
          if ("dieAfter" in one) {
            life.writesLeft = one.dieAfter;
            await growList(deps).catch(() => {});
            life.writesLeft = Infinity;
            for (const file of now) if (file.ready) file.mayBeListed = file.wasReady = true;
          } else if ("again" in one) {
            const earlier = events[one.again];
            if (earlier !== undefined) await hear(event(...earlier));
          } else {
            const said = told(one.file, one.says, one.persons);
            events.push([said, at + 1]);
            await hear(event(said, at + 1));
            const file = now[one.file];
            if (file === undefined) continue;
            const isKnown = file.stands || one.says === "illegal";
            file.ready = one.says === "illegal" && one.persons.length === 2;
            file.stands = one.says === "illegal" || (one.says === "alone" && isKnown);
            if (!file.stands && file.mayBeListed) file.fell = true;
          }
        }
        for (let more = 0; more < 3; more++) await growList(deps);
        for (const [nth, file] of now.entries()) {
          const isListed = (await inList(collections, [entryOf(nth)])).length > 0;
          if (isListed) expect([nth, file.stands, file.ready || file.wasReady]).toEqual([nth, true, true]);
          if (file.ready && !file.fell) expect([nth, isListed]).toEqual([nth, true]);
        }
        await store[Symbol.asyncDispose]();
      }),
      { numRuns: runs(25) },
    );
  },
  longest(120_000),
);
