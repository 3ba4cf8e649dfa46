import { DisclosureServiceService } from "@ntd/proto/takedown/v1/disclosure_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { eventually } from "@ntd/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestTakedown, watch, type TestTakedown } from "./bed.ts";

let takedown: TestTakedown;
let intake: RpcClient<typeof DisclosureServiceService>;
beforeAll(async () => {
  takedown = await startTestTakedown();
  await takedown.provider("alpha", { domains: ["alpha.example"], identities: ["alpha-noc"] });
  await takedown.provider("beta", { domains: ["beta.example"] });
  const identityDir = await takedown.bed.identity("service", "intake");
  intake = connect(DisclosureServiceService, { address: takedown.address, identityDir });
});
afterAll(async () => {
  await intake[Symbol.asyncDispose]();
  await takedown[Symbol.asyncDispose]();
});

const noticed = async (identity: string, caseId: string) => (await intake.wasNoticed({ identity, caseId })).noticed;

test("a provider was noticed once its notice has left, by whoever speaks for it; nobody else was", async () => {
  const { caseId } = await takedown.decide("alpha.example");
  const { noticeId } = await takedown.notice(caseId);
  expect(await noticed("alpha-noc", caseId)).toBe(false);
  await using stream = watch(await takedown.isp("alpha-noc"));
  await eventually("it left", () => stream.notices.some((notice) => notice.noticeId === noticeId));
  expect(await noticed("alpha-noc", caseId)).toBe(true);
  for (const other of ["beta", "alpha", "nobody"]) expect(await noticed(other, caseId)).toBe(false);
  for (const unknown of ["", "another case"]) expect(await noticed("alpha-noc", unknown)).toBe(false);
});

test("it is for intake alone", async () => {
  const identityDir = await takedown.bed.identity("isp", "alpha-noc");
  await using provider = connect(DisclosureServiceService, { address: takedown.address, identityDir });
  await expect(provider.wasNoticed({ identity: "alpha-noc", caseId: "x" })).rejects.toMatchObject({
    reason: "NOT_ALLOWED",
  });
});
