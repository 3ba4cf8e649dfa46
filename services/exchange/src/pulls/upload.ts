import type { ReleaseInfo, UploadHeader, UploadReleaseRequest } from "@ntd/proto/hashlists/v1/hash_list_service";
import { derivedId, Problem } from "@ntd/service";
import type { ConnectorConfig } from "../connectors/connectors-file.ts";
import type { ConnectorState } from "../connectors/connector.ts";
import type { Failed } from "../connectors/fault.ts";
import type { Deps } from "../deps.ts";
import { keptPages } from "./pages.ts";
import type { Range } from "./range.ts";

const CHUNK_BYTES = 256 * 1024;
const DEADLINE_MS = 3_600_000;
const PAGE_SIZE = 100;
/** A release that is further back was decided on long ago. */
const MOST_LOOKED = 1000;

type Uploading = Pick<Deps, "pages" | "hashlists">;
type Set = Pick<ConnectorConfig, "setId" | "name">;

/**
 * Uploads a range as one release. The same range is the same request, with the same bytes: begun again it is answered
 * again, and nothing is in twice.
 */
export async function upload(
  deps: Uploading,
  of: Set & { connectorId: string },
  state: ConnectorState & { range: Range },
  signal: AbortSignal,
): Promise<{ releaseId: string } | Failed> {
  const { range, attempt } = state;
  const fileName = fileNameOf(of.name, range, attempt);
  const requestId = derivedId("upload", of.connectorId, range.from.toISOString(), range.to.toISOString(), attempt);
  // What is in force stays, and what the range tells is added or taken back.
  const kind = "UPLOAD_KIND_DELTA";
  const header = { requestId, setId: of.setId, format: "LIST_FORMAT_NCMEC_XML", fileName, kind } as const;
  try {
    const parts = partsOf(header, keptPages(deps, of.connectorId, range.whole.pages));
    const { release } = await deps.hashlists.uploadRelease(parts, { signal, deadline: DEADLINE_MS });
    if (release === undefined) throw new Problem("INTERNAL");
    if (release.state === "RELEASE_STATE_REJECTED") return rejected(release);
    return { releaseId: release.releaseId };
  } catch (error) {
    const problem = Problem.from(error);
    // It is in, from pages that were other ones then: what changed since has a later time, and comes with it.
    if (problem.reason === "REQUEST_ID_REUSED") return inUnder(deps, of, fileName);
    return failureOf(problem);
  }
}

/** Whether somebody has yet to decide on a release. */
export async function isUndecided(
  { hashlists }: Pick<Deps, "hashlists">,
  { setId }: Pick<Set, "setId">,
  releaseId: string,
): Promise<boolean | Failed> {
  try {
    const release = await find(hashlists, setId, (one) => one.releaseId === releaseId);
    return release !== undefined && UNDECIDED.has(release.state);
  } catch (error) {
    return failureOf(Problem.from(error));
  }
}

const UNDECIDED: ReadonlySet<ReleaseInfo["state"]> = new Set([
  "RELEASE_STATE_UPLOADING",
  "RELEASE_STATE_VALIDATED",
  "RELEASE_STATE_QUARANTINED",
  "RELEASE_STATE_APPROVED",
]);

async function inUnder({ hashlists }: Uploading, { setId }: Set, fileName: string) {
  try {
    const release = await find(hashlists, setId, (one) => one.fileName === fileName);
    if (release !== undefined) return { releaseId: release.releaseId };
    return failureOf(new Problem("VERSION_CONFLICT", "What was uploaded of this range before cannot be found now."));
  } catch (error) {
    return failureOf(Problem.from(error));
  }
}

async function find(hashlists: Deps["hashlists"], setId: string, is: (release: ReleaseInfo) => boolean) {
  let pageToken = "";
  for (let looked = 0; looked < MOST_LOOKED; looked += PAGE_SIZE) {
    const { releases, nextPageToken } = await hashlists.listReleases({ setId, pageSize: PAGE_SIZE, pageToken });
    const found = releases.find(is);
    if (found !== undefined || nextPageToken === "") return found;
    pageToken = nextPageToken;
  }
  return undefined;
}

async function* partsOf(header: UploadHeader, pages: AsyncIterable<Uint8Array>): AsyncGenerator<UploadReleaseRequest> {
  yield { part: { $case: "header", value: header } };
  let bytes = 0;
  for await (const page of pages) {
    bytes += page.byteLength;
    for (let at = 0; at < page.byteLength; at += CHUNK_BYTES) {
      yield { part: { $case: "chunk", value: page.subarray(at, at + CHUNK_BYTES) } };
    }
  }
  yield { part: { $case: "trailer", value: { byteCount: BigInt(bytes) } } };
}

function fileNameOf(name: string, { from, to }: Range, attempt: number): string {
  const again = attempt === 0 ? "" : `-${attempt + 1}`;
  return `${name}-${stamp(from)}-${stamp(to)}${again}.xml`;
}

const stamp = (time: Date) => time.toISOString().replaceAll(/[-:]|\.\d{3}/g, "");

function rejected({ releaseId, problemCount }: ReleaseInfo): Failed {
  const sentence = `Release ${releaseId} was rejected: ${problemCount} faults in what the exchange lists. It is asked for anew.`;
  return { fault: "LIST", sentence, isPassing: false };
}

function failureOf(problem: Problem): Failed {
  const { reason, message, handling } = problem;
  if (reason === "NOT_FOUND" || reason === "NOT_ALLOWED") {
    const sentence = "hashlists knows no such set of which service/exchange is a contributor: ntd set propose --member";
    return { fault: "SET", sentence, isPassing: false };
  }
  if (reason === "FIELD_INVALID" || reason === "TOO_LARGE") {
    return { fault: "LIST", sentence: `hashlists does not take what came: ${message}`, isPassing: false };
  }
  const sentence = `hashlists does not answer as it should (${reason}).`;
  return { fault: "HASHLISTS", sentence, isPassing: handling !== "terminal" };
}
