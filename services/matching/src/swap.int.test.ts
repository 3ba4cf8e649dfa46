import { createHash } from "node:crypto";
import type { Algorithm, Fingerprint } from "@ntd/proto/common/v1/common";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  entry,
  fakeHashlists,
  fingerprint,
  putInForce,
  revoke,
  startMatching,
  type FakeHashlists,
} from "./test-matching.ts";

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

test("a revocation counts at once while another set's release is still being read", async () => {
  const [near] = entriesOf("small", 1);
  if (near?.fingerprint === undefined) throw new Error("no entry");
  const activeReleaseId = await putInForce(bed, hashlists, { ...set, counter: 1 }, [near]);
  const fingerprints = [near.fingerprint];
  const found = async () => (await matching.client.lookup({ fingerprints, recipe: "exact-1" })).hits.length === 1;
  await eventually("it is found", found);
  const reading = Promise.withResolvers<void>();
  hashlists.hold = reading.promise;
  const large = await putInForce(bed, hashlists, { setId: "set-b", counter: 1 }, entriesOf("large", 10));
  await eventually("the other release is being read", () => hashlists.asked.includes(large));
  await revoke(bed, hashlists, { ...set, counter: 2, activeReleaseId }, [near.entryId]);
  await eventually("it is not found any more", async () => !(await found()));
  reading.resolve();
});
