// The service itself under load: a real bus, its own process, look-ups through gRPC at a constant rate, while entries
// are added and revoked. node test/bench/matching-service.ts
// [entries] [seconds] [searches a second] [hashes a search]
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { nouns } from "@ntd/bus";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { managed } from "@ntd/scripts/process";
import { freePort } from "@ntd/embedded";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { entryIdOf, hashOf, near } from "./matching-service-entries.ts";
import { startIdleLoop, startLists, usageOf } from "./matching-service-parts.ts";
import { startOpenLoop } from "./open-loop.ts";
import { atMost, quantile, report, stated, type Figure } from "./report.ts";

export interface MatchingServiceOptions {
  /** Entries of the large set. */
  entries: number;
  /** How long entries are added and revoked. */
  seconds: number;
  searchesPerSecond: number;
  /** Hashes of one look-up; a picture has eight forms. */
  hashes: number;
}

/** As the platform starts it: with the default of 16 MB, the garbage of calls under way is moved to the old space. */
const YOUNG_SPACE = "--max-semi-space-size=32";
const SMALL_SET = 1000;
const CHANGE_EVERY_MS = 200;
const WARM_UP_MS = 3000;
/** Numbers of the entries of the small set begin here. */
const ADDED = 2 ** 31;

type Lookups = RpcClient<typeof MatchServiceService>;

export async function matchingServiceFigures(options: MatchingServiceOptions): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed());
  const lists = stack.use(await startLists(bed));
  const listen = `127.0.0.1:${await freePort()}`;
  const environment = await bed.environment("matching", {
    LISTEN: listen,
    SNAPSHOT_DIR: join(bed.dir, "snapshots"),
  });
  const profile = process.env["NTD_BENCH_PROFILE"];
  const program = stack.use(
    managed({
      name: "matching",
      main: join(import.meta.dirname, "../../services/matching/src/main.ts"),
      environment: {
        ...environment,
        NTD_LOG_LEVEL: "info",
        NTD_HASHLISTS_ADDRESS: lists.address,
        NODE_OPTIONS: [YOUNG_SPACE, ...(profile ? [`--cpu-prof --cpu-prof-dir=${profile}`] : [])].join(" "),
      },
      logFile: join(process.env["NTD_BENCH_LOG_DIR"] ?? bed.dir, "matching.log"),
    }),
  );
  program.start();
  const identityDir = await bed.identity("service", "casework");
  const client = stack.use(
    connect(MatchServiceService, { address: listen.replace("127.0.0.1", "localhost"), identityDir }),
  );
  const idle = stack.use(startIdleLoop());
  const figures = await measure(options, { bed, lists, client, idle, usage: () => usageOf(program.pid) });
  const { residentMb, mostResidentMb } = usageOf(program.pid);
  return [
    ...figures,
    stated("service: resident after that", residentMb, "MB"),
    stated("service: most resident", mostResidentMb, "MB"),
  ];
}

interface Parts {
  bed: TestBed;
  lists: Awaited<ReturnType<typeof startLists>>;
  client: Lookups;
  idle: ReturnType<typeof startIdleLoop>;
  usage: () => ReturnType<typeof usageOf>;
}

async function measure(
  { entries, seconds, searchesPerSecond, hashes }: MatchingServiceOptions,
  parts: Parts,
): Promise<Figure[]> {
  const { client, idle, usage } = parts;
  const list = listOf(parts);
  const loadMs = await visibleAfter(client, entries - 1, true, () => list.release("large", 0, entries), 600_000);

  // Half of the large set is looked up, the other half revoked, so that every look-up must find its entry.
  const kept = Math.floor(entries / 2);
  const load = startOpenLoop(searchesPerSecond, (nth) => findsItself(client, (nth * 7919) % kept, hashes));
  await delay(WARM_UP_MS);
  load.look();
  await idle.look();
  const before = usage().cpuMs;
  const { added, revoked } = await change(client, list, kept, seconds);
  const steady = load.look();
  const cpuMs = usage().cpuMs - before;
  const steadyIdle = await idle.look();

  // The whole large set once more, with one entry more by which it can be told.
  const swapMs = await visibleAfter(client, entries, true, () => list.release("large", 0, entries + 1), 600_000);
  const swap = load.look();
  const swapIdle = await idle.look();
  await load.stop();
  const failures = load.look().failures;

  const each = `${(entries / 1e6).toFixed(0)} M`;
  return [
    stated(`service, ${each}: a release loads through gRPC at`, entries / (loadMs / 1000), "entries/s"),
    atMost(`service, ${each}: entry added → found, p99 of ${added.length}`, quantile(added, 0.99), "ms", 1000),
    atMost(
      `service, ${each}: entry revoked → not found, p99 of ${revoked.length}`,
      quantile(revoked, 0.99),
      "ms",
      1000,
    ),
    ...latencies(
      `service, ${each}: look-up of ${hashes} hash${hashes === 1 ? "" : "es"} at ${searchesPerSecond}/s`,
      steady.times,
      hashes === 1 ? 20 : undefined,
    ),
    stated("the same time: processor time of the service for each look-up", cpuMs / steady.times.length, "ms"),
    ...delays("the same time: a loop that does nothing is late by", steadyIdle),
    stated(`service, ${each}: whole release swapped under load within`, swapMs / 1000, "s"),
    ...latencies(`service, ${each}: look-up while it is swapped`, swap.times),
    atMost(
      `service, ${each}: look-up while it is swapped against before, p99.9`,
      quantile(swap.times, 0.999) / quantile(steady.times, 0.999),
      "×",
      2,
    ),
    ...delays("the same time: a loop that does nothing is late by", swapIdle),
    atMost(`service, ${each}: look-ups that failed or missed`, failures, "", 0),
  ];
}

