import { createLog } from "@ntd/service";
import type { Clock } from "@ntd/service";
import { expect, test } from "vitest";
import { Askers } from "../src/checks/askers.ts";
import { defaultCheckRates } from "../src/checks/check-rates.ts";
import type { CheckUse } from "../src/checks/check-use.ts";
import { startSavingUses } from "../src/checks/every-second-save-uses.ts";
import { MemoryCollection } from "./memory-collection.ts";

const log = createLog("matching", "silent");
const caller = { kind: "industry", name: "a", id: "spiffe://ntd.test/industry/a", person: "industry/a" } as const;
const rates = { value: { ...defaultCheckRates, everybody: { ...defaultCheckRates.everybody, perDay: 10 } } };
const noon = new Date("2030-01-31T12:00:00Z");

function bedOf() {
  const uses = new MemoryCollection<CheckUse>({ name: "check_uses", fields: {} });
  let isDown = false;
  const turn = async () => {
    if (isDown) throw new Error("the store is away");
  };
  const checkUses = uses.seenBy<"day" | "alarmedDay", never>(turn);
  const clock = { now: () => noon } as Clock;
  const start = () => new Askers({ collections: { checkUses }, rates, clock, log });
  const save = async (askers: Askers) => {
    const collections = { checkUses: { ...checkUses, project: async () => ({ length: 0, columns: {} }) as never } };
    await startSavingUses({ askers, collections, clock, health: { degrade: () => undefined }, log }, 1)[
      Symbol.asyncDispose
    ]();
  };
  const stored = () => uses.documents.get("2030-01-31 industry/a")?.state;
  return { start, save, stored, goes: (down: boolean) => void (isDown = down) };
}

test("a day's quota holds over processes and restarts", async () => {
  const bed = bedOf();
  const [one, other] = [bed.start(), bed.start()];
  await one.take(caller, 6);
  await bed.save(one);
  await other.take(caller, 4);
  await expect(other.take(caller, 1)).rejects.toMatchObject({ metadata: { quota: "checked_hashes.per_day" } });
  await bed.save(other);
  expect(bed.stored()).toMatchObject({
    calls: 2,
    hashes: 10,
    refusedCalls: 1,
    alarms: [{ alarm: "CHECK_ALARM_RATE" }],
  });
  await one.take(caller, 3);
  await bed.save(one);
  // It has heard of the other one's by now.
  await expect(one.take(caller, 1)).rejects.toMatchObject({ reason: "RATE_LIMITED" });
});

test("what a store that is away did not take is saved later, once", async () => {
  const bed = bedOf();
  const askers = bed.start();
  await askers.take(caller, 6);
  bed.goes(true);
  await bed.save(askers);
  await askers.take(caller, 1);
  bed.goes(false);
  await bed.save(askers);
  await bed.save(askers);
  expect(bed.stored()).toMatchObject({ calls: 2, hashes: 7 });
});

test("many calls at once do not see the same room", async () => {
  const askers = bedOf().start();
  const calls = await Promise.allSettled(Array.from({ length: 30 }, () => askers.take(caller, 1)));
  expect(calls.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
});
