import { change } from "@ntd/store";
import type { Deps } from "../deps.ts";

/**
 * Whether `setId` may still decide a case by itself in this minute. A case that was let through is let through again,
 * so that a repeat after a crash takes no second place.
 */
export async function passesBrake(
  { brakes, clock, autoPerMinute }: Pick<Deps, "brakes" | "clock" | "autoPerMinute">,
  setId: string,
  caseId: string,
): Promise<boolean> {
  const minute = Math.floor(clock.now().getTime() / 60_000);
  const brake = await change(brakes, setId, (state) => {
    const caseIds = state?.minute === minute ? state.caseIds : [];
    if (caseIds.includes(caseId) || caseIds.length >= autoPerMinute) return undefined;
    return { state: { minute, caseIds: [...caseIds, caseId] } };
  });
  return brake?.state.minute === minute && brake.state.caseIds.includes(caseId);
}
