import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { MovableClock } from "@ntd/service";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openExchangeBed, shareEntries, type ExchangeBed } from "./bed.ts";

let at: ExchangeBed;
beforeAll(async () => {
  at = await openExchangeBed();
  at.server.pageSize = 2;
});
afterAll(() => at[Symbol.asyncDispose]());

/** The service as a process, until it is killed there. */
async function killedAt(failpoint: string, storeUrl: string): Promise<void> {
  const { PATH = "" } = process.env;
  const env = { PATH, ...at.environment, EXCHANGE_STORE_URL: storeUrl, NTD_FAILPOINT: failpoint };
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], { env, stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [, signal] = (await once(child, "exit")) as [number | null, string | null];
  expect([failpoint, signal]).toEqual([failpoint, "SIGKILL"]);
}

// Of connectors: seen, claimed, begun (two writes), a page counted (three), all read, pulled, given back.
test.each([
  "store.saved.connectors:4",
  "store.saved.pages:1",
  "store.saved.connectors:5",
  "store.saved.listed:2",
  "store.saved.pages:3",
  "exchange.uploaded:1",
  "store.saved.connectors:9",
])("killed at %s, every page comes once", async (failpoint) => {
  const name = `npo-${randomUUID().slice(0, 8)}`;
  const storeUrl = `file:${join(at.bed.dir, name, "store.sqlite")}`;
  at.server.entries.length = 0;
  at.hashlists.uploads.length = 0;
  at.hashlists.inForce = "";
  shareEntries(at.server, 5, new Date(Date.now() - 60_000));
  await at.name(name);
  await killedAt(failpoint, storeUrl);
  // The lease of who was killed is over, and the exchange has something new.
  const clock = new MovableClock(new Date(Date.now() + 120_000));
  shareEntries(at.server, 1, new Date(clock.now().getTime() - 20_000));
  await using service = await at.started(clock, { EXCHANGE_STORE_URL: storeUrl });
  await service.until("it is pulled", ({ totals }) => totals?.pulls === 1n);
  for (const { release } of at.hashlists.uploads) {
    release.state = "RELEASE_STATE_ACTIVE";
    at.hashlists.inForce = release.releaseId;
  }
  clock.advance(2 * 3_600_000);
  const { totals } = await service.until("what is new, too", ({ totals: now }) => now?.pulls === 2n);
  const texts = at.hashlists.uploads.map(({ text }) => text).join("");
  const listed = [...texts.matchAll(/(?:<id>|,42-)(i\d)/g)].map(([, id]) => id);
  expect(listed).toHaveLength(6);
  expect(new Set(listed)).toEqual(new Set(["i0", "i1", "i2", "i3", "i4", "i5"]));
  expect(totals?.entries).toBe(6n);
});
