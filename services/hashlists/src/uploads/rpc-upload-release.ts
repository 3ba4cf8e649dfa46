import { createHash } from "node:crypto";
import type {
  UploadHeader,
  UploadReleaseRequest,
  UploadReleaseResponse,
} from "@ntd/proto/hashlists/v1/hash_list_service";
import { callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, failpoint, Problem } from "@ntd/service";
import { EntryClasses } from "../classes/entry-classes.ts";
import type { Comparison } from "../comparison/comparison.ts";
import type { Deps } from "../deps.ts";
import { loadSetFor } from "../sets/load-set.ts";
import { countRelease } from "../metrics.ts";
import { ReleaseReader } from "../reading/release-reader.ts";
import type { Outcome } from "../releases/release.ts";
import { hasRoom } from "./kept-room.ts";
import { readOptionsOf } from "./read-options.ts";
import { stagedBytes, StagedWriter } from "./staged-bytes.ts";
import { takeUpload } from "./take-upload.ts";
import { baseOf } from "./upload-base.ts";
import { beginAttempt, endAttempt, endWhole, keptLess, proceeding, type Begun } from "./upload-attempt.ts";
import { answerDryRun, answerUpload } from "./upload-answer.ts";
import { UploadSeats } from "./upload-seats.ts";
import { partsIn, partsOf, readHeader, readPieces, validFileName, validFormat, type Parts } from "./upload-stream.ts";

/** Takes a whole file or nothing: what breaks off on the way is never seen, and goes on where it stopped or is removed. */
export function uploadRelease(deps: Deps) {
  const seats = new UploadSeats(deps.uploadsAtOnce, deps.uploadPace);
  return async (stream: AsyncIterable<UploadReleaseRequest>, context: CallContext): Promise<UploadReleaseResponse> => {
    const { person, id: callerId } = callerOf(context);
    const coming = partsOf(stream, deps.uploadSilentMs);
    const header = await readHeader(coming);
    const request = scopedRequestId(callerId, "UploadRelease", requireRequestId(header.requestId));
    const [format, fileName] = [validFormat(header.format), validFileName(header.fileName)];
    const { state: set } = await loadSetFor(deps, header.setId, context, "upload");
    using seat = seats.take(person, performance.now());
    const parts = partsIn(seat, coming);
    const asked = { releaseId: derivedId("release", request), setId: header.setId, uploadedBy: person };
    const begun = await beginAttempt(deps, asked, Number(header.resumeAtByte ?? 0n));
    const proceed = proceeding(deps, begun, context.signal);
    const came = new Digests(header, format);
    if (begun.part === undefined) {
      for await (const piece of readPieces(parts, { maxBytes: deps.maxReleaseBytes, proceed })) came.update(piece);
      return await answerUpload(deps, begun.release, came.request());
    }
    const { part } = begun;
    const staging =
      header.dryRun === true ? undefined : new StagedWriter(deps, { part, from: begun.resumeAt }, () => hasRoom(deps));
    try {
      const base = await baseOf(deps, header, set);
      const classes = new EntryClasses(deps.schemes, set.terms?.scheme ?? "");
      const reader = new ReleaseReader({ ...readOptionsOf(set, { format, isDelta: base !== undefined }), classes });
      const file = came.of(piecesOf(deps, begun, parts, { proceed, staging }));
      const taken = await takeUpload(deps, { setId: header.setId, part, base, proceed }, reader, file);
      const read = { ...came.file(), ...(fileName !== undefined && { fileName }) };
      const outcome = { ...taken.outcome, ...read, digest: came.request() };
      if (header.dryRun !== true) return await finish(deps, begun, outcome, taken.comparison);
      const answer = await answerDryRun(deps, begun.release, part, outcome, taken.comparison);
      await endAttempt(deps, begun.release.releaseId, part, undefined);
      return answer;
    } catch (error) {
      await staging?.settle();
      await endAttempt(deps, begun.release.releaseId, part, isOfTheFile(error) ? undefined : staging);
      throw error;
    }
  };
}

interface Coming {
  proceed: () => void;
  staging: StagedWriter | undefined;
}

// What is kept of the file, and what comes behind that.
async function* piecesOf(deps: Deps, { release, resumeAt }: Begun, parts: Parts, { proceed, staging }: Coming) {
  let kept = 0;
  for await (const piece of stagedBytes(deps, release.staged ?? [], resumeAt)) {
    proceed();
    kept += piece.byteLength;
    yield* cut(piece);
  }
  // It lapsed meanwhile, and nobody sends that part of the file again.
  if (kept < resumeAt) throw keptLess(kept, resumeAt);
  for await (const piece of readPieces(parts, { maxBytes: deps.maxReleaseBytes, proceed, already: resumeAt })) {
    await staging?.add(piece);
    yield piece;
  }
  // What is removed when the upload ends is not to come behind that.
  await staging?.settle();
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 16 * 1024) yield bytes.subarray(at, at + 16 * 1024);
}

/** What came: of the request, by which a repeat is told, and of the file alone. */
class Digests {
  readonly #request = createHash("sha256");
  readonly #file = createHash("sha256");
  #bytes = 0;

  constructor({ setId, kind, baseReleaseId = "" }: UploadHeader, format: string | undefined) {
    const delta = kind === "UPLOAD_KIND_DELTA" ? `delta ${baseReleaseId}\n` : "";
    this.#request.update(`${setId}\n${format === undefined ? "" : `${format}\n`}${delta}`);
  }

  update(piece: Uint8Array): void {
    this.#request.update(piece);
    this.#file.update(piece);
    this.#bytes += piece.byteLength;
  }

  async *of(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of pieces) {
      this.update(piece);
      yield piece;
    }
  }

  /** Once, at the end. */
  request(): string {
    return this.#request.digest("hex");
  }

  file() {
    return { fileSha256: Uint8Array.from(this.#file.digest()), fileBytes: this.#bytes };
  }
}

async function finish(deps: Deps, begun: Begun, outcome: Outcome, comparison: Comparison | undefined) {
  const release = await endWhole(deps, begun, { outcome, comparison });
  failpoint("hashlists.uploaded");
  countRelease(outcome.name);
  deps.kickCleaner();
  return answerUpload(deps, release);
}

// What would be wrong with it again: its bytes are of no use.
function isOfTheFile(error: unknown): boolean {
  if (!(error instanceof Problem)) return false;
  if (error.reason === "TOO_LARGE") return true;
  return error.reason === "FIELD_INVALID" && error.fields.some(({ field }) => field !== "trailer");
}
