import { createHash, randomUUID } from "node:crypto";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { ProposalServiceService, type Proposal, type ProposalState } from "@ntd/proto/hashlists/v1/proposal_service";
import type { Hit } from "@ntd/proto/matching/v1/match";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FFMPEG, generatedFilm, PATTERN } from "../../services/fingerprint/test/film-bed.ts";
import { confirm, decide, queued, reopen, undecidedAt } from "./assessor.ts";
import { watchAs, type Isp } from "./isp.ts";
import { listPictures } from "./seed.ts";
import { startStage, type Stage } from "./stage.ts";

const HOUR_MS = 3_600_000;

let stage: Stage;
let isp: Isp;
beforeAll(async () => {
  stage = await startStage({ settings: { casework: { SECOND_REVIEW: "none" } } });
  await stage.list("national", [await generatePicture(1700)]);
  for (const name of ["alpha", "beta"]) await stage.registerProvider(name, name);
  isp = await watchAs(stage, "beta");
});
afterAll(async () => {
  await isp[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

/** A near copy of a picture, at beta. */
async function copyAt(path: string, picture: Uint8Array, quality: number): Promise<{ url: string; report: string }> {
  stage.host.put(path, await reencode(picture, { quality }));
  const url = stage.url("beta", path);
  return { url, report: await stage.report(url) };
}

/** An assessor opens the address of a case, and says what its proposal says. */
async function seesToo(caseId: string, proposalId: string, by: string): Promise<Proposal | undefined> {
  const casework = await stage.client(CaseServiceService, "casework", "assessor", by);
  await casework.getCase({ by: { $case: "caseId", value: caseId }, openAddress: true });
  const proposals = await stage.client(ProposalServiceService, "hashlists", "assessor", by);
  return (await proposals.confirmProposal({ requestId: randomUUID(), proposalId })).proposal;
}

async function proposals(): Promise<Proposal[]> {
  const client = await stage.client(ProposalServiceService, "hashlists", "assessor", "olga");
  return (await client.listProposals({ pageSize: 100, pageToken: "" })).proposals;
}

const proposed = (caseId: string, state: ProposalState) =>
  eventually(`${state} by ${caseId}`, async () =>
    (await proposals()).find((one) => one.state === state && one.caseIds.includes(caseId)),
  );

/** Not what is merely like something that was decided elsewhere. */
const isListed = ({ setRole }: Hit) => setRole !== "SET_ROLE_DERIVED";

const untilDecided = (report: string) =>
  eventually("a machine decides it", async () => {
    const { case: found, notices } = await stage.facts(report);
    return found?.state === "CASE_STATE_AUTO_DECIDED" && notices.length === 1 && found;
  });

/** The entries of these very bytes that are in force in the national set. */
async function inForce(bytes: Uint8Array): Promise<string[]> {
  const view = await stage.client(HashSetViewServiceService, "hashlists", "operator", "admin");
  const hashes = [createHash("sha256").update(bytes).digest("hex")];
  const { hashes: found } = await view.findEntries({ setId: "national", hashes });
  return found.flatMap(({ entries }) =>
    entries.flatMap(({ inForce: is, listed, revocation }) =>
      is && revocation === undefined ? (listed?.entry?.entryId ?? "?") : [],
    ),
  );
}

/** What one decided illegal, and another one who saw it, too. */
async function listedBy(caseId: string): Promise<void> {
  // A burst is few releases, and the stage's clock stands still.
  stage.clock.advance(60_000);
  await decide(stage, caseId, "VERDICT_ILLEGAL", { by: "ann" });
  const { proposalId } = await proposed(caseId, "PROPOSAL_STATE_PROPOSED");
  await seesToo(caseId, proposalId, "ben");
  await proposed(caseId, "PROPOSAL_STATE_LISTED");
}

async function listedPicture(path: string, seed: number) {
  const made = await undecidedAt(stage, path, seed);
  await listedBy(made.caseId);
  return { ...made, picture: await generatePicture(seed) };
}

test("what two saw is matched elsewhere at once, and its provider is asked; one alone makes no entry", async () => {
  const { report, caseId } = await undecidedAt(stage, "/growth-1.jpg", 1701);
  const picture = await generatePicture(1701);
  const waiting = await copyAt("/growth-1-copy.jpg", picture, 70);
  await queued(stage, waiting.report, "QUEUE_REASON_NO_HIT");
  await decide(stage, caseId, "VERDICT_ILLEGAL", { by: "ann" });
  const { proposalId } = await proposed(caseId, "PROPOSAL_STATE_PROPOSED");
  const proposalsOfBen = await stage.client(ProposalServiceService, "hashlists", "assessor", "ben");
  await expect(proposalsOfBen.confirmProposal({ requestId: randomUUID(), proposalId })).rejects.toMatchObject({
    reason: "NOT_ALLOWED",
  });
  expect(await inForce(picture)).toEqual([]);
  expect((await stage.facts(waiting.report)).case?.hits.filter(isListed)).toEqual([]);

  const began = performance.now();
  await seesToo(caseId, proposalId, "ben");
  await isp.noticeFor(waiting.url);
  // Nobody waits for the next minute.
  expect(performance.now() - began).toBeLessThan(20_000);
  const { hits } = await untilDecided(waiting.report);
  expect(hits.filter(isListed).map(({ setId, votes }) => [setId, votes])).toEqual([["national", 2]]);
  expect(await inForce(picture)).toHaveLength(1);
  const later = await copyAt("/growth-1-later.jpg", picture, 60);
  await isp.noticeFor(later.url);
  // Their own decision is no news to those who made it.
  const founding = await eventually("it is hit, too", async () => {
    const { case: found } = await stage.facts(report);
    return found?.hits.some(isListed) === true && found;
  });
  expect(founding).toMatchObject({ state: "CASE_STATE_DECIDED", decision: { decidedBy: "assessor/ann" } });
});

test("while its decision is in doubt nothing leaves by an entry; when the doubt lapses a person is asked, and a new decision brings it back", async () => {
  const { caseId, picture } = await listedPicture("/growth-2.jpg", 1702);
  await reopen(stage, caseId, "dewi");
  await eventually("it is in doubt", async () => (await proposals()).some(({ inDoubt }) => inDoubt));
  const early = await copyAt("/growth-2-early.jpg", picture, 70);
  await queued(stage, early.report, "QUEUE_REASON_NO_HIT");
  expect(await inForce(picture)).toHaveLength(1);
  stage.clock.advance(4 * HOUR_MS);
  const disputed = await eventually("it is found again", async () => {
    const { case: found } = await stage.facts(early.report);
    return found?.hits.some(({ disputed }) => disputed) === true && found;
  });
  expect([disputed.state, (await stage.facts(early.report)).notices]).toEqual(["CASE_STATE_QUEUED", []]);
  const late = await copyAt("/growth-2-late.jpg", picture, 60);
  await queued(stage, late.report, "QUEUE_REASON_DISPUTED");

  await decide(stage, caseId, "VERDICT_ILLEGAL", { by: "emil" });
  for (const { url } of [early, late]) await isp.noticeFor(url);
  expect((await proposals()).some(({ inDoubt }) => inDoubt)).toBe(false);
});

test("a decision that is taken back takes its entry with it: who was asked by it is told to wait, and it is found no more", async () => {
  const { caseId, picture } = await listedPicture("/growth-3.jpg", 1703);
  const copy = await copyAt("/growth-3-copy.jpg", picture, 70);
  await isp.noticeFor(copy.url);
  await reopen(stage, caseId, "dewi");
  await confirm(stage, caseId, "emil");
  await isp.asked(copy.url, "ACTION_SUSPEND");
  await queued(stage, copy.report, "QUEUE_REASON_BASIS_REVOKED");
  expect(await inForce(picture)).toEqual([]);
  const later = await copyAt("/growth-3-later.jpg", picture, 60);
  expect((await queued(stage, later.report, "QUEUE_REASON_NO_HIT")).hits).toEqual([]);
});

test("what is doubtful, out of scope or seen by nobody is never proposed", async () => {
  const doubtful = await undecidedAt(stage, "/growth-4.jpg", 1704);
  await decide(stage, doubtful.caseId, "VERDICT_ILLEGAL", { by: "ann", inDoubt: true });
  const outside = await undecidedAt(stage, "/growth-5.jpg", 1705);
  await decide(stage, outside.caseId, "VERDICT_OUT_OF_SCOPE", { by: "ann" });
  const innocent = await undecidedAt(stage, "/growth-6.jpg", 1706);
  await decide(stage, innocent.caseId, "VERDICT_NOT_ILLEGAL", { by: "ann" });
  const last = await undecidedAt(stage, "/growth-7.jpg", 1707);
  await decide(stage, last.caseId, "VERDICT_ILLEGAL", { by: "ann" });
  await proposed(last.caseId, "PROPOSAL_STATE_PROPOSED");
  const named = (await proposals()).filter(({ state }) => state !== "PROPOSAL_STATE_WITHDRAWN");
  for (const { caseId } of [doubtful, outside, innocent]) {
    expect(named.filter(({ caseIds }) => caseIds.includes(caseId))).toEqual([]);
  }
  for (const seed of [1704, 1705, 1706]) expect(await inForce(await generatePicture(seed))).toEqual([]);
});

test("beside a list that calls it innocent an entry decides nothing: it is a conflict before a person", async () => {
  const { picture } = await listedPicture("/growth-8.jpg", 1708);
  await listPictures(stage, "innocent", [picture], { negative: true, autoIssue: false, minVotes: 0 });
  stage.host.put("/growth-8-same.jpg", picture);
  const report = await stage.report(stage.url("beta", "/growth-8-same.jpg"));
  const waiting = await queued(stage, report, "QUEUE_REASON_CONFLICT");
  expect([...new Set(waiting.hits.filter(isListed).map(({ setId }) => setId))].toSorted()).toEqual([
    "innocent",
    "national",
  ]);
  expect((await stage.facts(report)).notices).toEqual([]);
});

const film = "a film that two saw is found by its frames where it is coded anew, and waits for a person there";
if (FFMPEG === undefined) test(film, (context) => context.skip("ffmpeg is not installed"));
else
  test(film, { timeout: 180_000 }, async () => {
    const bytes = generatedFilm("growth.mp4", PATTERN);
    stage.host.put("/growth.mp4", bytes);
    const { caseId } = await queued(
      stage,
      await stage.report(stage.url("alpha", "/growth.mp4")),
      "QUEUE_REASON_NO_HIT",
    );
    await listedBy(caseId);
    expect(await inForce(bytes)).toHaveLength(1);
    stage.host.put("/growth.webm", generatedFilm("growth.webm", PATTERN, ["-c:v", "libvpx", "-b:v", "1M"]));
    const report = await stage.report(stage.url("beta", "/growth.webm"));
    const { hits } = await queued(stage, report, "QUEUE_REASON_NOMINATED_ONLY");
    expect(hits.filter(isListed).map(({ algorithm, votes }) => [algorithm, votes])).toEqual([["ALGORITHM_VPDQ", 2]]);
    expect((await stage.facts(report)).notices).toEqual([]);
  });
