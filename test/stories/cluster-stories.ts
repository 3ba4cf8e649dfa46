import { randomUUID } from "node:crypto";
import { generatePicture, reencode } from "@ntd/imagehash/generated";
import { ClusterServiceService } from "@ntd/proto/casework/v1/cluster_service";
import { WithdrawalServiceService } from "@ntd/proto/casework/v1/withdrawal_service";
import { eventually, type Pairing } from "@ntd/testing";
import { expect, test } from "vitest";
import { decide, queued } from "./assessor.ts";
import { payloadOf, watchAs } from "./isp.ts";
import { startStage } from "./stage.ts";

const ADDRESSES = 60;

/** One picture at many addresses, the same by each pairing of servers. */
export function clusterStories(pairing: Pairing): void {
  test(
    "one picture at 60 addresses is decided once, what comes later is suggested, and all of it is taken back",
    { timeout: 300_000 },
    async () => {
      await using stage = await startStage({ pairing });
      await stage.registerProvider("alpha", "alpha");
      await using isp = await watchAs(stage, "alpha");
      const picture = await generatePicture(1141);
      const put = async (n: number) => {
        stage.host.put(`/copy-${n}.jpg`, await reencode(picture, { quality: 50 + (n % 40) }));
        return stage.report(stage.url("alpha", `/copy-${n}.jpg`));
      };
      const reports: string[] = [];
      for (let n = 0; n < ADDRESSES; n++) reports.push(await put(n));
      const cases = [];
      for (const report of reports) cases.push(await queued(stage, report, "QUEUE_REASON_NO_HIT"));
      const [star] = cases;
      if (star === undefined) throw new Error("60 cases");
      const { caseId } = star;
      const clusters = await stage.client(ClusterServiceService, "casework", "assessor", "chandra");
      const { same } = await eventually("all are suggested", async () => {
        const cluster = await clusters.getCluster({ caseId });
        return cluster.same.length === ADDRESSES - 1 && cluster;
      });
      const cluster = { caseIds: same.map((member) => member.caseId) };
      await decide(stage, caseId, "VERDICT_ILLEGAL", { of: { cluster } });
      const taken = new Set<string>();
      const asked = async (action: string) => {
        // As many as are in flight at a time; the others come once these are acknowledged.
        for (const { noticeId, revision } of isp.received) {
          if (taken.has(`${noticeId} ${revision}`)) continue;
          taken.add(`${noticeId} ${revision}`);
          await isp.client.acknowledgeNotice({ noticeId, revision });
        }
        const payloads = isp.received.map(payloadOf).filter(({ requestedAction }) => requestedAction === action);
        return new Set(payloads.map(({ targets }) => targets[0]?.url)).size;
      };
      await eventually("60 notices", async () => (await asked("ACTION_REMOVE")) === ADDRESSES, 120_000);
      const late = await put(ADDRESSES);
      // It is like what was derived of those that were decided: a person is told so, too.
      const { caseId: lateId } = await queued(stage, late, "QUEUE_REASON_NOMINATED_ONLY");
      const suggested = await eventually("the late one is suggested", async () => {
        const cluster = await clusters.getCluster({ caseId });
        return cluster.same.find((member) => member.caseId === lateId);
      });
      expect(suggested).toMatchObject({ state: "CASE_STATE_QUEUED", isDecidedWith: false });
      await takeBack(caseId);
      await eventually("60 are asked to restore", async () => (await asked("ACTION_RESTORE")) === ADDRESSES, 120_000);

      async function takeBack(clusterCaseId: string): Promise<void> {
        const cause = { what: { $case: "clusterCaseId" as const, value: clusterCaseId } };
        const [ben, dewi] = await Promise.all(
          ["ben", "dewi"].map((name) => stage.client(WithdrawalServiceService, "casework", "assessor", name)),
        );
        await ben?.reopenCases({ requestId: randomUUID(), cause, reason: "a cartoon" });
        await eventually("60 are told to wait", async () => (await asked("ACTION_SUSPEND")) === ADDRESSES, 120_000);
        const listed = await dewi?.listWithdrawals({ cause, pageSize: 0, pageToken: "" });
        const pictures = listed?.pictures.map(({ picture }) => picture) ?? [];
        await dewi?.confirmWithdrawals({ requestId: randomUUID(), cause, pictures, reason: "a cartoon" });
      }
    },
  );
}
