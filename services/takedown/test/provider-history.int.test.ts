import { randomUUID } from "node:crypto";
import type { ProviderChange } from "@ntd/proto/takedown/v1/provider_service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { editWith } from "@ntd/testing";
import { startTestTakedown, type TestTakedown } from "./bed.ts";
import { at } from "./examples.ts";
import { aProvider, openTestDeps } from "./deps.ts";
import { listProviderChanges } from "../src/provider-changes/rpc-list-provider-changes.ts";

let takedown: TestTakedown;
beforeAll(async () => {
  takedown = await startTestTakedown();
  await takedown.provider("alpha", { domains: ["alpha.example"] });
});
afterAll(() => takedown[Symbol.asyncDispose]());

async function proposed(domain: string): Promise<string> {
  const requestId = randomUUID();
  const edit = editWith({ addDomains: [domain] });
  const request = { requestId, providerId: "alpha", edit, over: [], reason: "contract", dryRun: false };
  return (await takedown.operator.editProvider(request)).change?.changeId ?? "";
}
const approval = (changeId: string) => ({ requestId: randomUUID(), changeId });
const rejection = (changeId: string, reason = "a typo") => ({ requestId: randomUUID(), changeId, reason });
const page = { pageSize: 10, pageToken: "", providerId: "alpha" };

test.each(["operator", "another"] as const)(
  "what waits is rejected by %s, with the reason, and not approved then",
  async (who) => {
    const changeId = await proposed(`${who}.example`);
    const request = rejection(changeId);
    const { change } = await takedown[who].rejectProviderChange(request);
    const by = who === "operator" ? "operator/admin" : "operator/second";
    expect(change).toMatchObject({
      state: "PROVIDER_CHANGE_STATE_REJECTED",
      rejectedBy: by,
      rejectedBecause: "a typo",
      endedTime: expect.any(Date),
    } satisfies Partial<Record<keyof ProviderChange, unknown>>);
    expect(await takedown[who].rejectProviderChange(request)).toEqual({ change });
    await expect(takedown.another.approveProviderChange(approval(changeId))).rejects.toMatchObject({
      reason: "WRONG_STATE",
    });
    const waiting = await takedown.operator.listProviderChanges({ ...page, waiting: true });
    expect(waiting.changes).toEqual([]);
    const providers = await takedown.operator.listProviders({ pageSize: 10, pageToken: "" });
    expect(providers.providers[0]?.domains).toEqual(["alpha.example"]);
  },
);

test("what is in force cannot be rejected, nor what nobody knows, nor for no reason", async () => {
  const changeId = await proposed("more.example");
  await takedown.another.approveProviderChange(approval(changeId));
  const late = takedown.another.rejectProviderChange(rejection(changeId));
  await expect(late).rejects.toMatchObject({ reason: "WRONG_STATE" });
  const unknown = takedown.another.rejectProviderChange(rejection("none"));
  await expect(unknown).rejects.toMatchObject({ reason: "NOT_FOUND" });
  const mute = takedown.another.rejectProviderChange(rejection(changeId, " "));
  await expect(mute).rejects.toMatchObject({ fields: [{ field: "reason" }] });
});

test("of one provider the last page tells who wrote it before changes were kept", async () => {
  await using deps = await openTestDeps();
  await deps.providers.insert("old", aProvider("old", at(5)));
  const list = (change: Partial<Parameters<ReturnType<typeof listProviderChanges>>[0]>) =>
    listProviderChanges(deps)({ pageSize: 1, pageToken: "", providerId: "old", waiting: false, ...change });
  expect(await list({})).toEqual({
    changes: [],
    nextPageToken: "",
    earlierWrites: [{ writtenBy: "operator/o", writtenTime: at(5) }],
  });
  for (const other of [{ waiting: true }, { providerId: "" }]) {
    expect((await list(other)).earlierWrites).toEqual([]);
  }
});
