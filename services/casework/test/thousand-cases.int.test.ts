import type { Hit, RevokedHit } from "@ntd/proto/matching/v1/match";
import { longest } from "@ntd/testing/runs";
import { beforeAll, afterAll, expect, test } from "vitest";
import { listPolicyDifferences } from "../src/policies/rpc-list-policy-differences.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { hit } from "./facts.ts";

const COUNT = 1000;
const targets = Array.from({ length: COUNT }, (_, n) => `target-${n}`);
/** Each picture is listed on its own. */
const listed = (n: number, change: Partial<Hit> = {}) => hit({ entryId: `entry-${n}`, distance: 25, ...change });

let ntd: Handlers;
let version = 1;

beforeAll(async () => {
  ntd = await openHandlers({ autoPerMinute: COUNT });
  for (const [n, targetId] of targets.entries()) {
    await ntd.target(targetEvent({ targetId }));
    await ntd.match(matchEvent([listed(n)], { targetId }), version);
  }
  expect(await standing()).toBe(COUNT);
}, longest(120_000));
afterAll(() => ntd[Symbol.asyncDispose]());

/** How many a machine decided and nobody doubts. */
async function standing(): Promise<number> {
  const files = await Promise.all(targets.map((targetId) => ntd.deps.cases.load(caseIdOf(targetId, 1))));
  return files.filter((file) => file?.state.progress.kind === "auto_decided" && file.state.doubt === undefined).length;
}

/** Matching tells of each target again: what it hits now, and what of it was taken back. */
async function toldAgain(told: (n: number) => { hits: Hit[]; revokedHits?: RevokedHit[] }): Promise<number> {
  version++;
  for (const [n, targetId] of targets.entries()) {
    const { hits, revokedHits = [] } = told(n);
    await ntd.match(matchEvent(hits, { targetId, revokedHits }), version);
  }
  return standing();
}

test.each<[string, Partial<Hit>]>([
  ["allows no machine to decide any more", { autoIssue: false }],
  ["asks for more votes", { minVotes: 99 }],
  ["is searched within less", { threshold: 16 }],
  ["is uploaded again", { releaseId: "release-2" }],
])("given a thousand old decisions, when their set %s, none falls", async (_, change) => {
  expect(await toldAgain((n) => ({ hits: [listed(n, change)] }))).toBe(COUNT);
});

test("what a new policy would not decide is a list for a person", async () => {
  await toldAgain((n) => ({ hits: [listed(n, n < 10 ? { autoIssue: false } : {})] }));
  const { differences } = await listPolicyDifferences(ntd.deps)(
    { pageSize: 100, pageToken: "" },
    calledBy("operator/olga"),
  );
  expect(differences).toHaveLength(10);
});

test("when a contributor withdraws a tenth of the set, none falls; when it calls ten wrong, those ten do", async () => {
  const taken = (n: number, cause: RevokedHit["cause"]) => ({
    hits: [],
    revokedHits: [{ setId: "national", entryId: `entry-${n}`, cause, revokedBy: ["maintainer/mia"] }],
  });
  const kept = (n: number) => ({ hits: [listed(n)] });
  const withdrawn = (n: number) => taken(n, "REVOCATION_CAUSE_WITHDRAWN_BY_CONTRIBUTOR");
  expect(await toldAgain((n) => (n < COUNT / 10 ? withdrawn(n) : kept(n)))).toBe(COUNT);
  const wrong = (n: number) => taken(n, "REVOCATION_CAUSE_WRONG_FILE");
  const isWrong = (n: number) => n >= COUNT - 10;
  const after = await toldAgain((n) => (n < COUNT / 10 ? withdrawn(n) : isWrong(n) ? wrong(n) : kept(n)));
  expect(after).toBe(COUNT - 10);
});
