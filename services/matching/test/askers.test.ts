import { createHash } from "node:crypto";
import { createLog, MovableClock } from "@ntd/service";
import { change } from "@ntd/store";
import { describe, expect, test } from "vitest";
import { Askers } from "../src/checks/askers.ts";
import { letGoOn, type CheckHoldState } from "../src/checks/check-hold.ts";
import { defaultCheckRates, type HashRates } from "../src/checks/check-rates.ts";
import type { CheckUse } from "../src/checks/check-use.ts";
import { startSavingUses } from "../src/checks/every-second-save-uses.ts";
import { MemoryCollection } from "./memory-collection.ts";

const log = createLog("matching", "silent");
const caller = { kind: "industry", name: "a", id: "spiffe://ntd.test/industry/a", person: "industry/a" } as const;
const salt = Uint32Array.of(1, 2);
const noon = new Date("2030-01-31T12:00:00Z");

function bedOf(changes: Partial<HashRates> = { perDay: 10 }) {
  const rates = { value: { ...defaultCheckRates, everybody: { ...defaultCheckRates.everybody, ...changes } } };
  const uses = new MemoryCollection<CheckUse>({ name: "check_uses", fields: {} });
  const holds = new MemoryCollection<CheckHoldState>({ name: "check_holds", fields: {} });
  let isDown = false;
  const turn = async () => {
    if (isDown) throw new Error("the store is away");
  };
  const checkUses = {
    ...uses.seenBy<"day" | "alarmedDay", never>(turn),
    project: async () => ({ length: 0, columns: { id: [] } }) as never,
  };
  const checkHolds = holds.seenBy<"touchedTime" | "heldTime", never>(turn);
  const clock = new MovableClock(noon);
  const collections = { checkUses, checkHolds };
  const health = { degrade: () => undefined };
  const start = () => new Askers({ collections, salt, rates, clock, log });
  /** As the loop does each second. */
  const save = async (askers: Askers) => {
    await startSavingUses({ askers, collections, clock, health, log }, 1)[Symbol.asyncDispose]();
  };
  const stored = (day = "2030-01-31") => uses.documents.get(`${day} industry/a`)?.state;
  const goOn = async () => {
    await change(checkHolds, caller.person, (state) => {
      const after = state && letGoOn(state, { by: "operator/olga", time: clock.now(), reason: "asked" });
      return after && { state: after.state };
    });
  };
  return { start, save, stored, goOn, clock, goes: (down: boolean) => void (isDown = down) };
}

