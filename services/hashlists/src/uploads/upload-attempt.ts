import { derivedId, Problem } from "@ntd/service";
import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";
import type { Comparison } from "../comparison/comparison.ts";
import type { Outcome, ReleaseState } from "../releases/release.ts";
import { keptBytes, type StagedWriter } from "./staged-bytes.ts";
import { abandonUpload, beginUpload, finishUpload, withoutStaged } from "./upload-steps.ts";

export interface Begun {
  release: ReleaseState;
  /** Absent where it came whole before. */
  part: string | undefined;
  resumeAt: number;
  until: Date;
}

type Asked = Pick<ReleaseState, "releaseId" | "setId" | "uploadedBy">;

/** Uploads that broke off, of one person, whose bytes are kept: of further ones the oldest lapses. */
const KEPT_OF_ONE = 4;

/**
 * Begins an attempt to upload a file, or to go on with one.
 *
 * @throws Problem FIELD_INVALID when less is kept than it would go on behind.
 */
export async function beginAttempt(deps: Deps, asked: Asked, resumeAt: number): Promise<Begun> {
  const { releaseId } = asked;
  if (resumeAt > 0) await requireKept(deps, asked, resumeAt);
  else await lapseOldest(deps, asked);
  const now = deps.clock.now();
  const until = new Date(now.getTime() + deps.uploadMs);
  let part: string | undefined;
  const document = await change(deps.releases, releaseId, (before, version) => {
    // By its time too: a release that was given up and removed begins with its first version again.
    part = derivedId("part", releaseId, version, now.toISOString());
    const state = beginUpload(before, { ...asked, part, now, leaseUntil: until, resumeAt });
    if (state === undefined) part = undefined;
    return state && { state };
  });
  if (document === undefined) throw new Problem("INTERNAL");
  if (document.state.stage.name === "removed") {
    throw new Problem(
      "VERSION_CONFLICT",
      "What is left of an earlier attempt is being removed; upload again in a minute.",
    );
  }
  return { release: document.state, part, resumeAt, until };
}

async function requireKept(deps: Deps, { releaseId, setId }: Asked, resumeAt: number): Promise<void> {
  const state = (await deps.releases.load(releaseId))?.state;
  const isOpen = state?.setId === setId && (state.stage.name === "abandoned" || state.stage.name === "uploading");
  const bytes = await keptBytes(deps, isOpen ? (state.staged ?? []) : []);
  if (bytes < resumeAt) throw keptLess(bytes, resumeAt);
}

/** Less of a file is kept than it would go on behind. */
export function keptLess(bytes: number, resumeAt: number): Problem {
  const description = `is ${resumeAt}, and ${bytes} bytes are kept; ask GetUpload, or send the file from its first byte`;
  return Problem.fields({ field: "header.resume_at_byte", description });
}

async function lapseOldest({ releases, clock, kickCleaner }: Deps, { releaseId, uploadedBy }: Asked): Promise<void> {
  const query = { where: { stagedBy: uploadedBy }, orderBy: "uploadedTime", descending: true } as const;
  const kept = await releases.find({ ...query, limit: 2 * KEPT_OF_ONE });
  const over = kept.filter(({ id }) => id !== releaseId).slice(KEPT_OF_ONE - 1);
  for (const { id } of over) {
    await change(releases, id, (release) =>
      release?.stage.name === "abandoned" ? { state: withoutStaged(release, clock.now()) } : undefined,
    );
  }
  if (over.length > 0) kickCleaner();
}

/** Throws when an attempt is not to go on: nobody waits for it, or it took too long. */
export function proceeding({ clock }: Pick<Deps, "clock">, { until }: Begun, signal: AbortSignal): () => void {
  return () => {
    signal.throwIfAborted();
    if (clock.now() >= until) throw new Problem("TIMED_OUT", "The upload took too long; upload again.");
  };
}

/**
 * Ends an attempt that came whole.
 *
 * @param settle what becomes of the release in the same write.
 * @throws Problem VERSION_CONFLICT where another attempt took its place.
 */
export async function endWhole(
  { releases, clock }: Pick<Deps, "releases" | "clock">,
  { release: { releaseId }, part = "" }: Begun,
  { outcome, comparison }: { outcome: Outcome; comparison: Comparison | undefined },
  settle: (done: ReleaseState) => ReleaseState = (done) => done,
): Promise<ReleaseState> {
  const document = await change<ReleaseState, never, never>(releases, releaseId, (before) => {
    const done = before && finishUpload(before, part, outcome, clock.now(), comparison);
    if (done !== undefined) return { state: settle(done) };
    throw new Problem("VERSION_CONFLICT", "Another upload under this request_id took the place of this one.");
  });
  if (document === undefined) throw new Problem("INTERNAL");
  return document.state;
}

/** Ends an attempt that did not come whole; with `keep` it can be gone on with. */
export async function endAttempt(
  deps: Deps,
  releaseId: string,
  part: string,
  keep: StagedWriter | undefined,
): Promise<void> {
  // A full disk keeps less.
  await keep?.flush().catch(() => {});
  const now = deps.clock.now();
  await change(
    deps.releases,
    releaseId,
    (release) => release && { state: abandonUpload(release, part, now, keep !== undefined) },
  );
  deps.kickCleaner();
}
