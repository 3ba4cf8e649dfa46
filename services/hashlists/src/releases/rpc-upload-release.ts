import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { UploadReleaseRequest, UploadReleaseResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import { callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { loadSet } from "../sets/load-set.ts";
import { countRelease } from "../metrics.ts";
import { abandonUpload, asUploaded, beginUpload, finishUpload, type Outcome, type ReleaseState } from "./release.ts";
import { ReleaseReader, type ReadEntry } from "./release-reader.ts";
import { EntryWriter } from "../entries/store-entries.ts";
import { readChunks, readHeader } from "./upload-stream.ts";
import { toReleaseInfo } from "./release-message.ts";
import { TombstoneLines } from "./tombstones.ts";

/** So much is read at once, between which other calls have their turn. */
const PIECE_BYTES = 64 * 1024;

/** Takes a whole list or nothing: what breaks off on the way is never seen and gets removed. */
export function uploadRelease(deps: Deps) {
  return async (stream: AsyncIterable<UploadReleaseRequest>, context: CallContext): Promise<UploadReleaseResponse> => {
    const { person, id: callerId } = callerOf(context);
    const parts = stream[Symbol.asyncIterator]();
    const header = await readHeader(parts);
    const request = scopedRequestId(callerId, "UploadRelease", requireRequestId(header.requestId));
    await loadSet(deps, header.setId);
    const begun = await begin(deps, derivedId("release", request), header.setId, person);
    const { releaseId } = begun.release;
    const digest = createHash("sha256").update(`${header.setId}\n`);
    const chunks = readChunks(parts, deps.maxReleaseBytes);
    if (begun.part === undefined) {
      for await (const chunk of chunks) digest.update(chunk);
      return answerAgain(deps, begun.release, digest.digest("hex"));
    }
    try {
      const writer = new EntryWriter(deps, header.setId, begun.part);
      const tombstones = new TombstoneLines(header.setId);
      const reader = await take(deps, { writer, tombstones }, begun.until, chunks, (chunk) => digest.update(chunk));
      const read = outcomeOf(reader, writer.count, digest.digest("hex"));
      const frozen = read.name === "validated" ? await tombstones.freeze(deps, begun.part) : [];
      const outcome = frozen.length > 0 ? { ...read, tombstones: frozen } : read;
      return await finish(deps, releaseId, begun.part, outcome);
    } catch (error) {
      await abandon(deps, releaseId, begun.part);
      throw error;
    }
  };
}

async function begin(deps: Deps, releaseId: string, setId: string, uploadedBy: string) {
  const now = deps.clock.now();
  const until = new Date(now.getTime() + deps.uploadMs);
  let part: string | undefined;
  const document = await change(deps.releases, releaseId, (before, version) => {
    part = derivedId("part", releaseId, version);
    const state = beginUpload(before, { releaseId, setId, uploadedBy, part, now, leaseUntil: until });
    if (state === undefined) part = undefined;
    return state && { state };
  });
  if (document === undefined) throw new Problem("INTERNAL");
  return { release: document.state, part, until };
}

async function take(
  deps: Deps,
  { writer, tombstones }: { writer: EntryWriter; tombstones: TombstoneLines },
  until: Date,
  chunks: AsyncIterable<Uint8Array>,
  also: (chunk: Uint8Array) => void,
): Promise<ReleaseReader> {
  const reader = new ReleaseReader();
  const store = async (lines: readonly ReadEntry[]) => {
    if (deps.clock.now() >= until) throw new Problem("TIMED_OUT", "The upload took too long; upload again.");
    if (reader.faultCount > 0) writer.discard();
    for (const fault of await writer.add(tombstones.take(lines))) reader.fault(fault);
  };
  for await (const chunk of chunks) {
    also(chunk);
    for (let at = 0; at < chunk.byteLength; at += PIECE_BYTES) {
      await store(reader.push(chunk.subarray(at, at + PIECE_BYTES)));
      await setImmediate();
    }
  }
  await store(reader.end());
  await writer.end();
  return reader;
}

function outcomeOf({ faults, faultCount }: ReleaseReader, entryCount: number, digest: string): Outcome {
  if (faultCount > 0) {
    const problems = faults.toSorted((a, b) => a.line - b.line);
    return { name: "rejected", digest, problemCount: faultCount, problems };
  }
  if (entryCount > 0) return { name: "validated", digest, entryCount };
  throw Problem.fields({ field: "chunk", description: "the file has a header and no lines; a list has at least one" });
}

async function finish(deps: Deps, releaseId: string, part: string, outcome: Outcome) {
  const now = deps.clock.now();
  const document = await change(deps.releases, releaseId, (release) => {
    const state = release && finishUpload(release, part, outcome, now);
    if (state === undefined) {
      throw new Problem("VERSION_CONFLICT", "Another upload under this request_id took the place of this one.");
    }
    return { state };
  });
  if (document === undefined) throw new Problem("INTERNAL");
  countRelease(outcome.name);
  if (outcome.name === "rejected") deps.kickCleaner();
  return answer(deps, document.state);
}

async function abandon(deps: Deps, releaseId: string, part: string): Promise<void> {
  const now = deps.clock.now();
  await change(deps.releases, releaseId, (release) => release && { state: abandonUpload(release, part, now) });
  deps.kickCleaner();
}

function answerAgain(deps: Deps, release: ReleaseState, digest: string): Promise<UploadReleaseResponse> {
  if (!("digest" in release.stage) || release.stage.digest !== digest) throw new Problem("REQUEST_ID_REUSED");
  return answer(deps, release);
}

// As it was when it had been uploaded, whatever became of it since.
async function answer(deps: Deps, uploaded: ReleaseState): Promise<UploadReleaseResponse> {
  const release = asUploaded(uploaded);
  const set = { ...(await loadSet(deps, release.setId)).state, activations: [] };
  const problems = release.stage.name === "rejected" ? release.stage.problems : [];
  return {
    release: toReleaseInfo(release, set),
    problems: problems.map(({ line, field, problem }) => ({ line: BigInt(line), field, problem })),
  };
}
