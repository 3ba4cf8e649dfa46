import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { basename } from "node:path";
import {
  HashListServiceService,
  type ListFormat,
  type UploadHeader,
  type UploadReleaseRequest,
  type UploadReleaseResponse,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { Problem } from "@ntd/service";
import type { Cli } from "../../cli/cli.ts";
import { UsageError } from "../../cli/failure.ts";
import type { Progress } from "../../cli/progress.ts";
import { table } from "../../cli/output.ts";
import { releaseListing } from "../../listings/release-listing.ts";

const CHUNK_BYTES = 64 * 1024;
/** Ten million lines take some minutes; the service gives an upload up after an hour. */
const DEADLINE_MS = 3_600_000;

export interface UploadOptions {
  format?: ListFormat;
}

/** Those that have no lines to name, or one alone. */
const WITH_RECORDS: ReadonlySet<ListFormat | undefined> = new Set(["LIST_FORMAT_VICS_JSON", "LIST_FORMAT_NCMEC_XML"]);

/** Streams a file as a new release and prints every fault that the service names. A rejected release is refused. */
export async function uploadRelease(cli: Cli, setId: string, file: string, options: UploadOptions): Promise<void> {
  const size = await requireFile(file);
  const header = { requestId: cli.requestId(), setId, fileName: basename(file), ...options };
  const answer = await sent(cli, header, file, size);
  const { release, problems } = answer;
  cli.print(answer, () => {
    const rows = problems.map(({ line, field, problem }) => [line, field, problem]);
    const more = Number(release?.problemCount ?? 0n) - rows.length;
    const place = WITH_RECORDS.has(release?.format) ? "record" : "line";
    const faults = table([place, "field", "problem"], rows) + (more > 0 ? `\n... and ${more} more` : "");
    return releaseListing(release) + (rows.length === 0 ? "" : `\n\n${faults}`);
  });
  if (release?.state === "RELEASE_STATE_REJECTED") {
    const [count, them] = release.problemCount === 1n ? ["1 fault", "it"] : [`${release.problemCount} faults`, "them"];
    throw new Problem(
      "FIELD_INVALID",
      `Release ${release.releaseId} was rejected: ${count}. Mend ${them} and upload again.`,
    );
  }
}

async function sent(cli: Cli, header: UploadHeader, file: string, size: number): Promise<UploadReleaseResponse> {
  using progress = cli.progress(file, size);
  const upload = () => parts(file, header, progress);
  return await cli
    .call("hashlists", HashListServiceService, (hashlists) =>
      hashlists.uploadRelease(upload(), { deadline: DEADLINE_MS }),
    )
    .catch((error: unknown) => {
      throw ofFile(error, file);
    });
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

async function* parts(file: string, header: UploadHeader, progress: Progress): AsyncGenerator<UploadReleaseRequest> {
  yield { part: { $case: "header", value: header } };
  let byteCount = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
    byteCount += chunk.length;
    yield { part: { $case: "chunk", value: chunk } };
    progress.at(byteCount);
  }
  yield { part: { $case: "trailer", value: { byteCount: BigInt(byteCount) } } };
}
