import type { ReleaseState } from "./release.ts";

/** When it was approved by a first one, who was not enough. */
export function firstApprovedTime({ stage }: ReleaseState): Date | undefined {
  if (stage.name === "quarantined") return stage.approvedTime;
  return stage.name === "approved" ? stage.first?.approvedTime : undefined;
}

/** When it was refused though it was approved. */
export function lateRefusedTime({ stage }: ReleaseState): Date | undefined {
  return stage.name === "approved" ? stage.refused?.time : undefined;
}

/** When a person's word ended what is to be said of it: approved, or refused. */
export function decidedTime({ stage }: ReleaseState): Date | undefined {
  if (stage.name === "approved") return stage.approvedTime;
  return stage.name === "refused" ? stage.time : undefined;
}
