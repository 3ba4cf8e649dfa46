import type { Deps } from "../deps.ts";
import { isEnough, type BreakerPolicy, type Counted } from "./breaker.ts";
import { keyOf, type Subject } from "./subject.ts";

type Counting = Pick<Deps, "cases" | "reviews" | "reversals">;

const DAY_MS = 24 * 3_600_000;
/** Providers with open disputes that are looked at, one by one, before it is left. */
const MOST_PROVIDERS = 200;

/** What there is of a subject since then. Documents are counted, never events: what comes twice counts once. */
export async function countedOf(
  deps: Counting,
  subject: Subject,
  policy: BreakerPolicy,
  { since, now }: { since: Date; now: Date },
): Promise<Counted> {
  const { count: reversals } = await deps.reversals.count({ subject: keyOf(subject), reversedTime: { gt: since } });
  const providers = await providersOf(deps, subject, since, policy.providers);
  const isWorthIt = isEnough({ reversals, decisions: 0, providers: 0 }, policy);
  const decisions = isWorthIt ? reversals + (await standingOf(deps, subject, since, now)) : 0;
  return { reversals, decisions, providers };
}

// The store counts up to 10,000: of more, each day by itself.
async function standingOf({ cases }: Counting, subject: Subject, since: Date, now: Date): Promise<number> {
  const own = subject.kind === "rule" ? { decidedByRule: keyOf(subject) } : { standsBy: keyOf(subject) };
  const all = await cases.count({ ...own, decidedTime: { gt: since } });
  if (!all.isMore) return all.count;
  let sum = 0;
  for (let from = since.getTime(); from < now.getTime(); from += DAY_MS) {
    const day = { gt: new Date(from), lte: new Date(from + DAY_MS) };
    sum += (await cases.count({ ...own, decidedTime: day })).count;
  }
  return sum;
}

// From one provider to the next in the index: one provider's disputes cost the same as a single one.
async function providersOf({ reviews }: Counting, subject: Subject, since: Date, enough: number): Promise<number> {
  const own = subject.kind === "rule" ? { openAgainstRule: keyOf(subject) } : { openAgainst: keyOf(subject) };
  let found = 0;
  let last = "";
  for (let seen = 0; seen < MOST_PROVIDERS && found < enough; seen++) {
    const [next] = await reviews.find({
      where: { ...own, providerId: { gt: last } },
      orderBy: "providerId",
      limit: 1,
    });
    if (next === undefined) break;
    last = next.state.providerId;
    const where = { ...own, providerId: last, openedTime: { gt: since } };
    const recent = await reviews.find({ where, orderBy: "openedTime", limit: 1 });
    found += recent.length;
  }
  return found;
}
