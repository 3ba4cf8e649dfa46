import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import { freePort } from "@ntd/embedded";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { systemClock } from "@ntd/service";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { entry, fingerprint, putInForce, startMatching } from "./bed.ts";
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

const made = (name: string) => {
  const algorithm = name.endsWith("0") ? "ALGORITHM_PDQ" : "ALGORITHM_SHA256";
  return entry(fingerprint(algorithm, createHash("sha256").update(name).digest(), 90));
};
const some = (of: string, count: number) => Array.from({ length: count }, (_, n) => made(`${of}-${n}`));
const [stays, goes, comes] = [some("stays", 100), some("goes", 6), some("comes", 12)];
const [first, next] = [
  [...stays, ...goes],
  [...stays, ...comes],
];
const asked = [...stays.slice(0, 3), ...goes, ...comes];
const ids = (entries: typeof asked) =>
  asked.flatMap(({ entryId }) => (entries.some((one) => one.entryId === entryId) ? [entryId] : [])).toSorted();
const [older, newer] = [ids(first), ids(next)];

async function found(client: RpcClient<typeof MatchServiceService>): Promise<string[]> {
  const fingerprints = asked.flatMap((one) => one.fingerprint ?? []);
  const { hits } = await client.lookup({ fingerprints, recipe: "exact-1" });
  return hits.map(({ entryId }) => entryId).toSorted();
}

/** Runs the service until it is killed at the failpoint, and the next release comes once the first one is searched. */
async function answersUntilKilled(failpoint: string, settings: Record<string, string>): Promise<string[][]> {
  const port = await freePort();
  const environment = await bed.environment("matching", { ...settings, LISTEN: `127.0.0.1:${port}` });
  const { PATH = "" } = process.env;
  const own = { NTD_HASHLISTS_ADDRESS: hashlists.address, NTD_FAILPOINT: failpoint };
  const main = join(import.meta.dirname, "../src/main.ts");
  const child = spawn(process.execPath, [main], { env: { PATH, ...environment, ...own }, stdio: "ignore" });
  const exit = once(child, "exit");
  const identityDir = await bed.identity("service", "casework");
  await using client = connect(MatchServiceService, { address: `localhost:${port}`, identityDir });
  const answers: string[][] = [];
  const ask = async () => answers.push(await found(client));
  await eventually(
    "the first release is searched",
    () =>
      ask().then(
        () => true,
        () => false,
      ),
    30_000,
  );
  await putInForce(bed, hashlists, { setId: "set-a", counter: 2 }, next);
  while (child.exitCode === null && child.signalCode === null) await ask().catch(() => undefined);
  await exit;
  expect([failpoint, child.signalCode]).toEqual([failpoint, "SIGKILL"]);
  return answers;
}

test.each(["matching.changes-read:4", "matching.changes-read:12", "matching.swapping:2", "matching.swapped:2"])(
  "killed at %s, while what a release changes is taken in: old or new is found until then, and behind a restart the new",
  async (failpoint) => {
    const settings = { SNAPSHOT_DIR: join(bed.dir, "snapshots"), STORE_URL: `file:${join(bed.dir, "own.sqlite")}` };
    {
      await using matching = await startMatching(bed, hashlists, systemClock, settings);
      await putInForce(bed, hashlists, { setId: "set-a", counter: 1 }, first);
      await eventually("it is found", async () => (await found(matching.client)).length === older.length);
    }
    const answers = await answersUntilKilled(failpoint, settings);
    expect(answers).toContainEqual(older);
    for (const answer of answers) expect([older, newer]).toContainEqual(answer);
    await using matching = await startMatching(bed, hashlists, systemClock, settings);
    await eventually("the next release is searched", async () => {
      const now = await found(matching.client);
      expect([older, newer]).toContainEqual(now);
      return now.join() === newer.join();
    });
  },
);