const hash = (n: number, turned = 0) => {
  const value = createHash("sha256").update(`${n}`).digest();
  for (let bit = 0; bit < turned; bit++) value[bit >> 3] = (value[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return { algorithm: "ALGORITHM_PDQ" as const, value, quality: 90 };
};

/** Asks for hashes, of which some are known; whether it was answered. */
async function asked(...of: Parameters<typeof ask>): Promise<boolean> {
  return ask(...of).then(
    () => true,
    (error: unknown) => {
      expect(error).toMatchObject(isHeld);
      return false;
    },
  );
}

async function ask(askers: Askers, hashes: readonly ReturnType<typeof hash>[], isKnown: (nth: number) => boolean) {
  await askers.take(caller, hashes.length);
  const answers = hashes.map((_, nth) => ({
    verdict: isKnown(nth) ? ("HASH_VERDICT_KNOWN" as const) : ("HASH_VERDICT_NOT_KNOWN" as const),
    reason: "NOT_JUDGED_REASON_UNSPECIFIED" as const,
    nominatesOnly: false,
    matches: [],
  }));
  askers.note(caller, hashes, answers);
}

const some = (from: number, count: number) => Array.from({ length: count }, (_, n) => hash(from + n));
const isHeld = { reason: "WRONG_STATE", metadata: { checks: "held" } };

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

test("a quota of a minute holds for all processes together, within a second", async () => {
  const bed = bedOf({ perMinute: 60 });
  const [one, other] = [bed.start(), bed.start()];
  await one.take(caller, 40);
  await other.take(caller, 1);
  for (const each of [one, other, one]) await bed.save(each);
  await expect(other.take(caller, 30)).rejects.toMatchObject({ metadata: { quota: "checked_hashes.per_minute" } });
  await other.take(caller, 15);
  // Who asked nothing for a while is not short of what another one let in meanwhile.
  for (let minute = 0; minute < 30; minute++) {
    bed.clock.advance(60_000);
    await one.take(caller, 30);
    await bed.save(one);
    await bed.save(other);
  }
  await other.take(caller, 30);
});

describe("who wants the list itself is held:", () => {
  test("by what is known, however much else is mixed in, and over days and processes", async () => {
    const bed = bedOf({ holdKnown: 1000, alarmKnown: 500 });
    for (let day = 0; day < 12; day++) {
      const askers = bed.start();
      // One in ten is known, each other one is new.
      await asked(askers, some(day * 1000, 1000), (nth) => nth % 10 === 0);
      await bed.save(askers);
      if (askers.state.isHeld) {
        expect(day).toBeGreaterThanOrEqual(8);
        expect(askers.state.isAlarmed).toBe(true);
        await expect(bed.start().take(caller, 1)).rejects.toMatchObject(isHeld);
        return;
      }
      bed.clock.advance(24 * 3_600_000);
    }
    expect.fail("nobody was held");
  });

  test("not by the same known ones again and again, nor by what was known long ago", async () => {
    const bed = bedOf({ holdKnown: 1000 });
    const askers = bed.start();
    for (let turn = 0; turn < 50; turn++) await ask(askers, some(0, 800), (nth) => nth % 2 === 0);
    await bed.save(askers);
    bed.clock.advance(31 * 24 * 3_600_000);
    await ask(askers, some(5000, 800), () => true);
    expect(askers.state.isHeld).toBe(false);
  });

  test("by its share, where nothing is mixed in", async () => {
    const askers = bedOf({ holdKnownShare: 300 }).start();
    expect(await asked(askers, some(0, 1000), (nth) => nth < 400)).toBe(false);
    await expect(askers.take(caller, 1)).rejects.toMatchObject(isHeld);
  });

  test("by turning the bits of a known one, before all of them are turned", async () => {
    const askers = bedOf({}).start();
    let turned = 0;
    for (; turned < 256 && !askers.state.isHeld; turned++) {
      const flipped = hash(1);
      flipped.value[turned >> 3] = (flipped.value[turned >> 3] ?? 0) ^ (1 << (turned & 7));
      await asked(askers, [flipped, ...some(10_000 + turned * 50, 50)], (nth) => nth === 0);
    }
    expect(turned).toBeLessThan(160);
  });

  test("also where all bits are turned in one call: it is not answered", async () => {
    const walk = Array.from({ length: 256 }, (_, bit) => {
      const flipped = hash(1);
      flipped.value[bit >> 3] = (flipped.value[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return flipped;
    });
    const isKnown = (nth: number) => nth % 2 === 1;
    await expect(ask(bedOf({}).start(), [hash(1), ...walk], isKnown)).rejects.toMatchObject(isHeld);
    await expect(ask(bedOf({}).start(), [...walk, hash(1)], isKnown)).rejects.toMatchObject(isHeld);
  });

  test("until an operator lets it go on, everywhere, and for as much again", async () => {
    const bed = bedOf({ holdKnown: 500, holdKnownShare: 500 });
    const [one, other] = [bed.start(), bed.start()];
    await ask(other, some(0, 1), () => false);
    expect(await asked(one, some(0, 700), () => true)).toBe(false);
    await expect(one.take(caller, 1)).rejects.toMatchObject(isHeld);
    for (const each of [one, other]) await bed.save(each);
    await expect(other.take(caller, 1)).rejects.toMatchObject(isHeld);
    await bed.goOn();
    for (const each of [one, other]) await bed.save(each);
    await ask(one, some(700, 300), () => true);
    await ask(other, some(700, 300), () => true);
    expect([one.state.isHeld, other.state.isHeld]).toEqual([false, false]);
    expect(await asked(one, some(1000, 700), () => true)).toBe(false);
    await expect(one.take(caller, 1)).rejects.toMatchObject(isHeld);
    expect(bed.stored()?.refusedCalls).toBe(2);
  });

  test("also where the store is away just then", async () => {
    const bed = bedOf({ holdKnown: 100 });
    const askers = bed.start();
    expect(await asked(askers, some(0, 300), () => true)).toBe(false);
    bed.goes(true);
    await bed.save(askers);
    await expect(askers.take(caller, 1)).rejects.toMatchObject(isHeld);
    bed.goes(false);
    await bed.save(askers);
    await expect(bed.start().take(caller, 1)).rejects.toMatchObject(isHeld);
  });
});
