import { createHash } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import type { Entry } from "@ntd/proto/hashlists/v1/hash_list_service";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { entry, fingerprint, publishRelease, publishTarget, putInForce, revoke, startMatching } from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

let bed: TestBed;
let hashlists: FakeHashlists;
let matching: Awaited<ReturnType<typeof startMatching>>;
beforeEach(async () => {
  bed = await startTestBed();
  hashlists = await fakeHashlists(bed);
  matching = await startMatching(bed, hashlists, systemClock);
});
afterEach(async () => {
  await matching[Symbol.asyncDispose]();
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const set = { setId: "set-a", counter: 0 };
const made = (name: string, algorithm: Algorithm): Fingerprint =>
  fingerprint(algorithm, createHash("sha256").update(name).digest(), 90);
const entriesOf = (release: string, count: number) =>
  Array.from({ length: count }, (_, nth) => nth).flatMap((nth) => [
    entry(made(`${release}-${nth}`, "ALGORITHM_PDQ")),
    entry(made(`${release}-${nth}`, "ALGORITHM_SHA256")),
  ]);

/** Looks up all the time until stopped; which entries each answer told. */
function lookingUp(fingerprints: Fingerprint[]) {
  const answers: string[][] = [];
  let stopped = false;
  const run = async () => {
    while (!stopped) {
      const { hits } = await matching.client.lookup({ fingerprints, recipe: "exact-1" });
      answers.push(hits.map(({ entryId }) => entryId).toSorted());
    }
  };
  const running = Promise.all([run(), run()]);
  return {
    async stop(): Promise<string[][]> {
      stopped = true;
      await running;
      return answers;
    },
  };
}

test("while releases are swapped every look-up is answered, from one release or the other and never from half of one", async () => {
  const COUNT = 2000;
  const releases = ["one", "two"].map((name) => entriesOf(name, COUNT));
  // Of each release what comes first and last, by both algorithms.
  const edges = releases.map((entries) => [...entries.slice(0, 2), ...entries.slice(-2)]);
  const fingerprints = edges.flat().flatMap((one) => one.fingerprint ?? []);
  const whole = edges.map((of) => of.map(({ entryId }) => entryId).toSorted());
  const released = (nth: number) =>
    eventually(`release ${nth} is in force`, async () => {
      const { hits } = await matching.client.lookup({ fingerprints, recipe: "exact-1" });
      return hits.length > 0 && whole[nth % 2]?.includes(hits[0]?.entryId ?? "");
    });
  await putInForce(bed, hashlists, { ...set, counter: 1 }, releases[0] ?? []);
  await released(0);
  const looking = lookingUp(fingerprints);
  for (let nth = 1; nth <= 4; nth++) {
    await putInForce(bed, hashlists, { ...set, counter: nth + 1 }, releases[nth % 2] ?? []);
    await released(nth);
  }
  const answers = await looking.stop();
  for (const answer of answers) expect(whole).toContainEqual(answer);
  const swaps = answers.filter((answer, nth) => nth > 0 && answer[0] !== answers[nth - 1]?.[0]);
  expect(swaps.length).toBeGreaterThanOrEqual(4);
});

test("a release in which little is new is taken in without being read, and seen as a whole or not at all", async () => {
  const [first, others] = [entriesOf("one", 200), entriesOf("two", 2)];
  // Of the first release the last two are in the second no more, and two others are voted for anew.
  const voted = first.slice(0, 2).map((one) => ({ ...one, votes: 9 }));
  const next = [...voted, ...first.slice(2, -2), ...others];
  const asked = [...first.slice(0, 2), ...first.slice(-2), ...others];
  const fingerprints = asked.flatMap((one) => one.fingerprint ?? []);
  const told = async () => {
    const { hits } = await matching.client.lookup({ fingerprints, recipe: "exact-1" });
    return hits.map(({ entryId, votes, releaseId }) => `${entryId} ${votes} ${releaseId}`).toSorted();
  };
  const among = (entries: Entry[], releaseId: string) => {
    const ids = new Set(asked.map(({ entryId }) => entryId));
    const those = entries.filter(({ entryId }) => ids.has(entryId));
    return those.map(({ entryId, votes }) => `${entryId} ${votes} ${releaseId}`).toSorted();
  };
  const before = among(first, await putInForce(bed, hashlists, { ...set, counter: 1 }, first));
  await eventually("the first is in force", async () => (await told()).join() === before.join());
  const releaseId = await putInForce(bed, hashlists, { ...set, counter: 2 }, next);
  const after = among(next, releaseId);
  await eventually("the next is in force", async () => {
    const now = await told();
    expect([before, after]).toContainEqual(now);
    return now.join() === after.join();
  });
  expect(hashlists.asked).not.toContain(releaseId);
  // And what is revoked of it counts, what came with it included.
  const [gone] = others;
  await revoke(bed, hashlists, { ...set, counter: 3, activeReleaseId: releaseId }, [gone?.entryId ?? ""]);
  await eventually("it is found no more", async () => (await told()).length === after.length - 1);
  expect(hashlists.asked).not.toContain(releaseId);
});

test("a release that is taken back while it is read is never searched", async () => {
  const [good, wrong] = [entriesOf("good", 1), entriesOf("wrong", 10)];
  const finds = async (entries: Entry[]) => {
    const fingerprints = entries.flatMap((one) => one.fingerprint ?? []).slice(0, 1);
    return (await matching.client.lookup({ fingerprints, recipe: "exact-1" })).hits.length > 0;
  };
  const before = await putInForce(bed, hashlists, { ...set, counter: 1 }, good);
  await eventually("the first is in force", () => finds(good));
  const reading = Promise.withResolvers<void>();
  hashlists.hold = reading.promise;
  const taken = await putInForce(bed, hashlists, { ...set, counter: 2 }, wrong);
  await eventually("the next is being read", () => hashlists.asked.includes(taken));
  await publishRelease(bed, { ...set, counter: 3, activeReleaseId: before, entryCount: good.length });
  hashlists.counters.set(set.setId, 3);
  await eventually("the first is in force again", () => hashlists.asked.includes(set.setId));
  // Hashlists would not give it out soon, were it asked for again.
  hashlists.releases.delete(before);
  reading.resolve();
  for (const end = performance.now() + 2000; performance.now() < end;) {
    expect([await finds(good), await finds(wrong)]).toEqual([true, false]);
  }
});

describe("a revocation", () => {
  const [near] = entriesOf("small", 1);
  const fingerprints = near?.fingerprint === undefined ? [] : [near.fingerprint];
  const entryIds = [near?.entryId ?? ""];
  const found = async () => (await matching.client.lookup({ fingerprints, recipe: "exact-1" })).hits.length === 1;
  let activeReleaseId: string;
  beforeEach(async () => {
    activeReleaseId = await putInForce(bed, hashlists, { ...set, counter: 1 }, near === undefined ? [] : [near]);
    await eventually("it is found", found);
    hashlists.asked.length = 0;
  });

  test.each(["set-a", "set-b"])("counts at once while a release of %s is still being read", async (setId) => {
    const reading = Promise.withResolvers<void>();
    hashlists.hold = reading.promise;
    const next = await putInForce(bed, hashlists, { setId, counter: 2 }, entriesOf("large", 10));
    await eventually("the release is being read", () => hashlists.asked.includes(next));
    const inForce = setId === set.setId ? next : activeReleaseId;
    await revoke(bed, hashlists, { ...set, counter: 3, activeReleaseId: inForce }, entryIds);
    await eventually("it is not found any more", async () => !(await found()));
    reading.resolve();
  });

  test("that hashlists does not know yet, though its event told, is asked for again, and counts in full", async () => {
    const told = async () => (await bed.published(nouns.match)).map(({ data }) => data.hits.length);
    const content = { recipe: "exact-1", fingerprints, pdqForms: [], renditions: [], format: "jpeg", revision: 1 };
    const seen = { ...content, degraded: false, tooLittleDetail: false };
    await publishTarget(bed, { targetId: "t1", version: 1, content: seen });
    await eventually("it is told of", async () => (await told()).join() === "1");
    await publishRelease(bed, { ...set, counter: 2, activeReleaseId, entryCount: 1 });
    await eventually("it asks again", () => hashlists.asked.length > 1);
    expect(hashlists.asked).not.toContain(activeReleaseId);
    hashlists.revocations.set(set.setId, [{ counter: 2, entryIds }]);
    hashlists.counters.set(set.setId, 2);
    await eventually("the hit falls away", async () => (await told()).join() === "1,0");
    expect(await found()).toBe(false);
  });
});
