import { expect, test } from "vitest";
import { Health } from "./health.ts";
import { createLog } from "../telemetry/log.ts";

function newHealth() {
  const lines: Record<string, unknown>[] = [];
  const health = new Health(createLog("test", "info", { write: (line) => void lines.push(JSON.parse(line)) }));
  return { health, messages: () => lines.map((line) => line["msg"]), lines };
}

/** Resolves when health next tells of a change. */
function change(health: Health): Promise<void> {
  return new Promise((resolve) => {
    const listening = health.onChange(() => (listening[Symbol.dispose](), resolve()));
  });
}

test("serving is earned by every check, lost by one, and only changes are logged", async () => {
  const { health, messages, lines } = newHealth();
  await using _ = health;
  const well = { store: false, bus: true };
  let looks = 0;
  for (const name of ["store", "bus"] as const) {
    health.add({ name, run: () => (looks++, well[name] ? Promise.resolve() : Promise.reject(new Error("down"))) });
  }
  expect(health.serving).toBe(false);
  let changed = change(health);
  health.start(1);
  await changed;
  expect(health.serving).toBe(false);
  expect(lines[0]).toMatchObject({ msg: "not serving", failed: ["store"] });
  changed = change(health);
  well.store = true;
  await changed;
  expect(health.serving).toBe(true);
  const before = looks;
  while (looks < before + 6) await new Promise((resolve) => setTimeout(resolve, 1));
  changed = change(health);
  well.bus = false;
  await changed;
  expect(health.serving).toBe(false);
  expect(messages()).toEqual(["not serving", "serving", "not serving"]);
});

test("a check that does not answer in time, or throws at once, has failed", async () => {
  const { health, lines } = newHealth();
  await using _ = health;
  health.add({ name: "silent", run: () => new Promise(() => undefined) });
  health.add({
    name: "throwing",
    run: () => {
      throw new Error("down");
    },
  });
  const changed = change(health);
  health.start(1, 20);
  await changed;
  expect(lines[0]).toMatchObject({ failed: ["silent", "throwing"] });
});

test("a drain ends serving for good and is told at once", async () => {
  const { health } = newHealth();
  await using _ = health;
  const changed = change(health);
  health.start(1);
  await changed;
  expect([health.serving, health.draining]).toEqual([true, false]);
  let told = 0;
  using _listening = health.onChange(() => (told += 1));
  health.drain();
  expect([told, health.serving, health.draining]).toEqual([1, false, true]);
});

test("a degraded service keeps serving and names the cause, once when it comes and once when it goes", async () => {
  const { health, messages } = newHealth();
  await using _ = health;
  const changed = change(health);
  health.start(1);
  await changed;
  health.degrade("stream_full");
  health.degrade("stream_full");
  expect([health.serving, [...health.degraded]]).toEqual([true, ["stream_full"]]);
  health.degrade("stream_full", false);
  health.degrade("stream_full", false);
  expect(health.degraded.size).toBe(0);
  expect(messages().slice(1)).toEqual(["degraded", "no longer degraded"]);
});
