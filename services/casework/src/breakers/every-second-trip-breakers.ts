import { derivedId, startLoop, tryEach, type Loop } from "@ntd/service";
import { change } from "@ntd/store";
import type { CaseFile } from "../cases/case.ts";
import { writeCase } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { countTrip } from "../metrics.ts";
import { countsFrom, trippedBy } from "./breaker.ts";
import { countedOf } from "./count.ts";
import { reversedIn, uncountedIn } from "./reversals.ts";
import { breakerIdOf, keyOf, subjectsOf, type Subject } from "./subject.ts";

type Tripping = Pick<Deps, "cases" | "reviews" | "reversals" | "breakers" | "breaker" | "clock" | "log">;

const PAGE = 100;

/** Counts what was taken back and disputed since, and trips the breakers that have enough of it. */
export function startEverySecondTripBreakers(deps: Deps): Loop {
  return startLoop("trip breakers", 1000, deps.log, (stop) => tripBreakers(deps, stop));
}

export async function tripBreakers(deps: Tripping, stop = new AbortController().signal): Promise<void> {
  const uncounted = { where: { isUncounted: true } };
  await tryEach(deps.cases.pages(uncounted, PAGE), stop, ({ state }) => countReversals(deps, state));
  await tryEach(deps.reviews.pages(uncounted, PAGE), stop, ({ id, state }) =>
    countDispute(deps, id, state.against ?? []),
  );
  await forget(deps);
}

// The mark goes last: whatever ends in between is done again, and each reversal is one document by its id.
async function countReversals(deps: Tripping, file: CaseFile): Promise<void> {
  const reversedTime = deps.clock.now();
  const facts = uncountedIn(file).flatMap((decision) =>
    subjectsOf(decision).map((subject) => ({ subject, decisionId: decision.decisionId })),
  );
  await deps.reversals.insertMany(
    facts.map(({ subject, decisionId }) => ({
      id: derivedId("reversal", subject.kind, subject.name, decisionId),
      state: { schemaVersion: 1, subject: keyOf(subject), decisionId, reversedTime },
    })),
  );
  for (const { subject } of facts) await trip(deps, subject);
  const countedReversals = reversedIn(file).length;
  await writeCase(deps, file.caseId, (found) =>
    (found?.countedReversals ?? 0) < countedReversals && found ? { ...found, countedReversals } : undefined,
  );
}

async function countDispute(deps: Tripping, reviewId: string, against: readonly Subject[]): Promise<void> {
  for (const subject of against) await trip(deps, subject);
  await change(deps.reviews, reviewId, (found) => {
    if (found?.isUncounted === undefined) return undefined;
    const { isUncounted: _, ...state } = found;
    return { state };
  });
}

async function trip(deps: Tripping, subject: Subject): Promise<void> {
  let isNew = false;
  await change(deps.breakers, breakerIdOf(subject), async (breaker) => {
    const now = deps.clock.now();
    const since = countsFrom(breaker, deps.breaker, now);
    const counted = await countedOf(deps, subject, deps.breaker, { since, now });
    const next = trippedBy(breaker, subject, counted, deps.breaker, now);
    isNew = next !== undefined && next !== breaker;
    return next === undefined || next === breaker ? undefined : { state: next };
  });
  if (!isNew) return;
  countTrip(subject.kind);
  deps.log.warn({ breakerId: breakerIdOf(subject), kind: subject.kind }, "a breaker has tripped: ntd brakes list");
}

// What is older than the window counts no more.
async function forget({ reversals, breaker, clock }: Tripping): Promise<void> {
  const before = new Date(clock.now().getTime() - breaker.windowMs);
  const old = await reversals.find({
    where: { reversedTime: { lt: before } },
    orderBy: "reversedTime",
    limit: PAGE,
  });
  if (old.length > 0) await reversals.remove(...old.map(({ id }) => id));
}
