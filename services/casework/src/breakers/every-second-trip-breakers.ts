import { derivedId, startLoop, tryEach, type Loop } from "@ntd/service";
import { change, type Document } from "@ntd/store";
import type { CaseFile } from "../cases/case.ts";
import { writeCase, type CaseWriter } from "../cases/write-case.ts";
import type { Deps } from "../deps.ts";
import { countTrip } from "../metrics.ts";
import type { Review } from "../reviews/review.ts";
import { countsFrom, trippedBy } from "./breaker.ts";
import { countedOf } from "./count.ts";
import { reversedIn, uncountedIn } from "./reversals.ts";
import { breakerIdOf, keyOf, subjectsOf, type Subject } from "./subject.ts";

type Tripping = CaseWriter & Pick<Deps, "reviews" | "reversals" | "breakers" | "breaker" | "log">;

const PAGE = 100;

/** Counts what was taken back and disputed since, and trips the breakers that have enough of it. */
export function startEverySecondTripBreakers(deps: Deps): Loop {
  return startLoop("trip breakers", 1000, deps.log, (stop) => tripBreakers(deps, stop));
}

export async function tripBreakers(deps: Tripping, stop = new AbortController().signal): Promise<void> {
  const uncounted = { where: { isUncounted: true } };
  const [cases, disputes] = [deps.cases.pages(uncounted, PAGE), deps.reviews.pages(uncounted, PAGE)];
  try {
    await tryEach(oneByOne(cases), stop, (page) =>
      countReversals(
        deps,
        page.map(({ state }) => state),
      ),
    );
  } finally {
    await tryEach(oneByOne(disputes), stop, (page) => countDisputes(deps, page));
  }
  await forget(deps);
}

// A page is counted as a whole; one that fails keeps no other from its turn.
async function* oneByOne<T>(pages: AsyncIterable<T>): AsyncGenerator<[T]> {
  for await (const page of pages) yield [page];
}

// The marks go last: whatever ends in between is done again, and each reversal is one document by its id. Many at a time:
// one cause may take back a thousand at once.
async function countReversals(deps: Tripping, files: readonly CaseFile[]): Promise<void> {
  const reversedTime = deps.clock.now();
  const facts = files
    .flatMap(uncountedIn)
    .flatMap((decision) => subjectsOf(decision).map((subject) => ({ subject, decisionId: decision.decisionId })));
  await deps.reversals.insertMany(
    facts.map(({ subject, decisionId }) => ({
      id: derivedId("reversal", subject.kind, subject.name, decisionId),
      state: { schemaVersion: 1, subject: keyOf(subject), decisionId, reversedTime },
    })),
  );
  await tripEach(
    deps,
    facts.map(({ subject }) => subject),
  );
  await Promise.all(files.map((file) => markCounted(deps, file.caseId, reversedIn(file).length)));
}

async function markCounted(deps: Tripping, caseId: string, countedReversals: number): Promise<void> {
  await writeCase(deps, caseId, (found) =>
    found !== undefined && (found.countedReversals ?? 0) < countedReversals
      ? { ...found, countedReversals }
      : undefined,
  );
}

async function countDisputes(deps: Tripping, disputes: readonly Document<Review>[]): Promise<void> {
  await tripEach(
    deps,
    disputes.flatMap(({ state }) => state.against ?? []),
  );
  await Promise.all(disputes.map(({ id }) => markDisputeCounted(deps, id)));
}

async function markDisputeCounted({ reviews }: Tripping, id: string): Promise<void> {
  await change(reviews, id, (found) => {
    if (found?.isUncounted === undefined) return undefined;
    const { isUncounted: _, ...state } = found;
    return { state };
  });
}

async function tripEach(deps: Tripping, subjects: readonly Subject[]): Promise<void> {
  const distinct = new Map(subjects.map((subject) => [keyOf(subject), subject]));
  for (const subject of distinct.values()) await trip(deps, subject);
}

async function trip(deps: Tripping, subject: Subject): Promise<void> {
  let isNew = false;
  await change(deps.breakers, breakerIdOf(subject), async (breaker) => {
    isNew = false;
    if (breaker?.trip !== undefined) return undefined;
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
