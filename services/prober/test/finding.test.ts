import { createHash } from "node:crypto";
import { createLog, Health, Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { contentOf } from "./examples.ts";
import type { Target } from "../src/targets/target-state.ts";
import { findingOf, type FindingDeps } from "../src/look/finding.ts";
import { Turns } from "../src/look/turns.ts";

const bytes = Buffer.from("known");
const sha256 = createHash("sha256").update(bytes).digest();
const content = {
  ...contentOf(1),
  fingerprints: [{ algorithm: "ALGORITHM_SHA256" as const, value: sha256, quality: 0 }],
};
const seen: Target["seen"] = { as: { is: "PRESENT" }, content, first: new Date(0), last: new Date(0) };

const head = { url: "http://host.test/", status: 200, headers: new Map<string, string[]>() };

/** Looks whose fingerprint service answers with `answer`, and whether they say that it is away. */
function looking(answer: FindingDeps["fingerprint"]) {
  const health = new Health(createLog("prober", "silent"));
  const deps = {
    turns: new Turns(1),
    recipe: { inUse: content.recipe },
    fingerprintTimeoutMs: 1000,
    fingerprint: answer,
    health,
  } as unknown as FindingDeps;
  const look = (at: Pick<Target, "seen">, stop = new AbortController().signal) =>
    findingOf(deps, at, { is: "body", bytes, ip: "192.0.2.1", head }, "watch", stop);
  return { look, away: () => health.degraded.has("fingerprint") };
}

test("a look at known bytes asks nobody and does not say that the fingerprint service is back", async () => {
  const { look, away } = looking(() => Promise.reject(new Problem("PEER_UNAVAILABLE")));
  await expect(look({})).rejects.toThrow();
  expect(away()).toBe(true);
  expect(await look({ seen })).toMatchObject({ is: "content", as: { is: "PRESENT" } });
  expect(away()).toBe(true);
});

test("the first answer says that the fingerprint service is back", async () => {
  let up = false;
  const answer = { ...content, derived: [], problem: "PICTURE_PROBLEM_UNSPECIFIED" } as never;
  const { look, away } = looking(() =>
    up ? Promise.resolve(answer) : Promise.reject(new Problem("PEER_UNAVAILABLE")),
  );
  await expect(look({})).rejects.toThrow();
  expect(away()).toBe(true);
  up = true;
  await look({});
  expect(away()).toBe(false);
});

test("a look that our own stop ends says nothing of the fingerprint service", async () => {
  const { look, away } = looking(() => Promise.reject(new Problem("PEER_UNAVAILABLE")));
  await expect(look({}, AbortSignal.abort())).rejects.toThrow();
  expect(away()).toBe(false);
});
