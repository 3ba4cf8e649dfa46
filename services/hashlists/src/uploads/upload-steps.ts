import type { Comparison } from "../comparison/comparison.ts";
import {
  incomingOf,
  leaving,
  partOf,
  refusedOf,
  stagedOf,
  type Outcome,
  type ReleaseState,
  type Stage,
} from "../releases/release.ts";

type Begin = Pick<ReleaseState, "releaseId" | "setId" | "uploadedBy"> & {
  part: string;
  now: Date;
  leaseUntil: Date;
  /** It goes on behind so many bytes that earlier attempts left. */
  resumeAt?: number;
};

/** Begins an upload, anew or where an attempt broke off; undefined when it was uploaded before. */
export function beginUpload(before: ReleaseState | undefined, begin: Begin): ReleaseState | undefined {
  const { releaseId, setId, uploadedBy, part, now, leaseUntil, resumeAt = 0 } = begin;
  const stage: Stage = { name: "uploading", part, leaseUntil };
  if (before === undefined) {
    const staged = [{ part, from: 0 }];
    return {
      schemaVersion: 1,
      releaseId,
      setId,
      uploadedBy,
      uploadedTime: now,
      stage,
      leftovers: [],
      requests: [],
      staged,
    };
  }
  if (before.stage.name !== "abandoned" && before.stage.name !== "uploading") return undefined;
  const left = before.stage.name === "uploading" ? leaving(before, scratchOf(before.stage.part), now) : before;
  const kept = (before.staged ?? []).filter(({ from }) => from < resumeAt);
  const dropped = (before.staged ?? []).slice(kept.length).map((one) => stagedOf(one.part));
  const over = dropped.length > 0 ? leaving(left, dropped, now) : left;
  return { ...over, setId, uploadedTime: now, stage, staged: [...kept, { part, from: resumeAt }] };
}

/** Ends an upload that came whole; undefined when another attempt took its place or it was given up. */
export function finishUpload(
  release: ReleaseState,
  part: string,
  outcome: Outcome,
  now: Date,
  comparison?: Comparison,
): ReleaseState | undefined {
  if (!isUploading(release, part)) return undefined;
  const { staged = [], ...rest } = release;
  const bytes = staged.map((one) => stagedOf(one.part));
  if (outcome.name === "rejected") return { ...leaving(rest, [part, incomingOf(part), ...bytes], now), stage: outcome };
  const whole = leaving(rest, [incomingOf(part), ...bytes], now);
  return { ...whole, stage: { ...outcome, part }, ...(comparison && { comparison }) };
}

/**
 * Gives an attempt up: its entries are left to the cleaner. One that came whole stays: only its answer was lost.
 *
 * @param keep its bytes stay for a while, so that the upload can go on.
 */
export function abandonUpload(release: ReleaseState, part: string, now: Date, keep = false): ReleaseState {
  if (partOf(release) === part) return release;
  const left = leaving(release, scratchOf(part), now);
  if (!isUploading(release, part)) {
    // It may have kept more since its bytes were left: then they are, but where another attempt went on behind them.
    const isKept = release.staged?.some((one) => one.part === part) === true;
    return isKept ? left : leaving(left, [stagedOf(part)], now);
  }
  const abandoned: ReleaseState = { ...left, stage: { name: "abandoned" } };
  return keep ? abandoned : withoutStaged(abandoned, now);
}

/** Gives up what is kept of an upload that broke off. */
export function withoutStaged(release: ReleaseState, now: Date): ReleaseState {
  const { staged = [], ...rest } = release;
  const bytes = staged.map((one) => stagedOf(one.part));
  return bytes.length === 0 ? rest : leaving(rest, bytes, now);
}

function scratchOf(part: string): string[] {
  return [part, incomingOf(part), refusedOf(part)];
}

function isUploading({ stage }: ReleaseState, part: string): boolean {
  return stage.name === "uploading" && stage.part === part;
}
