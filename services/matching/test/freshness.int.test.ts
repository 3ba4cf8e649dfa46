import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { MovableClock } from "@ntd/service";
import { freePort } from "@ntd/embedded";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { entry, fingerprint, policy, publishRelease, putInForce, revoke, startMatching } from "./bed.ts";
import { fakeHashlists, type FakeHashlists } from "./fake-hashlists.ts";

let bed: TestBed;
let hashlists: FakeHashlists;
beforeEach(async () => {
  bed = await startTestBed();
  hashlists = await fakeHashlists(bed);
});
afterEach(async () => {
  await hashlists[Symbol.asyncDispose]();
  await bed[Symbol.asyncDispose]();
});

const md5 = (byte: number) => fingerprint("ALGORITHM_MD5", new Uint8Array(16).fill(byte));
const flat = fingerprint("ALGORITHM_PDQ", new Uint8Array(32), 0);

test("its metrics say of each set how much is searched, through which counter, and how old that is", async () => {
  const port = await freePort();
  const environment = await bed.environment("matching", { METRICS_PORT: String(port) });
  const main = ["--import", "@ntd/service/telemetry", join(import.meta.dirname, "../src/main.ts")];
  const { PATH = "" } = process.env;
  const env = { PATH, ...environment, NTD_HASHLISTS_ADDRESS: hashlists.address };
  const service = spawn(process.execPath, main, { env, stdio: "ignore" });
  try {
    const set = { setId: "set-a", counter: 7 };
    const entries = [1, 2, 3].map((byte) => entry(md5(byte)));
    const activeReleaseId = await putInForce(bed, hashlists, set, [...entries, entry(flat)]);
    await revoke(bed, hashlists, { ...set, counter: 8, activeReleaseId }, [entries[0]?.entryId ?? ""]);
    const shown = await eventually("the metrics are shown", async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      const value = (name: string) =>
        new RegExp(`^ntd_matching_set_${name}{.*set="set-a".*} (\\S+)`, "m").exec(text)?.[1];
      return value("index_counter") === "8" && value;
    });
    expect(shown("rows")).toBe("2");
    for (const age of ["release_age_seconds", "loaded_seconds", "checked_seconds"]) {
      expect(Number(shown(age)), age).toBeGreaterThanOrEqual(0);
      expect(Number(shown(age)), age).toBeLessThan(60);
    }
    const degraded = async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return /^ntd_degraded{.*cause="sets:WEAK_EQUALITY_DECIDES".*} 1/m.test(text);
    };
    expect(await degraded()).toBe(false);
    const weak = { ...policy, weakEquality: "WEAK_EQUALITY_DECIDES" as const };
    await putInForce(bed, hashlists, { setId: "set-b", counter: 1, policy: weak }, [entry(md5(9))]);
    await eventually("its health says that MD5 alone may decide", degraded);
  } finally {
    service.kill("SIGTERM");
    await once(service, "exit");
  }
});

test("once a minute it asks whether anything was revoked of which no event told", async () => {
  const clock = new MovableClock();
  await using matching = await startMatching(bed, hashlists, clock);
  const missed = entry(md5(1));
  const set = { setId: "set-a", counter: 1 };
  await putInForce(bed, hashlists, set, [missed]);
  const found = async () => (await matching.client.lookup({ fingerprints: [md5(1)] })).hits.length === 1;
  await eventually("it is found", found);
  const asked = hashlists.asked.length;
  hashlists.revocations.set("set-a", [{ counter: 2, entryIds: [missed.entryId] }]);
  hashlists.counters.set("set-a", 2);
  // What is told of another set makes it look, and a minute has not gone by.
  await publishRelease(bed, { setId: "set-b", counter: 1, activeReleaseId: randomUUID(), entryCount: 1 });
  await eventually("it has looked", () => hashlists.asked.length > asked);
  expect(hashlists.asked.slice(asked)).not.toContain("set-a");
  clock.advance(60_000);
  await eventually("it is not found any more", async () => !(await found()));
});
