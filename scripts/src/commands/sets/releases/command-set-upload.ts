import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { basename } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  HashListServiceService,
  ListFormat,
  type UploadHeader,
  type UploadReleaseRequest,
  type UploadReleaseResponse,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import type { Command } from "commander";
import type { Cli } from "../../../cli/cli.ts";
import { UsageError } from "../../../cli/failure.ts";
import type { Progress } from "../../../cli/progress.ts";
import { table } from "../../../cli/output.ts";
import { idOption } from "../../../cli/short-ids.ts";
import { choice } from "../../../cli/words.ts";
import { releaseListing } from "../../../listings/sets/release-listing.ts";
import { comparisonListing } from "./command-set-compare.ts";
import { refusedCommands } from "./command-set-refused.ts";
import { beginning, digestOf, resumeAtOf, type Beginning } from "./upload-resume.ts";

const CHUNK_BYTES = 64 * 1024;
/** Ten million lines take some minutes; the service gives an upload up after an hour. */
const DEADLINE_MS = 3_600_000;
/** A connection that breaks is tried again after so long, each time twice as long. */
const AGAIN_MS = [500, 1000, 2000, 4000];

interface UploadOptions {
  format?: ListFormat;
  delta: boolean;
  base?: string;
  dryRun: boolean;
}

/** Those that have no lines to name, or one alone. */
const WITH_RECORDS: ReadonlySet<ListFormat | undefined> = new Set(["LIST_FORMAT_VICS_JSON", "LIST_FORMAT_NCMEC_XML"]);

/** Sending a file, and what of it was refused. */
export function uploadCommands(set: Command, cli: Cli): void {
  set
    .command("upload")
    .description(
      "send a list: ntd's own CSV or what others write, as it is or packed with gzip or zstd; again it goes on where it stopped",
    )
    .argument("<id>")
    .argument("<file>")
    .addOption(choice("--format <word>", "how it is written: told by what is in it unless said", ListFormat))
    .option("--delta", "it tells what is other in the release in force, not the whole list", false)
    .addOption(
      idOption("release", "--base <release>", "of a delta: what it is other than, if that is not in force; its id"),
    )
    .option("--dry-run", "read, check and compare it; nothing is kept", false)
    .action(async (id: string, file: string, options: UploadOptions) => uploadRelease(cli, id, file, options));
  refusedCommands(set, cli);
}

/** Streams a file as a new release and prints every fault that the service names. A rejected release is refused. */
async function uploadRelease(cli: Cli, setId: string, file: string, options: UploadOptions): Promise<void> {
  const size = await requireFile(file);
  if (options.base !== undefined && !options.delta) throw new UsageError("--base goes with --delta");
  const header = { setId, fileName: basename(file), ...headerOf(options) };
  const begins = options.dryRun
    ? { requestId: cli.requestId(), resumeAt: 0 }
    : await beginning(cli, file, header, await digestOf(file));
  const answer = await sent(cli, header, { file, size, ...begins });
  printAnswer(cli, answer, options.dryRun);
  const { release } = answer;
  if (release?.state === "RELEASE_STATE_REJECTED") {
    const [count, them] = release.problemCount === 1n ? ["1 fault", "it"] : [`${release.problemCount} faults`, "them"];
    const what = options.dryRun ? "The file would be" : `Release ${release.releaseId} was`;
    throw new Problem("FIELD_INVALID", `${what} rejected: ${count}. Mend ${them} and upload again.`);
  }
}

function headerOf({ format, delta, base, dryRun }: UploadOptions) {
  return {
    ...(format !== undefined && { format }),
    ...(delta && { kind: "UPLOAD_KIND_DELTA" as const }),
    ...(base !== undefined && { baseReleaseId: base }),
    ...(dryRun && { dryRun }),
  };
}

