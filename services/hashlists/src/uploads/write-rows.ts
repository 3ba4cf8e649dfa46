import { createHash } from "node:crypto";
import { DEFAULT_THRESHOLDS } from "@ntd/imagehash/compare";
import { Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { ReleaseReader } from "../releases/release-reader.ts";
import type { Read, ReleaseState } from "../releases/release.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { takeUpload } from "./take-upload.ts";
import { endAttempt, type Begun } from "./upload-attempt.ts";
import type { Base } from "./upload-base.ts";
import { finishUpload } from "./upload-steps.ts";

/** A list that the service writes itself, in its own CSV. */
export interface Rows {
  file: Uint8Array;
  /** Undefined: a whole list. */
  base: Base | undefined;
  /** Of the request; absent: of the file. */
  digest?: string;
  read?: Pick<Read, "negativeEntry">;
}

/**
 * Writes rows as the release of an attempt that has begun.
 *
 * @param settle what is to become of what was read; what it throws ends the attempt, and nothing of it is left.
 */
export async function writeRows(
  deps: Deps,
  { setId, policy }: HashSetState,
  begun: Begun,
  { file, base, digest, read }: Rows,
  { signal, settle }: { signal: AbortSignal; settle: (done: ReleaseState) => ReleaseState },
): Promise<ReleaseState> {
  const { release, part, until } = begun;
  if (part === undefined) return release;
  const { releaseId } = release;
  const proceed = () => {
    signal.throwIfAborted();
    if (deps.clock.now() >= until)
      throw new Problem("TIMED_OUT", "Writing the release took too long; send the request again.");
  };
  try {
    const reader = new ReleaseReader({
      format: "LIST_FORMAT_NTD_CSV",
      pdqQuality: (policy.thresholds ?? DEFAULT_THRESHOLDS).pdqQuality,
      isNegative: policy.role === "SET_ROLE_NEGATIVE",
      isDelta: base !== undefined,
    });
    const { outcome, comparison } = await takeUpload(deps, { setId, part, base, proceed }, reader, pieces(file));
    const ofFile = createHash("sha256").update(file).digest();
    const came = { fileSha256: Uint8Array.from(ofFile), fileBytes: file.byteLength, ...read };
    const whole = { ...outcome, ...came, digest: digest ?? ofFile.toString("hex") };
    const document = await change<ReleaseState, never, never>(deps.releases, releaseId, (before) => {
      const done = before && finishUpload(before, part, whole, deps.clock.now(), comparison);
      if (done === undefined) throw new Problem("VERSION_CONFLICT");
      return { state: settle(done) };
    });
    if (document === undefined) throw new Problem("INTERNAL");
    return document.state;
  } catch (error) {
    await endAttempt(deps, releaseId, part, undefined);
    throw error;
  }
}

async function* pieces(file: Uint8Array): AsyncGenerator<Uint8Array> {
  yield file;
}
