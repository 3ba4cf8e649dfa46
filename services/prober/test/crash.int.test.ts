import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { openStore } from "@ntd/store";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { openCollections } from "../src/store.ts";
import { openProberBed, targetIdOf, type ProberBed } from "./bed.ts";
import { filmNamed } from "./films-service.ts";

let at: ProberBed;
beforeAll(async () => {
  at = await openProberBed();
});
afterAll(() => at[Symbol.asyncDispose]());

/** Where the outcome of a fetch counts, it has time on a busy machine, too: one that timed out would be told. */
const patient = { PROBER_FETCH_TIMEOUT_MS: "3000", PROBER_FINGERPRINT_TIMEOUT_MS: "1000", PROBER_LEASE_MS: "5000" };
const quick = { PROBER_FETCH_TIMEOUT_MS: "500", PROBER_FINGERPRINT_TIMEOUT_MS: "500", PROBER_LEASE_MS: "2000" };

function prober(more: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../src/main.ts")], {
    env: { ...at.environment, ...quick, ...more },
    stdio: "ignore",
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null && child.kill("SIGTERM")) await once(child, "exit");
  });
  return child;
}

test.each(["prober.claimed", "prober.looked"])("killed at %s, the probe is done after the lease", async (failpoint) => {
  const path = `/${failpoint}`;
  at.pages.set(path, "picture 1 1");
  const first = prober({ ...patient, NTD_FAILPOINT: `${failpoint}:1` });
  await at.report(path);
  const [, signal] = (await once(first, "exit")) as [number | null, string | null];
  expect(signal).toBe("SIGKILL");
  expect(await at.told(path)).toEqual([]);
  prober(patient);
  expect(await at.until(path, "present")).toMatchObject({ episode: 1, content: { revision: 1 } });
  expect(await at.told(path)).toHaveLength(1);
});

/** Ids of the records that the store holds, and of those that the target names. */
async function records(path: string): Promise<{ held: string[]; named: (string | undefined)[] }> {
  await using store = await openStore(at.environment["PROBER_STORE_URL"] ?? "");
  const { evidence, targets } = await openCollections(store);
  const target = await targets.load(targetIdOf(path));
  const held = (await evidence.find({ limit: 100 })).map(({ id }) => id);
  return { held, named: (target?.state.told ?? []).map(({ evidenceId }) => evidenceId) };
}

test("killed between a record and the target that names it: a record that nobody names, none that is missing", async () => {
  at.pages.set("/recorded", "picture 3 3");
  const before = (await records("/recorded")).held;
  const first = prober({ ...patient, NTD_FAILPOINT: "store.saved.evidence:1" });
  await at.report("/recorded");
  await once(first, "exit");
  const orphan = await records("/recorded");
  expect([orphan.held.length, orphan.named]).toEqual([before.length + 1, []]);
  const second = prober(patient);
  const { looks } = await at.until("/recorded", "present");
  second.kill("SIGTERM");
  await once(second, "exit");
  const { held, named } = await records("/recorded");
  expect(held).toHaveLength(before.length + 2);
  expect(named).toEqual(looks.map(({ evidenceId }) => evidenceId));
  expect(held).toEqual(expect.arrayContaining(named));
});

test("killed at every probe, the target ends with a person after five claims", async () => {
  at.pages.set("/killer", "picture 2 2");
  await at.report("/killer");
  for (let attempt = 1; attempt <= 5; attempt++) {
    const child = prober({ NTD_FAILPOINT: "prober.looked:1" });
    await once(child, "exit");
    expect([attempt, child.signalCode, at.hits("/killer")]).toEqual([attempt, "SIGKILL", attempt]);
  }
  prober({});
  await at.until("/killer", "unreachable");
  expect(at.hits("/killer")).toBe(5);
});

test("killed in the middle of a film it is looked at again after the lease, and nothing is told of a part", async () => {
  const film = filmNamed("abcd", 2_000_000);
  const begun = Promise.withResolvers<void>();
  at.files.set("/film.mp4", (_, response) => {
    response.writeHead(200, { "content-length": film.length }).write(film.subarray(0, 1_500_000));
    begun.resolve();
  });
  const first = prober(patient);
  await at.report("/film.mp4");
  await begun.promise;
  first.kill("SIGKILL");
  await once(first, "exit");
  at.files.set("/film.mp4", (_, response) => void response.end(film));
  prober(patient);
  expect(await at.until("/film.mp4", "present")).toMatchObject({ content: { revision: 1, sizeBytes: film.length } });
  expect(await at.told("/film.mp4")).toHaveLength(1);
});