function printAnswer(cli: Cli, answer: UploadReleaseResponse, isDryRun: boolean): void {
  const { release, problems, comparison } = answer;
  cli.print(answer, () => {
    const rows = problems.map(({ line, field, problem }) => [line, field, problem]);
    const more = Number(release?.problemCount ?? 0n) - rows.length;
    const place = WITH_RECORDS.has(release?.format) ? "record" : "line";
    const faults = table([place, "field", "problem"], rows) + (more > 0 ? `\n... and ${more} more` : "");
    const compared = comparison && comparisonListing(comparison, isDryRun);
    const parts = [releaseListing(release, isDryRun), compared, rows.length > 0 && faults];
    return parts.filter((part) => typeof part === "string").join("\n\n");
  });
}

interface Sending extends Beginning {
  file: string;
  size: number;
}

async function sent(
  cli: Cli,
  header: Omit<UploadHeader, "requestId">,
  { file, size, requestId, resumeAt: begins }: Sending,
): Promise<UploadReleaseResponse> {
  using progress = cli.progress({ what: file, total: size, from: begins });
  for (let [attempt, resumeAt]: [number, number | undefined] = [0, begins]; ; attempt++) {
    try {
      // Unknown where nobody answered.
      resumeAt ??= await resumeAtOf(cli, file, header.setId, requestId);
      return await send(cli, { ...header, requestId }, { file, resumeAt, progress });
    } catch (error) {
      const waits = AGAIN_MS[attempt];
      if (waits === undefined || !isBroken(error) || header.dryRun === true) throw ofFile(error, file);
      await delay(waits);
      resumeAt = undefined;
    }
  }
}

interface Sent {
  file: string;
  resumeAt: number;
  progress: Progress;
}

function send(cli: Cli, header: UploadHeader, { file, resumeAt, progress }: Sent): Promise<UploadReleaseResponse> {
  const whole = { ...header, ...(resumeAt > 0 && { resumeAtByte: BigInt(resumeAt) }) };
  return cli.call("hashlists", HashListServiceService, (hashlists) =>
    hashlists.uploadRelease(parts(file, whole, resumeAt, progress), { deadline: DEADLINE_MS }),
  );
}

function isBroken(error: unknown): boolean {
  return error instanceof Problem && error.reason === "PEER_UNAVAILABLE";
}

// A field of the wire that nobody typed: to the reader it is the file.
function ofFile(error: unknown, file: string): unknown {
  if (!(error instanceof Problem) || error.reason !== "FIELD_INVALID") return error;
  if (error.fields.every(({ field }) => field !== "chunk")) return error;
  return Problem.fields(...error.fields.map((f) => (f.field === "chunk" ? { ...f, field: file } : f)));
}

/** @returns its size in bytes. */
async function requireFile(file: string): Promise<number> {
  const found = await stat(file).catch((cause: unknown) => {
    throw new UsageError(`cannot find ${file}; name a list that is there`, { cause });
  });
  if (found.isDirectory()) throw new UsageError(`${file} is a folder; name a list`);
  await access(file, constants.R_OK).catch((cause: unknown) => {
    throw new UsageError(`cannot read ${file}; let your user read it`, { cause });
  });
  return found.size;
}

async function* parts(
  file: string,
  header: UploadHeader,
  resumeAt: number,
  progress: Progress,
): AsyncGenerator<UploadReleaseRequest> {
  yield { part: { $case: "header", value: header } };
  let [byteCount, rows] = [resumeAt, 0];
  // Of what goes on nobody sees how it began.
  let isPacked = resumeAt > 0;
  const stream = createReadStream(file, { highWaterMark: CHUNK_BYTES, start: resumeAt });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    isPacked ||= byteCount === 0 && PACKED.some((magic) => chunk.subarray(0, magic.length).equals(magic));
    byteCount += chunk.length;
    if (!isPacked) rows += linesIn(chunk);
    yield { part: { $case: "chunk", value: chunk } };
    progress.at(byteCount, isPacked ? undefined : rows);
  }
  yield { part: { $case: "trailer", value: { byteCount: BigInt(byteCount) } } };
}

/** How files of gzip and zstd begin: their lines cannot be told. */
const PACKED = [Buffer.from([0x1f, 0x8b]), Buffer.from([0x28, 0xb5, 0x2f, 0xfd])];

function linesIn(chunk: Buffer): number {
  let lines = 0;
  for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) lines++;
  return lines;
}

const NEWLINE = 10;