/** Adds to the small set and revokes from the large one, by turns; how long each took to be seen. */
async function change(client: Lookups, list: ReturnType<typeof listOf>, kept: number, seconds: number) {
  const [added, revoked]: [number[], number[]] = [[], []];
  const until = performance.now() + seconds * 1000;
  for (let nth = 0; performance.now() < until; nth++) {
    const next = performance.now() + CHANGE_EVERY_MS;
    if (nth % 2 === 0) {
      const count = SMALL_SET + nth;
      added.push(await visibleAfter(client, ADDED + count - 1, true, () => list.release("small", ADDED, count)));
    } else {
      revoked.push(await visibleAfter(client, kept + nth, false, () => list.revoke("large", kept + nth)));
    }
    await delay(Math.max(0, next - performance.now()));
  }
  return { added, revoked };
}

function latencies(what: string, times: number[], aim?: number): Figure[] {
  const [p50, p99, p999] = [0.5, 0.99, 0.999].map((share) => quantile(times, share)) as [number, number, number];
  const last = `${what}, p99.9 of ${times.length}`;
  return [
    stated(`${what}, p50`, p50, "ms"),
    stated(`${what}, p99`, p99, "ms"),
    aim === undefined ? stated(last, p999, "ms") : atMost(last, p999, "ms", aim),
  ];
}

function delays(what: string, late: number[]): Figure[] {
  return [stated(`${what}, p99.9`, quantile(late, 0.999), "ms"), stated(`${what}, at worst`, quantile(late, 1), "ms")];
}

/** How long after a change a look-up sees it: from before the change is published to the answer that shows it. */
async function visibleAfter(
  client: Lookups,
  number: number,
  wanted: boolean,
  change: () => Promise<void>,
  deadlineMs = 15_000,
): Promise<number> {
  const began = performance.now();
  await change();
  const seen = async () => (await isFound(client, [hashOf(number)], number)) === wanted;
  await eventually(`entry ${number} is ${wanted ? "found" : "not found"}`, seen, deadlineMs);
  return performance.now() - began;
}

function findsItself(client: Lookups, number: number, hashes: number): Promise<boolean> {
  const others = Array.from({ length: hashes - 1 }, (_, i) => hashOf(2 ** 30 + number * hashes + i));
  return isFound(client, [near(number, 8), ...others], number);
}

async function isFound(client: Lookups, hashes: Uint8Array[], number: number): Promise<boolean> {
  const fingerprints = hashes.map((value) => ({ algorithm: "ALGORITHM_PDQ" as const, value, quality: 100 }));
  const { hits } = await client.lookup({ fingerprints, recipe: "exact-1" });
  const entryId = entryIdOf(number);
  return hits.some((hit) => hit.entryId === entryId);
}

/** The sets as hashlists would tell of them: each change raises the set's counter, and is told on the bus. */
function listOf({ bed, lists }: Parts) {
  const sets = new Map<string, { counter: number; releaseId: string; count: number }>();
  const tell = async (setId: string) => {
    const { counter = 0, releaseId = "", count = 0 } = sets.get(setId) ?? {};
    await bed.publish(nouns.release, "activated", setId, counter, {
      setId,
      policy: { owner: "bench", role: "SET_ROLE_POSITIVE", autoIssue: false, minVotes: 0, thresholds: undefined },
      activeReleaseId: releaseId,
      entryCount: BigInt(count),
      counter: BigInt(counter),
      activatedTime: new Date(),
    });
  };
  return {
    async release(setId: string, from: number, count: number) {
      const counter = (sets.get(setId)?.counter ?? 0) + 1;
      const releaseId = randomUUID();
      sets.set(setId, { counter, releaseId, count });
      await lists.tell({ kind: "release", releaseId, setId, from, count, counter });
      await tell(setId);
    },
    async revoke(setId: string, number: number) {
      const set = sets.get(setId) ?? { counter: 0, releaseId: "", count: 0 };
      sets.set(setId, { ...set, counter: set.counter + 1 });
      await lists.tell({ kind: "revocation", setId, number, counter: set.counter + 1 });
      await tell(setId);
    },
  };
}

if (import.meta.main) {
  const [entries = 1_000_000, seconds = 30, searchesPerSecond = 500, hashes = 1] = process.argv.slice(2).map(Number);
  report("matching-service", await matchingServiceFigures({ entries, seconds, searchesPerSecond, hashes }));
}
