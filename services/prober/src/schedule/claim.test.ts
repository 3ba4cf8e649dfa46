import { expect, test } from "vitest";
import { claimed, done, failedOnce, freed, MAX_ATTEMPTS, postponed, released } from "./claim.ts";
import { at, newTarget } from "../../test/examples.ts";
import type { Target } from "../targets/target-state.ts";

const LEASE_MS = 120_000;
const taken = claimed(newTarget(), at(1), LEASE_MS);

test("a claim holds for its lease and is counted when it begins", () => {
  expect(taken.work).toMatchObject({ attempts: 1, claim: 1, claimedUntil: at(3), dueAt: at(3) });
});

test("a done claim leaves the target due when it says, with a clean count", () => {
  const { work } = done(taken, at(2), at(9));
  expect(work).toMatchObject({ attempts: 0, dueAt: at(9) });
  expect(work.claimedUntil).toBeUndefined();
  expect(done(taken, at(2), undefined).work.dueAt).toBeUndefined();
});

test("a lease that ends later than any that is given now is over at once, and stays counted", () => {
  expect(freed(claimed(newTarget(), at(60), LEASE_MS), at(0), LEASE_MS)?.work).toMatchObject({
    attempts: 1,
    claim: 1,
    claimedUntil: at(0),
    dueAt: at(0),
  });
  // Given by a replica whose clock is a little ahead, or not given at all.
  expect(freed(claimed(newTarget(), at(2), LEASE_MS), at(0), LEASE_MS)).toBeUndefined();
  expect(freed(newTarget(), at(0), LEASE_MS)).toBeUndefined();
});

test("what asked for a probe meanwhile makes the target due at once", () => {
  const asked: Target = { ...taken, work: { ...taken.work, wanted: taken.work.wanted + 1 } };
  expect(done(asked, at(2), at(9)).work.dueAt).toEqual(at(2));
});

test("a claim given back is as if it had not been", () => {
  expect(released(taken, at(2)).work).toMatchObject({ attempts: 0, dueAt: at(2) });
});

test("a fingerprint service that fails is asked again later and later, and never counts as an attempt", () => {
  const pauses: number[] = [];
  let target = newTarget();
  for (let i = 0; i < 12; i++) {
    target = postponed(claimed(target, at(1), LEASE_MS), at(1));
    pauses.push(((target.work.dueAt ?? at(1)).getTime() - at(1).getTime()) / 1000);
  }
  expect(pauses.slice(0, 4)).toEqual([1, 2, 4, 8]);
  expect(pauses.at(-1)).toBe(300);
  expect(target.work.attempts).toBe(0);
  expect(done(claimed(target, at(2), LEASE_MS), at(2), at(9)).work.peerFailures).toBe(0);
});

test("crashes and failures without a name both count up to the last attempt", () => {
  let target = newTarget();
  for (let i = 0; i < MAX_ATTEMPTS; i++) {
    target = claimed(target, at(i * 10), LEASE_MS);
    // Every other one crashes: nothing is written at its end.
    if (i % 2 === 0) target = failedOnce(target, at(i * 10));
  }
  expect(target.work.attempts).toBe(MAX_ATTEMPTS);
  expect(target.work.dueAt?.getTime()).toBeGreaterThan(at(40).getTime());
});
