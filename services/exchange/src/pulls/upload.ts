import type { ReleaseInfo, UploadHeader, UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { derivedId, Problem } from "@ntd/service";
import type { Brought, ConnectorState } from "../connectors/connector.ts";
import type { ConnectorConfig } from "../connectors/connectors-file.ts";
import type { Failed } from "../connectors/fault.ts";
import type { Deps } from "../deps.ts";
import { fedLines, listedLines } from "../mirror/delta-lines.ts";
import { keptPages } from "./pages.ts";
import type { Range } from "./range.ts";
import { failureOf, releaseOf } from "./standing.ts";
import { uploadName } from "./upload-name.ts";

/** Under the same request id it would be refused again and again. */
const NOT_FOUND = "What was uploaded of this range before cannot be found now. It is asked for anew.";
const CHUNK_BYTES = 256 * 1024;
const DEADLINE_MS = 3_600_000;

type Uploading = Pick<Deps, "pages" | "listed" | "hashlists">;
type Source = Pick<ConnectorConfig, "setId" | "name" | "kind"> & { connectorId: string };

/**
 * Uploads a range as one release. The same range is the same request, with the same bytes: begun again it is answered
 * again, and nothing is in twice.
 */
export async function upload(
  deps: Uploading,
  of: Source,
  state: ConnectorState & { range: Range; bringing: Brought },
  signal: AbortSignal,
): Promise<{ releaseId: string } | Failed> {
  const header = headerOf(of, state);
  try {
    const parts = partsOf(header, bytesOf(deps, of, state));
    const { release } = await deps.hashlists.uploadRelease(parts, { signal, deadline: DEADLINE_MS });
    if (release === undefined) throw new Problem("INTERNAL");
    if (release.state === "RELEASE_STATE_REJECTED") return rejected(release);
    return { releaseId: release.releaseId };
  } catch (error) {
    const problem = Problem.from(error);
    // It is in, from pages that were other ones then: what changed since has a later time, and comes with it.
    if (problem.reason === "REQUEST_ID_REUSED") return inUnder(deps, of, header);
    return failureOf(problem);
  }
}

type Uploaded = Parameters<typeof upload>[2];

function headerOf({ name, kind, setId, connectorId }: Source, state: Uploaded): UploadHeader {
  const { range, attempt, bringing } = state;
  const { from, to } = range;
  const requestId = derivedId("upload", connectorId, from.toISOString(), to.toISOString(), attempt);
  const file = uploadName(name, range, attempt);
  const about = { requestId, setId };
  if (isAsItCame(kind, state)) {
    return { ...about, kind: "UPLOAD_KIND_FULL", format: "LIST_FORMAT_NCMEC_XML", fileName: `${file}.xml` };
  }
  const lines = { format: "LIST_FORMAT_NTD_CSV", fileName: `${file}.csv` } as const;
  if (bringing.base === undefined) return { ...about, ...lines, kind: "UPLOAD_KIND_FULL" };
  return { ...about, ...lines, kind: "UPLOAD_KIND_DELTA", baseReleaseId: bringing.base };
}

// The whole list as the exchange tells it. Lines of ours: of a delta, of a feed, and where not all of it is taken or
// something else is in force.
const isAsItCame = (kind: Source["kind"], { range, bringing }: Uploaded) =>
  kind === "ncmec" && bringing.base === undefined && range.asLines !== true;

async function* bytesOf(deps: Uploading, { kind, connectorId }: Source, state: Uploaded): AsyncGenerator<Uint8Array> {
  const { range, bringing } = state;
  const isDelta = bringing.base !== undefined;
  if (isAsItCame(kind, state)) return yield* keptPages(deps, connectorId, range.whole.pages);
  const lines = (kind === "ntd" ? fedLines : listedLines)(deps, connectorId, range.name, isDelta);
  for await (const some of lines) yield Buffer.from(some);
  return undefined;
}

async function inUnder(
  { hashlists }: Uploading,
  { setId }: { setId: string },
  { fileName }: UploadHeader,
): Promise<{ releaseId: string } | Failed> {
  try {
    const release = await releaseOf(hashlists, setId, (one) => one.fileName === fileName);
    if (release === undefined) return { fault: "LIST", sentence: NOT_FOUND, isPassing: true };
    return release.state === "RELEASE_STATE_REJECTED" ? rejected(release) : { releaseId: release.releaseId };
  } catch (error) {
    return failureOf(Problem.from(error));
  }
}

async function* partsOf(header: UploadHeader, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<UploadReleaseRequest> {
  yield { part: { $case: "header", value: header } };
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.byteLength;
    for (let at = 0; at < piece.byteLength; at += CHUNK_BYTES) {
      yield { part: { $case: "chunk", value: piece.subarray(at, at + CHUNK_BYTES) } };
    }
  }
  yield { part: { $case: "trailer", value: { byteCount: BigInt(bytes) } } };
}

function rejected({ releaseId, problemCount }: ReleaseInfo): Failed {
  const sentence = `Release ${releaseId} was rejected: ${problemCount} faults in what the exchange lists. It is asked for anew.`;
  return { fault: "LIST", sentence, isPassing: false };
}
