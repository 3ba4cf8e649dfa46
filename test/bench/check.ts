// CheckHashes of the matching service in its own process, behind gRPC and mutual TLS, in batches of 1, 100 and 1,000; and
// HMA's own index over the same rows, with the same queries, by turns. node test/bench/check.ts [rows]
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { once } from "node:events";
import { join } from "node:path";
import { nouns } from "@ntd/bus";
import { freePort } from "@ntd/embedded";
import { CheckServiceService } from "@ntd/proto/matching/v1/check_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { forNode } from "@ntd/scripts/platform";
import { managed } from "@ntd/scripts/process";
import { eventually, startTestBed, type TestBed } from "@ntd/testing";
import { pythonWithHma, startHma, type Hma } from "./check-hma.ts";
import { hashOf, near } from "./matching-service-entries.ts";
import { startLists, usageOf } from "./matching-service-parts.ts";
import { atLeast, atMost, quantile, report, stated, type Figure } from "./report.ts";

type Checks = RpcClient<typeof CheckServiceService>;

/** One hash in a hundred is known, a copy of up to 40 bits: of those beyond 31 nobody may say that they are. */
const KNOWN_EVERY = 100;
/** Nobody's quota is measured here. */
const QUOTAS = `
kinds: { industry: { calls_per_second: 1000000, burst: 1000000 } }
checked_hashes:
  { per_minute: 1000000000, per_day: 100000000000, hold_known: never, hold_known_share: never, hold_neighbours: never }
`;
const TURNS = 5;
const LANES = 8;
const WARM_UP = 5000;

function queryOf(rows: number, nth: number): Uint8Array {
  return nth % KNOWN_EVERY === 0 ? near((nth * 7919) % rows, (nth / KNOWN_EVERY) % 41) : hashOf(rows + nth);
}

