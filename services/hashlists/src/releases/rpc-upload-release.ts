import { createHash } from "node:crypto";
import { DEFAULT_THRESHOLDS } from "@ntd/imagehash/compare";
import type { UploadReleaseRequest, UploadReleaseResponse } from "@ntd/proto/hashlists/v1/hash_list_service";
import type { SetPolicy } from "@ntd/proto/hashlists/v1/release";
import { callerOf, requireRequestId, scopedRequestId, type CallContext } from "@ntd/rpc";
import { derivedId, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { loadSet, loadSetFor } from "../sets/load-set.ts";
import { countRelease } from "../metrics.ts";
import { abandonUpload, asUploaded, beginUpload, finishUpload, type Outcome, type ReleaseState } from "./release.ts";
import { ReleaseReader, type ReadOptions } from "./release-reader.ts";
import { EntryWriter } from "../entries/store-entries.ts";
import { unpacked } from "../reading/unpacked.ts";
import { partsOf, readHeader, readPieces, validFileName, validFormat } from "./upload-stream.ts";
import { settleRepeats } from "./settle-repeats.ts";
import { toReleaseInfo } from "./release-message.ts";
import { TombstoneLines } from "./tombstones.ts";
import { UploadSeats } from "./upload-seats.ts";

/** Takes a whole list or nothing: what breaks off on the way is never seen and gets removed. */
export function uploadRelease(deps: Deps) {
  const seats = new UploadSeats(deps.uploadsAtOnce);
  return async (stream: AsyncIterable<UploadReleaseRequest>, context: CallContext): Promise<UploadReleaseResponse> => {
    const { person, id: callerId } = callerOf(context);
    const parts = partsOf(stream, deps.uploadSilentMs);
    const header = await readHeader(parts);
    const request = scopedRequestId(callerId, "UploadRelease", requireRequestId(header.requestId));
    const format = validFormat(header.format);
    const fileName = validFileName(header.fileName);
    const { policy } = (await loadSetFor(deps, header.setId, context, "upload")).state;
    using _seat = seats.take();
    const begun = await begin(deps, derivedId("release", request), header.setId, person);
    const digest = createHash("sha256").update(`${header.setId}\n${format === undefined ? "" : `${format}\n`}`);
    const proceed = () => {
      context.signal.throwIfAborted();
      if (deps.clock.now() >= begun.until) throw new Problem("TIMED_OUT", "The upload took too long; upload again.");
    };
    const pieces = readPieces(parts, deps.maxReleaseBytes, proceed);
    if (begun.part === undefined) {
      for await (const piece of pieces) digest.update(piece);
      return answerAgain(deps, begun.release, digest.digest("hex"));
    }
    const taken = digested(pieces, (piece) => digest.update(piece));
    try {
      const reader = new ReleaseReader(optionsFor(policy, format));
      const outcome = await take(deps, { setId: header.setId, part: begun.part, proceed }, reader, taken);
      const read = { ...readBy(reader), ...(fileName !== undefined && { fileName }), digest: digest.digest("hex") };
      return await finish(deps, begun.release.releaseId, begun.part, { ...outcome, ...read });
    } catch (error) {
      await abandon(deps, begun.release.releaseId, begun.part);
      throw error;
    }
  };
}

function optionsFor({ role, thresholds }: SetPolicy, format: ReadOptions["format"]): ReadOptions {
  const { pdqQuality } = thresholds ?? DEFAULT_THRESHOLDS;
  return { format, pdqQuality, isNegative: role === "SET_ROLE_NEGATIVE" };
}

function readBy({ format, remarks }: ReleaseReader) {
  return { ...(format !== undefined && { format: format.name }), remarks };
}

async function* digested(pieces: AsyncIterable<Uint8Array>, update: (piece: Uint8Array) => void) {
  for await (const piece of pieces) {
    update(piece);
    yield piece;
  }
}

async function begin(deps: Deps, releaseId: string, setId: string, uploadedBy: string) {
  const now = deps.clock.now();
  const until = new Date(now.getTime() + deps.uploadMs);
  let part: string | undefined;
  const document = await change(deps.releases, releaseId, (before, version) => {
    // By its time too: a release that was given up and removed begins with its first version again.
    part = derivedId("part", releaseId, version, now.toISOString());
    const state = beginUpload(before, { releaseId, setId, uploadedBy, part, now, leaseUntil: until });
    if (state === undefined) part = undefined;
    return state && { state };
  });
  if (document === undefined) throw new Problem("INTERNAL");
  if (document.state.stage.name === "removed") throw new Problem("VERSION_CONFLICT", "An attempt is being removed.");
  return { release: document.state, part, until };
}

interface Attempt {
  setId: string;
  part: string;
  /** Throws when it is not to go on. */
  proceed: () => void;
}

async function take(
  deps: Deps,
  attempt: Attempt,
  reader: ReleaseReader,
  packed: AsyncIterable<Uint8Array>,
): Promise<Undigested> {
  const { setId, part, proceed } = attempt;
  const writer = new EntryWriter(deps, setId, part);
  const tombstones = new TombstoneLines(setId);
  for await (const piece of unpacked(packed, deps.maxReleaseBytes))
    await writer.add(tombstones.take(reader.push(piece)));
  await writer.add(tombstones.take(reader.end()));
  await writer.end();
  const fewer = await settleRepeats(deps, part, reader, proceed);
  const outcome = outcomeOf(reader, writer.count - fewer);
  if (outcome.name === "rejected") return outcome;
  const frozen = await tombstones.freeze(deps, part);
  return frozen.length > 0 ? { ...outcome, tombstones: frozen } : outcome;
}

type Undigested<O = Outcome> = O extends Outcome ? Omit<O, "digest"> : never;

function outcomeOf({ faults, faultCount }: ReleaseReader, entryCount: number): Undigested {
  if (faultCount > 0) {
    const problems = faults.toSorted((a, b) => a.line - b.line);
    return { name: "rejected", problemCount: faultCount, problems };
  }
  if (entryCount > 0) return { name: "validated", entryCount };
  throw Problem.fields({
    field: "chunk",
    description: "the file lists nothing that is kept; a list has at least one entry",
  });
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
