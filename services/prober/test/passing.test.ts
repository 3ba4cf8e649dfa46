import { createLog, Health, Problem } from "@ntd/service";
import { expect, onTestFinished, test } from "vitest";
import { passing, type PassingDeps } from "../src/look/passing.ts";
import { noFilms } from "./examples.ts";

/** What comes of a film whose service says this, and whether that is away. */
async function handed(said: Problem) {
  const health = new Health(createLog("prober", "silent"));
  onTestFinished(() => health[Symbol.asyncDispose]());
  const deps: PassingDeps = { ...noFilms, health, computeFilm: () => Promise.reject(said) };
  const stop = new AbortController().signal;
  const { to } = passing(deps, { lane: "watch", stop, during: (job) => job(stop) });
  async function* nothing(): AsyncGenerator<Uint8Array> {}
  const problem = await to(nothing(), new Uint8Array()).then(
    () => undefined,
    (error: unknown) => Problem.from(error),
  );
  return { problem, away: health.degraded.has("fingerprint") };
}

test("a service that is away, or has too much to do, is asked again; only the one is an outage", async () => {
  const away = await handed(new Problem("PEER_UNAVAILABLE"));
  expect([away.problem?.handling, away.away]).toEqual(["retry", true]);
  const busy = await handed(new Problem("RATE_LIMITED"));
  expect([busy.problem?.handling, busy.away]).toEqual(["retry", false]);
});

test("a film that takes too long is not read for ever: its look fails, and counts", async () => {
  const { problem, away } = await handed(new Problem("TIMED_OUT"));
  expect([problem?.handling, away]).toEqual(["unknown", false]);
});
