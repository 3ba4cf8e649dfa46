import { createHash } from "node:crypto";
import type { Deps } from "../deps.ts";
import { ReleaseReader } from "../reading/release-reader.ts";
import type { Read, ReleaseState } from "../releases/release.ts";
import type { HashSetState } from "../sets/hash-set.ts";
import { readOptionsOf } from "./read-options.ts";
import { takeUpload } from "./take-upload.ts";
import { endAttempt, endWhole, proceeding, type Begun } from "./upload-attempt.ts";
import type { Base } from "./upload-base.ts";

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
  set: HashSetState,
  begun: Begun,
  { file, base, digest, read }: Rows,
  { signal, settle }: { signal: AbortSignal; settle: (done: ReleaseState) => ReleaseState },
): Promise<ReleaseState> {
  const { release, part } = begun;
  if (part === undefined) return release;
  try {
    const options = { format: "LIST_FORMAT_NTD_CSV", isDelta: base !== undefined } as const;
    const reader = new ReleaseReader(readOptionsOf(set, options));
    const attempt = { setId: set.setId, part, base, isSingle: true, proceed: proceeding(deps, begun, signal) };
    const { outcome, comparison } = await takeUpload(deps, attempt, reader, pieces(file));
    const ofFile = createHash("sha256").update(file).digest();
    const came = { fileSha256: Uint8Array.from(ofFile), fileBytes: file.byteLength, ...read };
    const whole = { ...outcome, ...came, digest: digest ?? ofFile.toString("hex") };
    return await endWhole(deps, begun, { outcome: whole, comparison }, settle);
  } catch (error) {
    await endAttempt(deps, release.releaseId, part, undefined);
    throw error;
  }
}

async function* pieces(file: Uint8Array): AsyncGenerator<Uint8Array> {
  yield file;
}
