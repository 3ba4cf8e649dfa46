import { startLoop, type Loop } from "@ntd/service";
import type { Deps } from "../deps.ts";
import { showReferrals } from "../metrics.ts";
import { ACKNOWLEDGED } from "./referral.ts";

/** How many referrals nobody has acknowledged, and whether the oldest waits too long. */
export function startEveryMinuteWatchReferrals(deps: Deps): Loop {
  return startLoop("watch referrals", 60_000, deps.log, async () => showReferrals(await watchReferrals(deps)));
}

type Watching = Pick<Deps, "cases" | "clock" | "health" | "referralDueMs">;

export async function watchReferrals({ cases, clock, health, referralDueMs }: Watching) {
  const where = { referralOrder: { lt: ACKNOWLEDGED } };
  const [oldest] = await cases.find({ where, orderBy: "referralOrder", limit: 1 });
  const { count } = oldest === undefined ? { count: 0 } : await cases.count(where);
  const since = oldest?.state.referral?.offeredTime;
  const ageMs = since === undefined ? 0 : Math.max(0, clock.now().getTime() - since.getTime());
  health.degrade("referrals_unacknowledged", ageMs > referralDueMs);
  return { unacknowledged: count, oldestSeconds: ageMs / 1000 };
}
