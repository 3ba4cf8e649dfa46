// Deltas of 1, 1,000 and 100,000 rows into one list, through the services themselves: how long each takes to be uploaded
// and approved, and from the activating call to the first match. node test/bench/deltas.ts [lines]
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import { HashListServiceService, type UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { MatchServiceService } from "@ntd/proto/matching/v1/match_service";
import { connect, type RpcClient } from "@ntd/rpc";
import { forNode } from "@ntd/scripts/platform";
import { managed } from "@ntd/scripts/process";
import { freePort } from "@ntd/embedded";
import { eventually, setMembers, startTestBed } from "@ntd/testing";
import { HEADER, lineOf, writeList } from "./hashlists-list.ts";
import { partsOf, uploadOf } from "./hashlists-service.ts";
import { usageOf } from "./matching-service-parts.ts";
import { atMost, report, stated, type Figure } from "./report.ts";

const LINES = Number(process.argv[2] ?? 1_000_000);
const DELTAS = [1, 1000, 100_000];
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
const [anna, ben] = [await person("anna"), await person("ben")];
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

async function* rowsFrom(from: number, count: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from(HEADER);
  for (let at = 0; at < count; at += 1000) {
    const some = Array.from({ length: Math.min(1000, count - at) }, (_, i) => lineOf(from + at + i));
    yield Buffer.from(some.join(""));
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[ms: number, result: T]> {
  const began = performance.now();
  const result = await work();
  return [performance.now() - began, result];
}

/** Uploads, approves and activates; `found` is a number that is found then. */
async function released(parts: AsyncIterable<UploadReleaseRequest>, found: number) {
  const [uploadMs, { release }] = await timed(() => anna.uploadRelease(parts, { deadline }));
  const releaseId = release?.releaseId ?? "";
  const [approveMs] = await timed(() => ben.approveRelease({ requestId: randomUUID(), releaseId }, { deadline }));
  const [matchMs] = await timed(async () => {
    await ben.activateRelease({ requestId: randomUUID(), releaseId });
    await eventually("it is found", () => isFound(found).catch(() => false), 1_800_000);
  });
  return { uploadMs, approveMs, matchMs, entryCount: Number(release?.entryCount) };
}

const policy = { owner: "bench", role: "SET_ROLE_POSITIVE", autoIssue: false, minVotes: 0 } as const;
const made = { setId: SET, policy: { ...policy, thresholds: undefined }, members: setMembers("anna", "ben") };
const create = () => anna.createSet({ requestId: randomUUID(), ...made }).catch(() => false as const);
await eventually("hashlists answers", create, 60_000);
const first = await released(partsOf(list, SET), sha256At(LINES - 4));
const figures: Figure[] = [
  stated("lines", LINES, ""),
  stated("the whole list: uploaded", first.uploadMs / 1000, "s"),
  stated("the whole list: activated → first match", first.matchMs / 1000, "s"),
  stated("hashlists: most resident by then", usageOf(hashlists.program.pid).mostResidentMb, "MB"),
];
const news = { setId: SET, kind: "UPLOAD_KIND_DELTA" } as const;
let [from, entries] = [Math.ceil(LINES / 4) * 4, LINES];
for (const count of DELTAS) {
  // Its first line is one that is looked up.
  const begins = sha256At(from);
  const { uploadMs, approveMs, matchMs, entryCount } = await released(uploadOf(rowsFrom(begins, count), news), begins);
  from = begins + count;
  entries += count;
  if (entryCount !== entries) throw new Error(`${entryCount} of ${entries} entries`);
  const activated = `a delta of ${count}: activating call → first match`;
  figures.push(
    stated(`a delta of ${count}: uploaded, with its comparison`, uploadMs, "ms"),
    stated(`a delta of ${count}: approved`, approveMs, "ms"),
    count === 1 ? atMost(activated, matchMs, "ms", 1000) : stated(activated, matchMs, "ms"),
  );
}
figures.push(stated("hashlists: most resident at the end", usageOf(hashlists.program.pid).mostResidentMb, "MB"));
report("deltas", figures);
