import { abandonUpload, withoutStaged } from "../uploads/upload-steps.ts";
import type { ReleaseState } from "./release.ts";

/**
 * Long enough for a process that was stopped in the middle of an attempt to say what it left, and for people to go on
 * with an upload that broke off.
 */
const ABANDONED_KEPT_MS = 24 * 3_600_000;

/** Takes what is due to be cleaned until `until`; an attempt whose time is over is given up by that. */
export function claimCleaning(release: ReleaseState, now: Date, until: Date): ReleaseState | undefined {
  const { stage } = release;
  const due = cleanDueAt(release);
  if (due === undefined || due > now) return undefined;
  if (stage.name === "abandoned" && release.leftovers.length === 0) {
    // Nobody went on with it.
    return { ...withoutStaged(release, now), stage: { name: "removed" }, cleanAt: until };
  }
  const left =
    stage.name === "uploading" && stage.leaseUntil <= now ? abandonUpload(release, stage.part, now, true) : release;
  return { ...left, cleanAt: until };
}

/** These parts have no entries any more; what else is left over may be taken up at once. */
export function cleaned(release: ReleaseState, parts: readonly string[], now: Date): ReleaseState {
  const { cleanAt: _, ...rest } = release;
  const leftovers = release.leftovers.filter((part) => !parts.includes(part));
  if (leftovers.length > 0) return { ...rest, leftovers, cleanAt: now };
  if (release.stage.name !== "abandoned") return { ...rest, leftovers };
  return { ...rest, leftovers, cleanAt: new Date(now.getTime() + ABANDONED_KEPT_MS) };
}

/** When the cleaner has something to do: leftovers, or an upload that nobody goes on with. */
export function cleanDueAt({ stage, leftovers, cleanAt }: ReleaseState): Date | undefined {
  const isToGo = leftovers.length > 0 || stage.name === "abandoned" || stage.name === "removed";
  if (isToGo && cleanAt !== undefined) return cleanAt;
  return stage.name === "uploading" ? stage.leaseUntil : undefined;
}
