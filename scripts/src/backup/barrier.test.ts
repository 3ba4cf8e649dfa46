import type { BackupServiceService } from "@ntd/proto/operations/v1/backup_service";
import type { RpcClient } from "@ntd/rpc";
import { Problem } from "@ntd/service";
import { expect, test } from "vitest";
import { barrier, type Clients } from "./barrier.ts";

type Client = RpcClient<typeof BackupServiceService>;

/** A service that is copied once at a time, and whose answers come in another order each time. */
function service(seen: string[], name: string, inForce: () => boolean = () => true): Client {
  let held: string | undefined;
  const soon = async () => {
    for (let turns = Math.random() * 5; turns > 0; turns--) await Promise.resolve();
  };
  return {
    async hold() {
      await soon();
      if (held !== undefined) throw new Problem("WRONG_STATE", "This store is being copied already.");
      held = `${name}-${seen.push(`hold ${name}`)}`;
      await soon();
      return { holdId: held };
    },
    async release() {
      await soon();
      seen.push(`release ${name}`);
      return { inForce: inForce() };
    },
    async abort({ holdId }: { holdId: string }) {
      await soon();
      if (held === holdId) held = undefined;
      return {};
    },
  } as unknown as Client;
}

const names = ["intake", "prober", "matching", "casework"];
const all = (one: (name: string) => Client): Clients => new Map(names.map((name) => [name, one(name)]));

test("all are held before the first is released", async () => {
  const seen: string[] = [];
  const { holds, heldMs } = await barrier(all((name) => service(seen, name)));
  expect([...holds.keys()].toSorted()).toEqual(names.toSorted());
  expect(seen.slice(0, 4).toSorted()).toEqual(names.map((name) => `hold ${name}`).toSorted());
  expect(heldMs).toBeLessThanOrEqual(1000);
});

test("of backups at once one goes on, and the others are told by which service they were refused", async () => {
  for (let round = 0; round < 50; round++) {
    const clients = all((name) => service([], name));
    const ended = await Promise.allSettled([barrier(clients), barrier(clients), barrier(clients)]);
    expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const refused = ended.find(({ status }) => status === "rejected") as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ reason: "WRONG_STATE", message: expect.stringMatching(/^intake: /) });
  }
});

test("a hold that ended too soon is tried again, and what is never in time says so and is given back", async () => {
  let looks = 0;
  const late = all((name) => service([], name, () => name !== "prober" || ++looks > 1));
  expect((await barrier(late)).holds.size).toBe(4);
  const never = all((name) => service([], name, () => name !== "prober"));
  await expect(barrier(never)).rejects.toMatchObject({ reason: "TIMED_OUT" });
  for (const client of never.values()) expect(await client.hold({})).toBeDefined();
});
