import { randomUUID } from "node:crypto";
import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import type { CaseFile } from "../src/cases/case.ts";
import { decideCase } from "../src/cases/rpc-decide-case.ts";
import type { Deps } from "../src/deps.ts";
import { tripBreakers } from "../src/breakers/every-second-trip-breakers.ts";
import { passOnDecisions } from "../src/precedents/every-second-pass-on-decisions.ts";
import { releaseClaims } from "../src/claims/every-second-release-claims.ts";
import { tellDecisions } from "../src/queue/every-second-tell-decisions.ts";
import { claimCase } from "../src/claims/rpc-claim-case.ts";
import { openReview } from "../src/reviews/review.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent, type Handlers } from "./bed.ts";
import { calledBy } from "./called-by.ts";

const ann = calledBy("assessor/ann");
const targets = ["target-1", "target-2"];
const claim = ({ deps }: Handlers, caseId: string) => claimCase(deps)({ requestId: randomUUID(), caseId }, ann);
const decide = async (ntd: Handlers, caseId: string) => {
  await claim(ntd, caseId);
  const decision = { decision: "VERDICT_NOT_ILLEGAL", classifications: [], basis: "", reason: "" } as const;
  const request = { ...decision, despiteGone: false, inDoubt: false, expectedVersion: 1 };
  await decideCase(ntd.deps)({ requestId: randomUUID(), caseId, ...request, classifications: [] }, ann);
};

const decideAtOnce = async (ntd: Handlers, caseId: string) => {
  await decide({ ...ntd, deps: { ...ntd.deps, holdBackMs: 0 } }, caseId);
};

const loops: [
  name: string,
  before: (ntd: Handlers, caseId: string) => Promise<unknown>,
  loop: (deps: Deps) => Promise<void>,
  isDone: (file: CaseFile) => boolean,
][] = [
  ["let go", claim, releaseClaims, ({ progress }) => progress.kind === "queued"],
  ["told", decide, tellDecisions, ({ progress }) => progress.kind === "decided"],
  ["told to later episodes", decideAtOnce, passOnDecisions, ({ passedOn }) => passedOn !== undefined],
];

test.each(loops)(
  "of what is to be %s, one that fails keeps no other from its turn",
  async (_, before, loop, isDone) => {
    await using ntd = await openHandlers({ holdBackMs: 60_000 });
    const ids = targets.map((targetId) => caseIdOf(targetId, 1)).toSorted();
    for (const targetId of targets) {
      await ntd.target(targetEvent({ targetId }));
      await ntd.match(matchEvent([], { targetId }));
    }
    for (const caseId of ids) await before(ntd, caseId);
    ntd.clock.advance(1_800_000);
    const { cases } = ntd.deps;
    const save: typeof cases.save = (found, ...rest) =>
      found.id === ids[0] ? Promise.reject(new Problem("STREAM_FULL")) : cases.save(found, ...rest);
    await expect(loop({ ...ntd.deps, cases: { ...cases, save } })).rejects.toMatchObject({ reason: "STREAM_FULL" });
    const done = await Promise.all(ids.map(async (id) => (await cases.load(id))?.state));
    expect(done.map((file) => file !== undefined && isDone(file))).toEqual([false, true]);
  },
);

test("of what breakers are to count, a page with one that fails keeps no other page from its turn", async () => {
  await using ntd = await openHandlers();
  const { reviews } = ntd.deps;
  const ids = Array.from({ length: 150 }, (_, n) => `review-${String(n).padStart(3, "0")}`);
  for (const id of ids) {
    const cause = { kind: "REVIEW_KIND_DISPUTE", openedTime: ntd.clock.now(), providerId: id } as const;
    await reviews.insert(id, { ...openReview(cause, 1000), isUncounted: true });
  }
  const save: typeof reviews.save = (found, ...rest) =>
    found.id === ids[0] ? Promise.reject(new Problem("VERSION_CONFLICT")) : reviews.save(found, ...rest);
  const deps = { ...ntd.deps, reviews: { ...reviews, save } };
  await expect(tripBreakers(deps)).rejects.toMatchObject({ reason: "VERSION_CONFLICT" });
  const left = await Promise.all(ids.map(async (id) => ((await reviews.load(id))?.state.isUncounted ? id : undefined)));
  expect(left.filter((id) => id !== undefined)).toEqual([ids[0]]);
});
