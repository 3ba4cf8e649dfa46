import type { ReleaseState } from "./release.ts";

/**
 * Whether a person ended a release that was approved. One that came into force as they said so was not ended: the set's
 * document decides.
 */
export function isEnded(
  { releaseId, stage }: Pick<ReleaseState, "releaseId" | "stage">,
  { activations }: { activations: readonly { releaseId: string }[] },
): boolean {
  const isSaid = stage.name === "approved" && stage.refused !== undefined;
  return isSaid && !activations.some((activation) => activation.releaseId === releaseId);
}
