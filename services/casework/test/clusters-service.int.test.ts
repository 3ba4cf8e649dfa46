import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import { CaseServiceService } from "@ntd/proto/casework/v1/case_service";
import { ClusterServiceService } from "@ntd/proto/casework/v1/cluster_service";
import { WithdrawalServiceService } from "@ntd/proto/casework/v1/withdrawal_service";
import { ResemblanceServiceService } from "@ntd/proto/matching/v1/resemblance_service";
import { connect, service, startRpcServer } from "@ntd/rpc";
import { createLog, Health, MovableClock, sealAddress, sealerFromFile } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { longest } from "@ntd/testing/runs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCaseworkConfig } from "../src/config.ts";
import { start } from "../src/service.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, targetEvent } from "./bed.ts";

const COUNT = 60;
const clock = new MovableClock(new Date("2026-03-01T12:00:00Z"));
const log = createLog("test", "silent");
const members = Array.from({ length: COUNT }, (_, n) => `m${n}`);
const star = caseIdOf("star", 1);
const ids = members.map((targetId) => caseIdOf(targetId, 1));

let bed: TestBed;
beforeAll(async () => {
  bed = await startTestBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

/** matching, to which all of these are copies of any picture. */
async function fakeMatching() {
  const similar = members.map((targetId, n) => ({ targetId, episode: 1, distance: n % 17, quality: 90 }));
  const findSimilar = async () => ({ similar, isCut: false, isComparable: true });
  const access = { "/ntd.matching.v1.ResemblanceService/FindSimilar": ["service/casework"] };
  const identityDir = await bed.identity("service", "matching");
  const health = new Health(log);
  return startRpcServer({ listen: "127.0.0.1:0", identityDir, access, health, log }, [
    service(ResemblanceServiceService, { findSimilar }),
  ]);
}

async function newest() {
  const events = await bed.published(nouns.case);
  return new Map(events.map(({ data }) => [data.caseId, data]));
}

test(
  "sixty addresses are confirmed once by a service that is ended meanwhile, told one by one, and taken back as one",
  { timeout: longest(120_000) },
  async () => {
    await using stack = new AsyncDisposableStack();
    const matching = stack.use(await fakeMatching());
    const environment = await bed.environment("casework", { HOLD_BACK_MS: "60000", SECOND_REVIEW: "none" });
    const sealer = sealerFromFile(environment["NTD_SEALING_KEYS_FILE"] ?? "");
    const config = readCaseworkConfig({ ...environment, NTD_MATCHING_ADDRESS: matching.address });
    let casework = await start(config, { clock });
    stack.defer(() => casework[Symbol.asyncDispose]());
    const as = async (name: string) => {
      const identityDir = await bed.identity("assessor", name);
      const at = { address: casework.address, identityDir };
      return {
        cases: stack.use(connect(CaseServiceService, at)),
        clusters: stack.use(connect(ClusterServiceService, at)),
        withdrawals: stack.use(connect(WithdrawalServiceService, at)),
      };
    };
    for (const targetId of ["star", ...members]) {
      const url = `http://${targetId}.test/a.png`;
      const address = sealAddress(sealer, { original: url, fetch: url, key: targetId }, clock.now());
      await bed.publish(nouns.target, "seen", targetId, 1, targetEvent({ targetId, address }));
      await bed.publish(nouns.match, "none", targetId, 1, matchEvent([], { targetId }));
    }
    await eventually("all wait", async () => {
      const all = [...(await newest()).values()];
      return all.filter(({ state }) => state === "CASE_STATE_QUEUED").length === COUNT + 1;
    });
    const ann = await as("ann");
    await ann.cases.claimCase({ requestId: randomUUID(), caseId: star });
    const { same } = await ann.clusters.getCluster({ caseId: star });
    expect(same).toHaveLength(COUNT);
    const said = { classifications: [], basis: "section 4", reason: "a child", despiteGone: false, inDoubt: false };
    await ann.cases.decideCase({
      requestId: randomUUID(),
      caseId: star,
      expectedVersion: 1,
      decision: "VERDICT_ILLEGAL",
      ...said,
      cluster: { caseIds: same.map(({ caseId }) => caseId) },
    });
    clock.advance(60_000);
    await eventually("it is told", async () => (await newest()).get(star)?.decision);
    // Ended where it is: the next one goes on.
    await casework[Symbol.asyncDispose]();
    casework = await start(config, { clock });
    const told = await eventually("all are told", async () => {
      const all = await newest();
      return ids.every((id) => all.get(id)?.decision !== undefined) && all;
    });
    for (const id of ids) {
      expect(told.get(id)?.decision).toMatchObject({ decidedBy: "assessor/ann", clusterCaseId: star });
    }
    const [ben, sue] = [await as("ben"), await as("sue")];
    expect(await ben.clusters.getCluster({ caseId: star })).toMatchObject({ decidedCount: COUNT, leftOut: [] });
    const cause = { what: { $case: "clusterCaseId" as const, value: star } };
    const reopening = { requestId: randomUUID(), cause, reason: "a cartoon" };
    expect(await ben.withdrawals.reopenCases(reopening)).toEqual({ reopenedCount: COUNT + 1, leftCount: 0 });
    const listed = await sue.withdrawals.listWithdrawals({ cause, pageSize: 100, pageToken: "" });
    const pictures = listed.pictures.map(({ picture }) => picture);
    const confirming = { requestId: randomUUID(), cause, pictures, reason: "so it is" };
    expect(await sue.withdrawals.confirmWithdrawals(confirming)).toMatchObject({ withdrawnCount: COUNT + 1 });
    await eventually("all are withdrawn", async () => {
      const all = await newest();
      return [star, ...ids].every((id) => all.get(id)?.decision?.confirmedBy === "assessor/ben");
    });
  },
);
