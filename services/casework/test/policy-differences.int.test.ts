import { listReadings } from "@ntd/host";
import { expect, test } from "vitest";
import { listPolicyDifferences } from "../src/policies/rpc-list-policy-differences.ts";
import { caseIdOf } from "../src/store.ts";
import { matchEvent, openHandlers, targetEvent } from "./bed.ts";
import { calledBy } from "./called-by.ts";
import { hit, later, noon } from "./facts.ts";

const everything = { caseId: "", reader: "", resource: "", pageSize: 0, pageToken: "" };

test("what a set allows no more is listed, the oldest first and page by page, and nothing falls", async () => {
  await using ntd = await openHandlers();
  const targets = ["target-1", "target-2", "target-3"];
  for (const [n, targetId] of targets.entries()) {
    await ntd.target(targetEvent({ targetId }));
    await ntd.match(matchEvent([hit()], { targetId }));
    ntd.clock.advance(1000 * (n + 1));
  }
  const list = (page: { pageSize: number; pageToken: string }) =>
    listPolicyDifferences(ntd.deps)(page, calledBy("operator/olga"));
  expect(await list({ pageSize: 10, pageToken: "" })).toEqual({ differences: [], nextPageToken: "" });
  for (const targetId of ["target-3", "target-1"]) {
    await ntd.match(matchEvent([hit({ autoIssue: false })], { targetId }), 2);
    expect((await ntd.deps.cases.load(caseIdOf(targetId, 1)))?.state.progress).toEqual({ kind: "auto_decided" });
  }
  const first = await list({ pageSize: 1, pageToken: "" });
  expect(first.differences).toMatchObject([
    {
      caseId: caseIdOf("target-1", 1),
      decidedTime: noon,
      wouldWaitBecause: "QUEUE_REASON_SET_NEEDS_PERSON",
      basis: "PDQ distance 12 of 31; set national, release release-1, entry entry-1, votes 2",
    },
  ]);
  const rest = await list({ pageSize: 10, pageToken: first.nextPageToken });
  expect(rest.differences).toMatchObject([{ caseId: caseIdOf("target-3", 1), decidedTime: later(3) }]);
  await ntd.match(matchEvent([hit()], { targetId: "target-1" }), 3);
  expect((await list({ pageSize: 10, pageToken: "" })).differences).toHaveLength(1);
  // A page that showed nothing left nothing.
  const { readings } = await listReadings(ntd.deps.readings)({ ...everything, reader: "operator/olga" });
  expect(readings.map(({ kind, resource }) => [kind, resource])).toEqual(Array(3).fill(["decision", ""]));
});
