// Deltas of 1, 1,000 and 100,000 rows into one list of any size, through the services themselves: how long each takes to
// be uploaded and approved, and from the activating call to the first match; and what look-ups wait meanwhile, also while
// the first list comes into force and while another whole list takes its place.
// node test/bench/deltas.ts [lines] [look-ups a second]
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { HashListServiceService, type UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { forNode } from "@ntd/scripts/platform";
import { managed } from "@ntd/scripts/process";
import { freePort } from "@ntd/embedded";
import { eventually, setMembers, startTestBed } from "@ntd/testing";
import { HEADER, lineOf, writeList } from "./hashlists-list.ts";
import { partsOf, uploadOf } from "./hashlists-service.ts";
import { startIdleLoop, usageOf } from "./matching-service-parts.ts";
import { startOpenLoop } from "./open-loop.ts";
import { atMost, quantile, report, stated, type Figure } from "./report.ts";

const [LINES = 1_000_000, PER_SECOND = 100] = process.argv.slice(2).map(Number);
const DELTAS = [1, 1000, 100_000];
/** Of these deltas there are so many look-ups in the time that a p99.9 says something. */
const LARGE = 100_000;
/** Before each, so long nothing but look-ups. */
const BEFORE_MS = 15_000;
const WARM_UP_MS = 3000;
const SET = "bench";
const deadline = 7_200_000;

await using stack = new AsyncDisposableStack();
const bed = stack.use(await startTestBed());
const list = join(bed.dir, "list.csv");
await writeList(list, LINES);

async function started(name: "hashlists" | "matching", more: Record<string, string>) {
  const port = await freePort();
  const environment = await bed.environment(name, { LISTEN: `127.0.0.1:${port}` });
  const program = stack.use(
    managed({
      name,
      main: join(import.meta.dirname, `../../services/${name}/src/main.ts`),
      environment: { ...environment, ...forNode[name], ...more },
      logFile: join(bed.dir, `${name}.log`),
    }),
  );
  program.start();
  return { address: `localhost:${port}`, program };
}

const hashlists = await started("hashlists", {});
const matching = await started("matching", {
  NTD_HASHLISTS_ADDRESS: hashlists.address,
});
const person = async (name: string) =>
  stack.use(
    connect(HashListServiceService, {
      address: hashlists.address,
      identityDir: await bed.identity("maintainer", name),
    }),
  );
const [anna, ben, carla] = [await person("anna"), await person("ben"), await person("carla")];
const lookups: RpcClient<typeof MatchServiceService> = stack.use(
  connect(MatchServiceService, {
    address: matching.address,
    identityDir: await bed.identity("service", "casework"),
  }),
);

async function isFound(n: number): Promise<boolean> {
  const value = createHash("sha256").update(`${n}`).digest();
  const fingerprints = [{ algorithm: "ALGORITHM_SHA256" as const, value, quality: 0 }];
  const { hits } = await lookups.lookup({ fingerprints, recipe: "exact-1" });
  return hits.length > 0;
}

/** A number whose line is a SHA-256, from there on. */
const sha256At = (from: number) => from + ((3 - (from % 4) + 4) % 4);

async function* rowsFrom(from: number, count: number, votes: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from(HEADER);
  for (let at = 0; at < count; at += 1000) {
    const some = Array.from({ length: Math.min(1000, count - at) }, (_, i) => lineOf(from + at + i, votes));
    yield Buffer.from(some.join(""));
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[ms: number, result: T]> {
  const began = performance.now();
  const result = await work();
  return [performance.now() - began, result];
}

/** Uploads, approves (by two, where much changes) and activates; `found` is a number that is found then. */
async function released(parts: AsyncIterable<UploadReleaseRequest>, found: number, removed = 0) {
  const [uploadMs, { release }] = await timed(() => anna.uploadRelease(parts, { deadline }));
  const releaseId = release?.releaseId ?? "";
  const [approveMs, isQuarantined] = await timed(async () => {
    const approved = await ben.approveRelease({ requestId: randomUUID(), releaseId }, { deadline });
    if (approved.release?.state !== "RELEASE_STATE_QUARANTINED") return false;
    await carla.approveRelease({ requestId: randomUUID(), releaseId, confirmRemoved: BigInt(removed) }, { deadline });
    return true;
  });
  const activated = async () => {
    await ben.activateRelease({ requestId: randomUUID(), releaseId });
    await eventually("it is found", () => isFound(found).catch(() => false), 1_800_000);
  };
  return { uploadMs, approveMs, isQuarantined, activated, entryCount: Number(release?.entryCount) };
}

/** A fourth of what is asked for is listed. */
async function looksUp(nth: number): Promise<boolean> {
  const number = (nth * 7919) % (2 * LINES);
  const value = createHash("sha256").update(`${number}`).digest();
  const algorithm = nth % 2 === 0 ? "ALGORITHM_PDQ" : "ALGORITHM_SHA256";
  await lookups.lookup({ fingerprints: [{ algorithm, value, quality: 80 }], recipe: "exact-1" });
  return true;
}

/** Activates, and how long look-ups took meanwhile compared with the time before. */
async function activatedUnderLoad(what: string, activated: () => Promise<void>) {
  await using idle = startIdleLoop();
  const load = startOpenLoop(PER_SECOND, looksUp);
  await delay(WARM_UP_MS);
  const look = async () => ({ ...load.look(), late: quantile(await idle.look(), 0.999) });
  await look();
  await delay(BEFORE_MS);
  const before = await look();
  const [matchMs] = await timed(activated);
  // What was due until then has come back.
  await delay(1000);
  const during = await look();
  await load.stop();
  const [was, is] = [quantile(before.times, 0.999), quantile(during.times, 0.999)];
  const figures = [
    stated(`${what}: look-up before, p99.9 of ${before.times.length}`, was, "ms"),
    stated(`${what}: look-up until the first match, p99.9 of ${during.times.length}`, is, "ms"),
    atMost(`${what}: the one ÷ the other`, is / was, "×", 2),
    stated(`${what}: a loop that does nothing is late by before, p99.9`, before.late, "ms"),
    stated(`${what}: and until the first match, p99.9`, during.late, "ms"),
    atMost(`${what}: look-ups that failed`, during.failures, "", 0),
  ];
  return { matchMs, figures };
}

const policy = { owner: "bench", role: "SET_ROLE_POSITIVE", autoIssue: false, minVotes: 0 } as const;
const made = { setId: SET, policy: { ...policy, thresholds: undefined }, members: setMembers("anna", "ben", "carla") };
const create = () => anna.createSet({ requestId: randomUUID(), ...made }).catch(() => false as const);
await eventually("hashlists answers", create, 60_000);
await eventually("matching answers", () => isFound(0).then(() => true), 60_000);
const first = await released(partsOf(list, SET), sha256At(LINES - 4));
const whole = await activatedUnderLoad("the whole list", first.activated);
const figures: Figure[] = [
  stated("lines", LINES, ""),
  stated("the whole list: uploaded", first.uploadMs / 1000, "s"),
  stated("the whole list: activated → first match", whole.matchMs / 1000, "s"),
  ...whole.figures,
  stated("hashlists: most resident by then", usageOf(hashlists.program.pid).mostResidentMb, "MB"),
  stated("matching: most resident by then", usageOf(matching.program.pid).mostResidentMb, "MB"),
];
const news = { setId: SET, kind: "UPLOAD_KIND_DELTA" } as const;

/** A delta of so many rows from a number on, which are new unless they are listed already: then told anew. */
async function delta(what: string, begins: number, count: number, votes = 3) {
  const release = await released(uploadOf(rowsFrom(begins, count, votes), news), begins);
  const byTwo = release.isQuarantined ? ", by two, since the list grows by more than half" : "";
  figures.push(
    stated(`${what}: uploaded, with its comparison`, release.uploadMs, "ms"),
    stated(`${what}: approved${byTwo}`, release.approveMs, "ms"),
  );
  return release;
}

let [from, entries] = [Math.ceil(LINES / 4) * 4, LINES];
for (const count of DELTAS) {
  const what = `a delta of ${count}`;
  // Its first line is one that is looked up.
  const begins = sha256At(from);
  const { activated, entryCount } = await delta(what, begins, count);
  from = begins + count;
  entries += count;
  if (entryCount !== entries) throw new Error(`${entryCount} of ${entries} entries`);
  const { matchMs, figures: more } =
    count < LARGE ? { matchMs: (await timed(activated))[0], figures: [] } : await activatedUnderLoad(what, activated);
  const match = `${what}: activating call → first match`;
  figures.push(count === 1 ? atMost(match, matchMs, "ms", 1000) : stated(match, matchMs, "ms"), ...more);
}
// Of what is listed, spread over all of it: each chunk that holds one of them is read.
await delta("a delta of 1000 that tells anew", 0, Math.min(1000, LINES), 4);
// All that is listed is taken out, so by two; look-ups go on in the one until the other is in force.
const [others, full] = [sha256At(4 * LINES), { setId: SET, kind: "UPLOAD_KIND_FULL" } as const];
const other = await released(uploadOf(rowsFrom(others, LINES, 3), full), others, entries);
const replaced = await activatedUnderLoad("another whole list", other.activated);
figures.push(
  stated("another whole list: activated → first match", replaced.matchMs / 1000, "s"),
  ...replaced.figures,
  stated("hashlists: most resident at the end", usageOf(hashlists.program.pid).mostResidentMb, "MB"),
  stated("matching: most resident at the end", usageOf(matching.program.pid).mostResidentMb, "MB"),
);
report("deltas", figures);
