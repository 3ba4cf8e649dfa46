import { change, type Document } from "@ntd/store";
import type { Deps } from "../deps.ts";
import { answered, type StoredRecord } from "../records/record.ts";
import { answersOf } from "./rules.ts";
import type { Said } from "./words.ts";

/** An answer that hotlines gave. Its id is its place. */
export interface GivenAnswer extends Said {
  schemaVersion: 1;
  place: string;
  /** Which answer to which revision of which record it is. */
  of: string;
  reference: string;
  /** Whose it is. Absent in what was given before that was noted. */
  hotline?: string;
  revision: number;
  actedTime: Date;
}

const AT_ONCE = 1000;

/** Puts every answer that is due behind those that were given. May be begun again at any point. */
export async function giveDue(deps: Deps): Promise<void> {
  // One record may have more than one that is due.
  for (let left = AT_ONCE; left > 0; left--) {
    const where = { dueAt: { lte: deps.clock.now() } };
    const [next] = await deps.records.find({ where, orderBy: "dueAt", limit: 1 });
    if (next === undefined) return;
    await give(deps, next);
  }
}

// The answer is written first, once, and its record after it.
async function give(deps: Deps, { id, state }: Document<StoredRecord>): Promise<void> {
  const { reference, hotline, revision, given, dueAt: actedTime } = state;
  const step = answersOf(deps.rules, state)[given];
  if (step !== undefined && actedTime !== undefined) {
    const { action, reason } = step;
    const of = `${reference}:${revision}:${given}`;
    await append(deps, { schemaVersion: 1, of, reference, hotline, revision, action, reason, actedTime });
  }
  await change(deps.records, id, (record) =>
    record?.revision === revision && record.given === given ? { state: answered(record, deps.rules) } : undefined,
  );
}

/** Two who append at once want the same place, and one of them gets it: none is ever seen before the one ahead of it. */
async function append({ answers }: Deps, answer: Omit<GivenAnswer, "place">): Promise<void> {
  for (;;) {
    const [newest] = await answers.find({ orderBy: "place", descending: true, limit: 1 });
    // Asked after it: whoever wrote the same in between has this place.
    if ((await answers.find({ where: { of: answer.of }, limit: 1 })).length > 0) return;
    const place = String(Number(newest?.id ?? "0") + 1).padStart(PLACES, "0");
    if ((await answers.insert(place, { ...answer, place })) !== undefined) return;
  }
}

const PLACES = 12;
