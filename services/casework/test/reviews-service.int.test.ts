import { randomUUID } from "node:crypto";
import { nouns } from "@ntd/bus";
import type { Running } from "@ntd/host";
import { BreakerServiceService } from "@ntd/proto/casework/v1/breaker_service";
import { ReviewServiceService } from "@ntd/proto/casework/v1/review_service";
import { connect, type RpcClientOptions } from "@ntd/rpc";
import { sealerFromFile } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCaseworkConfig } from "../src/config.ts";
import { start } from "../src/service.ts";

let bed: TestBed;
let casework: Running;
let seal: (text: string) => ReturnType<ReturnType<typeof sealerFromFile>["seal"]>;

beforeAll(async () => {
  bed = await startTestBed();
  const environment = await bed.environment("casework");
  const sealer = sealerFromFile(environment["NTD_SEALING_KEYS_FILE"] ?? "");
  seal = (text) => sealer.seal(text, "words", new Date());
  casework = await start(readCaseworkConfig({ ...environment, NTD_MATCHING_ADDRESS: "localhost:1" }));
});
afterAll(async () => {
  await casework[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

async function as(kind: "assessor" | "operator" | "service", name: string): Promise<RpcClientOptions> {
  return { address: casework.address, identityDir: await bed.identity(kind, name) };
}

test("a complaint over the bus becomes a review that one assessor claims and refuses; intake alone asks how it ended", async () => {
  const [complaintId, receivedTime] = [randomUUID(), new Date()];
  const said = { capacity: "CAPACITY_UPLOADER", address: undefined, contact: undefined, language: "" } as const;
  const about = { targetId: "target-1", caseId: "", text: seal("my own picture") };
  const answerTime = new Date(receivedTime.getTime() + 1000);
  const complaint = { complaintId, receivedTime, answerTime, ...said, ...about };
  await bed.publish(nouns.complaint, "received", complaintId, 1, complaint);
  await using ben = connect(ReviewServiceService, await as("assessor", "ben"));
  await using operator = connect(ReviewServiceService, await as("operator", "olga"));
  await using intake = connect(ReviewServiceService, await as("service", "intake"));
  const { reviewId } = await eventually(
    "the review",
    async () => (await operator.listReviews({ pageSize: 0, pageToken: "" })).reviews[0],
  );
  const ids = () => ({ requestId: randomUUID(), reviewId });
  await expect(operator.claimReview({ ...ids(), takeOver: false })).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
  const { review } = await ben.claimReview({ ...ids(), takeOver: false });
  expect(review).toMatchObject({ owner: "assessor/ben", text: "my own picture", dueTime: answerTime });
  const asked = () => intake.getComplaintVerdict({ complaintId });
  expect((await asked()).verdict).toBe("REVIEW_VERDICT_UNSPECIFIED");
  await ben.decideReview({ ...ids(), verdict: "REVIEW_VERDICT_REFUSED", reason: "a photograph" });
  expect((await asked()).verdict).toBe("REVIEW_VERDICT_REFUSED");
  await expect(ben.getComplaintVerdict({ complaintId })).rejects.toMatchObject({ reason: "NOT_ALLOWED" });
});

test("breakers are listed for assessors and operators", async () => {
  for (const who of [await as("assessor", "ben"), await as("operator", "olga")]) {
    await using client = connect(BreakerServiceService, who);
    expect((await client.listBreakers({ pageSize: 0, pageToken: "" })).breakers).toEqual([]);
  }
});
