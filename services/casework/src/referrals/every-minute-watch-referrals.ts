import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { showReferrals } from "../metrics.ts";
import { ACKNOWLEDGED, OFFERED, OFFERED_FIRST } from "./referral.ts";

/** How many referrals nobody has acknowledged, and whether the oldest waits too long. */
export function startEveryMinuteWatchReferrals(deps: Deps): Loop {
  return startLoop("watch referrals", 60_000, deps.log, async () => showReferrals(await watchReferrals(deps)));
}

type Watching = Pick<Deps, "cases" | "clock" | "health" | "referralDueMs">;

export async function watchReferrals({ cases, clock, health, referralDueMs }: Watching) {
  const { count } = await cases.count({ referralOrder: { lt: ACKNOWLEDGED } });
  const oldest = await Promise.all([
    cases.find({ where: { referralOrder: { gte: OFFERED_FIRST, lt: OFFERED } }, orderBy: "referralOrder", limit: 1 }),
    cases.find({ where: { referralOrder: { gte: OFFERED, lt: ACKNOWLEDGED } }, orderBy: "referralOrder", limit: 1 }),
  ]);
  const now = clock.now().getTime();
  const ages = oldest.flat().map(({ state }) => now - (state.referral?.offeredTime.getTime() ?? now));
  const ageMs = Math.max(0, ...ages);
  health.degrade("referrals_unacknowledged", ageMs > referralDueMs);
  return { unacknowledged: count, oldestSeconds: ageMs / 1000 };
}
