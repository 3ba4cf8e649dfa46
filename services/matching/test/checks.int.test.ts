import { createHash, randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CheckTerms, SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { CheckServiceService, CheckUseServiceService } from "@ntd/proto/matching/v1/check_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { entry, fingerprint, policy, putInForce, publishRelease, revoke, startMatching } from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

const sha256 = (n: number) => fingerprint("ALGORITHM_SHA256", createHash("sha256").update(`${n}`).digest());
const md5 = (n: number) => fingerprint("ALGORITHM_MD5", createHash("md5").update(`${n}`).digest());
const pdq = (n: number, turned = 0) => {
  const value = createHash("sha256").update(`pdq ${n}`).digest();
  for (let bit = 0; bit < turned; bit++) value[bit >> 3] = (value[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return fingerprint("ALGORITHM_PDQ", value, 90);
};

const QUOTAS = `
checked_hashes:
  per_minute: 100000
  alarm_neighbours: 20
  identities:
    industry/small: { per_minute: 5 }
    industry/day: { per_day: 3 }
    industry/walker: { hold_neighbours: 5 }
`;

const stack = new AsyncDisposableStack();
let bed: TestBed;
let hashlists: FakeHashlists;
let address: string;
let platform: RpcClient<typeof CheckServiceService>;
let counter = 0;
beforeAll(async () => {
  bed = stack.use(await startTestBed());
  hashlists = stack.use(await fakeHashlists(bed));
  const dir = await mkdtemp(join(tmpdir(), "ntd-checks-"));
  stack.defer(() => rm(dir, { recursive: true }));
  const quotas = join(dir, "quotas.yaml");
  await writeFile(quotas, QUOTAS);
  ({ address } = stack.use(await startMatching(bed, hashlists, systemClock, { NTD_QUOTAS_FILE: quotas })));
  platform = await as("platform");
  await force("silent", undefined, [entry(sha256(1))]);
  await force("short", "CHECK_TERMS_KNOWN", [entry(sha256(2)), entry(pdq(2)), entry(md5(9))]);
  const classed = { classification: { scheme: "iwf", version: "", code: "A" } };
  await force("open", "CHECK_TERMS_EXPLAINED", [
    entry(sha256(3)),
    entry(pdq(3), classed),
    entry(pdq(4)),
    entry(sha256(7)),
  ]);
  await force(
    "innocent",
    "CHECK_TERMS_EXPLAINED",
    [entry(pdq(4, 2)), entry(sha256(5)), entry(sha256(7))],
    "SET_ROLE_NEGATIVE",
  );
  // hashlists refuses such terms: here nothing answers all the same.
  await force("children", "CHECK_TERMS_EXPLAINED", [entry(sha256(6)), entry(pdq(6))], "SET_ROLE_VICTIM_REPORTED");
});
afterAll(() => stack.disposeAsync());

async function as(name: string) {
  return stack.use(connect(CheckServiceService, { address, identityDir: await bed.identity("industry", name) }));
}

/** Puts a list in force under terms, and waits until checks follow it. */
async function force(
  setId: string,
  check: CheckTerms | undefined,
  entries: ReturnType<typeof entry>[],
  role: SetPolicy["role"] = "SET_ROLE_POSITIVE",
) {
  const set = { setId, counter: ++counter, policy: { ...policy, role, autoIssue: false } };
  const activeReleaseId = await putInForce(bed, hashlists, set, entries);
  await publishRelease(bed, {
    ...set,
    version: 1000 + counter,
    activeReleaseId,
    entryCount: entries.length,
    ...(check && { check }),
  });
  return { ...set, activeReleaseId, entries };
}

const ask = async (...fingerprints: ReturnType<typeof sha256>[]) =>
  (await platform.checkHashes({ fingerprints, recipe: "exact-1" })).answers;
const verdicts = async (...fingerprints: ReturnType<typeof sha256>[]) =>
  (await ask(...fingerprints)).map(({ verdict }) => verdict.replace("HASH_VERDICT_", ""));

describe("what a platform is told", () => {
  beforeAll(async () => {
    await eventually("all lists are there", async () => {
      const told = await verdicts(sha256(2), sha256(3)).catch(() => []);
      return told.every((one) => one === "KNOWN") && told.length === 2;
    });
  });

  test("is each hash in order, and of each set what its terms allow", async () => {
    const answers = await ask(sha256(0), sha256(3), pdq(3, 7), sha256(2), pdq(2, 31), pdq(2, 32));
    const known = { verdict: "HASH_VERDICT_KNOWN", nominatesOnly: false };
    expect(answers).toMatchObject([
      { verdict: "HASH_VERDICT_NOT_KNOWN", matches: [] },
      { ...known, matches: [{ setId: "open", distance: 0, threshold: 0 }] },
      { ...known, matches: [{ setId: "open", distance: 15, threshold: 31, classification: { code: "A" } }] },
      { ...known, matches: [] },
      { ...known, matches: [] },
      { verdict: "HASH_VERDICT_NOT_KNOWN", matches: [] },
    ]);
  });

  test("a set that did not agree is not asked, and an innocent one never answers, but speaks against what it has, too", async () => {
    expect(await verdicts(sha256(1), sha256(5), pdq(4, 2))).toEqual(["NOT_KNOWN", "NOT_KNOWN", "KNOWN"]);
    for (const answer of await ask(pdq(4, 2), sha256(7))) {
      expect(answer).toMatchObject({ nominatesOnly: true, matches: [{ setId: "open", nominatesOnly: true }] });
    }
  });

  test("what children reported of themselves answers nobody", async () => {
    expect(await verdicts(sha256(6), pdq(6), pdq(6, 3))).toEqual(["NOT_KNOWN", "NOT_KNOWN", "NOT_KNOWN"]);
  });

  test("MD5 alone is known, and decides nothing", async () => {
    expect(await ask(md5(9))).toMatchObject([{ verdict: "HASH_VERDICT_KNOWN", nominatesOnly: true }]);
  });

  test("what says too little is not judged", async () => {
    expect(await ask({ ...pdq(3), quality: 49 })).toMatchObject([
      { verdict: "HASH_VERDICT_NOT_JUDGED", reason: "NOT_JUDGED_REASON_TOO_LITTLE_DETAIL" },
    ]);
  });

  test("a thousand go through together, each answer at its place", async () => {
    const many = Array.from({ length: 1000 }, (_, n) => (n % 10 === 3 ? pdq(3, n % 8) : pdq(10_000 + n)));
    const told = await verdicts(...many);
    expect(told).toEqual(many.map((_, n) => (n % 10 === 3 ? "KNOWN" : "NOT_KNOWN")));
  });
});

test("what cannot be checked is refused, every fault by its place", async () => {
  const faults = async (...fingerprints: ReturnType<typeof sha256>[]) =>
    await platform.checkHashes({ fingerprints }).then(
      () => [],
      (error: { fields: { field: string }[] }) => error.fields.map(({ field }) => field),
    );
  expect(await faults()).toEqual(["fingerprints"]);
  expect(await faults(...Array.from({ length: 1001 }, (_, n) => sha256(n)))).toEqual(["fingerprints"]);
  const film = fingerprint("ALGORITHM_VPDQ", randomBytes(37));
  const short = fingerprint("ALGORITHM_MD5", randomBytes(15));
  expect(await faults(film, sha256(1), short, { ...pdq(1), quality: 101 })).toEqual([
    "fingerprints[0].algorithm",
    "fingerprints[2].value",
    "fingerprints[3].quality",
  ]);
});

test("what was revoked is known no more, and terms that are taken back hold at once", async () => {
  const listed = entry(sha256(77));
  const set = await force("passing", "CHECK_TERMS_EXPLAINED", [listed, entry(sha256(78))]);
  await eventually("it is known", async () => (await verdicts(sha256(77)))[0] === "KNOWN");
  const { activeReleaseId, setId } = set;
  const agreed = { check: "CHECK_TERMS_EXPLAINED" as const };
  await revoke(bed, hashlists, { setId, counter: ++counter, activeReleaseId }, [listed.entryId]);
  const now = { setId, counter, activeReleaseId, entryCount: 2 };
  await publishRelease(bed, { ...now, version: 2000, ...agreed });
  await eventually("it is gone", async () => (await verdicts(sha256(77)))[0] === "NOT_KNOWN");
  await eventually("the other stays", async () => (await verdicts(sha256(78)))[0] === "KNOWN");
  await publishRelease(bed, { ...now, version: 2001 });
  await eventually("it answers nobody", async () => (await verdicts(sha256(78)))[0] === "NOT_KNOWN");
});

test("terms that are taken back hold while another release is being read", async () => {
  const { setId, activeReleaseId } = await force("reading", "CHECK_TERMS_KNOWN", [
    entry(sha256(90)),
    entry(sha256(91)),
  ]);
  await eventually("it is known", async () => (await verdicts(sha256(90)))[0] === "KNOWN");
  const { promise, resolve } = Promise.withResolvers<void>();
  hashlists.hold = promise;
  try {
    const next = [92, 93, 94, 95, 96].map((n) => entry(sha256(n)));
    const later = await putInForce(bed, hashlists, { setId, counter: ++counter, policy }, next);
    await publishRelease(bed, { setId, counter, version: 3000, activeReleaseId: later, entryCount: 5 });
    await eventually("it answers nobody", async () => (await verdicts(sha256(90)))[0] === "NOT_KNOWN");
    expect(activeReleaseId).not.toBe(later);
  } finally {
    resolve();
    hashlists.hold = Promise.resolve();
  }
});

test("who is over a quota of hashes is refused with how long to wait, and others are not", async () => {
  const [small, day] = [await as("small"), await as("day")];
  await small.checkHashes({ fingerprints: [1, 2, 3].map(sha256) });
  const over = small.checkHashes({ fingerprints: [1, 2, 3].map(sha256) });
  await expect(over).rejects.toMatchObject({
    reason: "RATE_LIMITED",
    metadata: { quota: "checked_hashes.per_minute", limit: "5", retry_after_ms: expect.stringMatching(/^\d+$/) },
  });
  await day.checkHashes({ fingerprints: [1, 2, 3].map(sha256) });
  await expect(day.checkHashes({ fingerprints: [sha256(1)] })).rejects.toMatchObject({
    metadata: { quota: "checked_hashes.per_day" },
  });
  await ask(sha256(1));
});

test("an operator sees who asked how much, and who feels for what is listed; never which hashes", async () => {
  const curious = await as("curious");
  for (let turned = 0; turned < 30; turned++) await curious.checkHashes({ fingerprints: [pdq(3, turned)] });
  const identityDir = await bed.identity("operator", "oscar");
  await using operator = connect(CheckUseServiceService, { address, identityDir });
  const page = { pageSize: 0, pageToken: "" };
  await eventually("it is told", async () => {
    const { uses } = await operator.listCheckUses({ onlyAlarms: true, ...page });
    const [use] = uses.filter(({ identity }) => identity === "industry/curious");
    return use?.hashes === 30n && use.calls === 30n && use.alarms[0]?.alarm === "CHECK_ALARM_NEIGHBOURS";
  });
  const { uses } = await operator.listCheckUses({ onlyAlarms: false, ...page });
  expect(uses.find(({ identity }) => identity === "industry/small")).toMatchObject({ hashes: 3n, refusedCalls: 1n });
});

test("who feels around what is known waits for an operator, who lets it go on once and for a reason that is kept", async () => {
  const walker = await as("walker");
  const ask = (turned: number) => walker.checkHashes({ fingerprints: [pdq(3, turned)], recipe: "exact-1" });
  for (let turned = 0; turned < 5; turned++) await ask(turned);
  const held = { reason: "WRONG_STATE", metadata: { checks: "held" } };
  await expect(ask(5)).rejects.toMatchObject(held);
  await expect(ask(0)).rejects.toMatchObject(held);
  await using operator = connect(CheckUseServiceService, {
    address,
    identityDir: await bed.identity("operator", "oscar"),
  });
  const listed = async (onlyHeld: boolean) =>
    (await operator.listCheckHolds({ onlyHeld, pageSize: 0, pageToken: "" })).holds;
  const known = { identity: "industry/walker", alarm: "CHECK_ALARM_NEIGHBOURS" };
  await eventually("it is listed", async () => (await listed(true)).length === 1);
  expect(await listed(true)).toMatchObject([{ ...known, endedTime: undefined }]);
  const asked = { requestId: randomUUID(), identity: "industry/walker", reason: " a test of theirs " };
  await expect(operator.letChecksGoOn({ ...asked, reason: " " })).rejects.toMatchObject({
    fields: [{ field: "reason" }],
  });
  const { hold } = await operator.letChecksGoOn(asked);
  expect(hold).toMatchObject({ ...known, endedBy: "operator/oscar", reason: "a test of theirs" });
  expect((await operator.letChecksGoOn(asked)).hold).toEqual(hold);
  const again = operator.letChecksGoOn({ ...asked, requestId: randomUUID() });
  await expect(again).rejects.toMatchObject({ reason: "NOT_FOUND" });
  await eventually("it is answered", () =>
    ask(0).then(
      () => true,
      () => false,
    ),
  );
  expect(await listed(true)).toEqual([]);
  expect(await listed(false)).toEqual([hold]);
  await expect(walker.checkHashes({ fingerprints: [] })).rejects.toMatchObject({ reason: "FIELD_INVALID" });
});

test("nobody but industry asks, and industry asks nothing else", async () => {
  for (const [kind, name] of [
    ["service", "casework"],
    ["maintainer", "anna"],
    ["operator", "oscar"],
  ] as const) {
    await using other = connect(CheckServiceService, { address, identityDir: await bed.identity(kind, name) });
    await expect(other.checkHashes({ fingerprints: [sha256(1)] })).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  }
});
