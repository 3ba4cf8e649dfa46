import { randomUUID } from "node:crypto";
import { markRestored, openRestored } from "@ntd/host";
import { RestoreServiceService } from "@ntd/proto/operations/v1/restore_service";
import { ProbeServiceService } from "@ntd/proto/prober/v1/probe_service";
import { connect, problemOf } from "@ntd/rpc";
import { systemClock } from "@ntd/service";
import { openStore } from "@ntd/store";
import { eventually } from "@ntd/testing";
import { expect, test } from "vitest";
import { openProberBed, targetIdOf } from "./bed.ts";

test("a store that was brought back has nobody looked at before two operators have read what differs", async () => {
  await using at = await openProberBed();
  await using running = await stopped(at);
  at.pages.set("/a", "picture aa 01");
  await at.report("/a");
  const client = async <D extends Parameters<typeof connect>[0]>(definition: D, name: string) =>
    connect(definition, { address: running.address, identityDir: await at.bed.identity("operator", name) });
  await using probe = await client(ProbeServiceService, "olga");
  const isKnown = () =>
    probe.getTarget({ targetId: targetIdOf("/a") }).then(
      () => true,
      (error: unknown) => problemOf(error).reason !== "NOT_FOUND" && Promise.reject(error as Error),
    );
  await eventually("the report is taken all the same", isKnown);
  let polls = 0;
  await eventually("the loop has had its turn many times", async () => (await isKnown()) && ++polls > 40);
  expect([at.hits("/a"), at.connections("127.0.0.1")]).toEqual([0, 0]);

  await using olga = await client(RestoreServiceService, "olga");
  await using otto = await client(RestoreServiceService, "otto");
  await olga.liftRestore({ requestId: randomUUID(), difference: "d1" });
  expect(at.hits("/a")).toBe(0);
  await otto.liftRestore({ requestId: randomUUID(), difference: "d1" });
  await eventually("it is looked at", () => at.hits("/a") > 0);
});

async function stopped(at: Awaited<ReturnType<typeof openProberBed>>) {
  {
    await using store = await openStore(at.environment["PROBER_STORE_URL"] ?? "");
    const backupTime = new Date("2026-11-28T12:00:00Z");
    await markRestored(await openRestored(store), { backupTime, difference: "d1", clock: systemClock });
  }
  return at.startProber();
}
