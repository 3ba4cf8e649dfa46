import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { EntryServiceService, HashListServiceService } from "@ntd/proto/hashlists/v1/hash_list_service";
import { HashSetViewServiceService } from "@ntd/proto/hashlists/v1/set_view_service";
import { connect } from "@ntd/rpc";
import { eventually, setMembers, startTestBed, type TestBed } from "@ntd/testing";
import { lastHash, writeFormat, type Format } from "./hashlists-files.ts";
import { partsOf, startHashlists } from "./hashlists-service.ts";
import { usageOf } from "./matching-service-parts.ts";
import { atLeast, atMost, stated, type Figure } from "./report.ts";

const SET = "bench";
const deadline = 7_200_000;

/**
 * One list in each format, from the first byte to where it is searched: through a service of its own, and by a bare program
 * before and after that.
 *
 * @throws Error where they do not end in the same entries.
 */
export async function measureFormats(rows: number, formats: readonly Format[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  const ends = new Set<string>();
  for (const format of formats) {
    await using bed = await startTestBed();
    const file = join(bed.dir, `list.${format}`);
    await writeFormat(file, format, rows);
    const before = await runBare(bed, format, file, rows);
    const { ms, cpuMs, mostResidentMb, streamedMb, ids } = await throughService(bed, file, rows);
    const after = await runBare(bed, format, file, rows);
    const bareMs = (before.ms + after.ms) / 2;
    ends.add(ids);
    const { size } = await stat(file);
    figures.push(
      stated(`${format}: the file`, size / 2 ** 20, "MiB"),
      stated(`${format}: a bare program`, rows / (bareMs / 1000), "rows/s"),
      stated(`${format}: uploaded, approved, in force and found`, rows / (ms / 1000), "rows/s"),
      atLeast(`${format}: of the bare program's rate`, (100 * bareMs) / ms, "%", 40),
      stated(`${format}: processor time of the bare program`, ((before.cpuMs + after.cpuMs) * 500) / rows, "µs a row"),
      stated(`${format}: processor time of the service`, (cpuMs * 1000) / rows, "µs a row"),
      atMost(`${format}: most resident in the service`, mostResidentMb, "MB", 300),
      stated(`${format}: and when matching had read it`, streamedMb, "MB"),
    );
  }
  if (ends.size !== 1) throw new Error("The formats do not end in the same entries.");
  return figures;
}

interface Bare {
  rows: number;
  ms: number;
  cpuMs: number;
}

async function runBare(bed: TestBed, format: Format, file: string, rows: number): Promise<Bare> {
  const store = join(bed.dir, "bare.sqlite");
  const program = join(import.meta.dirname, "hashlists-bare.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, format, file, store]);
  await rm(store);
  const told = JSON.parse(stdout) as Bare;
  if (told.rows !== rows) throw new Error(`The bare program took ${told.rows} of ${rows} rows of ${format}`);
  return told;
}

async function throughService(bed: TestBed, file: string, rows: number) {
  const settings = { SCHEMES_DIR: join(import.meta.dirname, "../../deploy/schemes") };
  await using service = await startHashlists(bed, settings);
  const { address, pid } = service;
  const person = async (name: string) => ({ address, identityDir: await bed.identity("maintainer", name) });
  await using anna = connect(HashListServiceService, await person("anna"));
  await using ben = connect(HashListServiceService, await person("ben"));
  await using views = connect(HashSetViewServiceService, await person("ben"));
  const identityDir = await bed.identity("service", "matching");
  await using matching = connect(EntryServiceService, { address, identityDir });
  const policy = { owner: "bench", role: "SET_ROLE_POSITIVE", autoIssue: false, minVotes: 0 } as const;
  const made = { setId: SET, policy: { ...policy, thresholds: undefined }, members: setMembers("anna", "ben") };
  const create = () => anna.createSet({ requestId: randomUUID(), ...made }).catch(() => false as const);
  await eventually("the service answers", create);

  const cpuBefore = usageOf(pid).cpuMs;
  const begun = performance.now();
  const { release } = await anna.uploadRelease(partsOf(file, SET), { deadline });
  const releaseId = release?.releaseId ?? "";
  await ben.approveRelease({ requestId: randomUUID(), releaseId }, { deadline });
  await ben.activateRelease({ requestId: randomUUID(), releaseId }, { deadline });
  const { hashes } = await views.findEntries({ setId: SET, hashes: [lastHash(rows)] });
  const ms = performance.now() - begun;
  const { cpuMs, mostResidentMb } = usageOf(pid);
  if (hashes[0]?.entries[0]?.inForce !== true) throw new Error("What stands last in the list is not found");
  if (Number(release?.entryCount) !== rows) throw new Error(`${release?.entryCount} of ${rows} entries were taken`);

  const ids: string[] = [];
  for await (const { entries } of matching.streamEntries({ releaseId })) ids.push(...entries.map((e) => e.entryId));
  const { mostResidentMb: streamedMb } = usageOf(pid);
  return { ms, cpuMs: cpuMs - cpuBefore, mostResidentMb, streamedMb, ids: digestOf(ids) };
}

function digestOf(ids: string[]): string {
  const digest = createHash("sha256");
  for (const id of ids.sort()) digest.update(id);
  return `${ids.length} ${digest.digest("hex")}`;
}