async function figures(rows: number): Promise<Figure[]> {
  await using stack = new AsyncDisposableStack();
  const bed = stack.use(await startTestBed());
  const { client, usage } = await startMatching(stack, bed, rows);
  const of = `${(rows / 1e6).toFixed(0)} M`;
  let nth = 0;
  const turn = async (batch: number, calls: number, lanes = LANES) => {
    const times: number[] = [];
    const found: boolean[] = [];
    const cpuMs = usage().cpuMs;
    const began = performance.now();
    const first = nth;
    let left = calls;
    const lane = async () => {
      while (left-- > 0) {
        const at = nth;
        nth += batch;
        const hashes = Array.from({ length: batch }, (_, i) => queryOf(rows, at + i));
        const fingerprints = hashes.map((value) => ({ algorithm: "ALGORITHM_PDQ" as const, value, quality: 90 }));
        const from = performance.now();
        const { answers } = await client.checkHashes({ fingerprints, recipe: "exact-1" }, { deadline: 60_000 });
        times.push(performance.now() - from);
        for (const [i, { verdict }] of answers.entries()) found[at - first + i] = verdict === "HASH_VERDICT_KNOWN";
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    const hashes = calls * batch;
    const seconds = (performance.now() - began) / 1000;
    return { perCore: hashes / ((usage().cpuMs - cpuMs) / 1000), perSecond: hashes / seconds, times, found, first };
  };
  await turn(100, WARM_UP / 100);
  const all: Figure[] = [];
  for (const [batch, calls] of [
    [1, 4000],
    [100, 300],
    [1000, 60],
  ] as const) {
    const { perCore, perSecond, times } = await turn(batch, calls);
    const name = `${of}, batches of ${batch.toLocaleString("en")}, ${LANES} at a time`;
    all.push(stated(`${name}: hashes a second of a core, all of the service`, perCore, "/s"));
    all.push(stated(`${name}: hashes a second`, perSecond, "/s"));
    all.push(stated(`${name}: p50 of a call`, quantile(times, 0.5), "ms"));
    all.push(stated(`${name}: p99 of ${calls} calls`, quantile(times, 0.99), "ms"));
  }
  const alone = await turn(1, 500, 1);
  all.push(stated(`${of}, one hash, one at a time: p50`, quantile(alone.times, 0.5), "ms"));
  all.push(stated(`${of}, one hash, one at a time: p99 of 500`, quantile(alone.times, 0.99), "ms"));
  return [...all, ...(await againstHma(bed, rows, of, turn))];
}

type Turn = (batch: number, calls: number) => Promise<{ perCore: number; found: boolean[]; first: number }>;

/** The two take turns, so that what the machine does to one it does to the other. */
async function againstHma(bed: TestBed, rows: number, of: string, turn: Turn): Promise<Figure[]> {
  const python = await pythonWithHma(bed.dir);
  if (python === undefined) return [];
  const [rowsFile, queriesFile] = [join(bed.dir, "rows"), join(bed.dir, "queries")];
  const each = rows > 2_000_000 ? 200 : 1000;
  await writeHashes(rowsFile, rows, hashOf);
  const begin = (await turn(1000, 1)).first + 1000;
  await writeHashes(queriesFile, TURNS * 10_000, (n) => queryOf(rows, begin + n));
  await using hma: Hma = await startHma(python, bed.dir, rowsFile, queriesFile);
  const [ours, theirs, times]: [number[], number[], number[]] = [[], [], []];
  const seen: boolean[] = [];
  const told: boolean[] = [];
  for (let at = 0; at < TURNS; at++) {
    const { perCore, found } = await turn(1000, 10);
    told.push(...found);
    ours.push(perCore);
    const { cpuSeconds, milliseconds, found: theirFound } = await hma.run(each);
    seen.push(...theirFound);
    theirs.push(each / cpuSeconds);
    times.push(...milliseconds);
  }
  // Both began with the same query: as far as HMA came.
  const differing = seen.filter((is, nth) => is !== told[nth]).length;
  const [own, other] = [quantile(ours, 0.5), quantile(theirs, 0.5)];
  return [
    stated(`${of}: HMA's index, hash by hash without HTTP or database: hashes a second of a core`, other, "/s"),
    stated(`${of}: HMA's index: p50`, quantile(times, 0.5), "ms"),
    stated(`${of}: HMA's index: p99 of ${times.length}`, quantile(times, 0.99), "ms"),
    stated(`${of}: HMA's index is built in`, hma.buildSeconds, "s"),
    stated(`${of}: by turns, batches of 1,000: hashes a second of a core, all of the service`, own, "/s"),
    atLeast(`${of}: times as many hashes a second of a core as HMA's index`, own / other, "×", 10),
    atMost(`${of}: answers that differ, of ${seen.length} queries`, differing, "", 0),
  ];
}

async function startMatching(stack: AsyncDisposableStack, bed: TestBed, rows: number) {
  const lists = stack.use(await startLists(bed));
  const listen = `127.0.0.1:${await freePort()}`;
  const quotas = join(bed.dir, "quotas.yaml");
  await writeFile(quotas, QUOTAS);
  const program = stack.use(
    managed({
      name: "matching",
      main: join(import.meta.dirname, "../../services/matching/src/main.ts"),
      environment: {
        ...(await bed.environment("matching", { LISTEN: listen })),
        NTD_LOG_LEVEL: "info",
        NTD_HASHLISTS_ADDRESS: lists.address,
        NTD_QUOTAS_FILE: quotas,
        ...forNode.matching,
      },
      logFile: join(bed.dir, "matching.log"),
    }),
  );
  program.start();
  const identityDir = await bed.identity("industry", "bench");
  const address = listen.replace("127.0.0.1", "localhost");
  const client: Checks = stack.use(connect(CheckServiceService, { address, identityDir }));
  const releaseId = randomUUID();
  await lists.tell({ kind: "release", releaseId, setId: "large", from: 0, count: rows, counter: 1 });
  await bed.publish(nouns.release, "activated", "large", 1, {
    setId: "large",
    policy: { owner: "bench", role: "SET_ROLE_POSITIVE", autoIssue: false, minVotes: 0, thresholds: undefined },
    activeReleaseId: releaseId,
    entryCount: BigInt(rows),
    counter: 1n,
    activatedTime: new Date(),
    check: "CHECK_TERMS_EXPLAINED",
  });
  const last = { algorithm: "ALGORITHM_PDQ" as const, value: hashOf(rows - 1), quality: 90 };
  const isLoaded = async () => {
    const { answers } = await client.checkHashes({ fingerprints: [last], recipe: "exact-1" });
    return answers[0]?.verdict === "HASH_VERDICT_KNOWN";
  };
  await eventually("the list is loaded", () => isLoaded().catch(() => false), 900_000);
  return { client, usage: () => usageOf(program.pid) };
}

async function writeHashes(path: string, count: number, hash: (nth: number) => Uint8Array): Promise<void> {
  const file = createWriteStream(path);
  for (let nth = 0; nth < count; nth++) if (!file.write(hash(nth))) await once(file, "drain");
  file.end();
  await once(file, "close");
}

if (import.meta.main) report("check", await figures(Number(process.argv[2] ?? 10_000_000)));
