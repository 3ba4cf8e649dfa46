import type { Query } from "@ntd/store";
import { caseTimes, type CaseView } from "./case-view.ts";
import { targetViewId, type Collections } from "../store.ts";
import { factsOf, sameFacts, type TargetView } from "./target-view.ts";
import { withCase, withTarget, type Timeline } from "./timeline.ts";
import { isSame, writeTimeline } from "./write.ts";

const PAGE = 100;

/** Brings the timelines of a case up to its view. Called after the caller has written that. */
export function refreshFromCase(collections: Collections, caseId: string, view: CaseView): Promise<void> {
  return takeIn(view, {
    versionOf: ({ told }) => told?.version ?? 0,
    newest: () => collections.cases.load(caseId),
    refresh: (current) =>
      refresh(collections, { caseId }, (timeline) => {
        const next = withCase(timeline, caseTimes(current, timeline.notice.decisionId));
        return isSame(next, timeline) ? undefined : next;
      }),
  });
}

/** Brings the timelines of a target's episode up to its view. Called after the caller has written that. */
export function refreshFromTarget(collections: Collections, id: string, view: TargetView): Promise<void> {
  return takeIn(view, {
    versionOf: ({ version }) => version,
    newest: () => collections.targets.load(id),
    refresh: (current) => {
      const facts = factsOf(current);
      return refresh(collections, { targetView: id }, (timeline) => {
        const next = withTarget(timeline, facts);
        return sameFacts(next.target, timeline.target) ? undefined : next;
      });
    },
  });
}

interface Source<V> {
  versionOf: (view: V) => number;
  newest: () => Promise<{ state: V } | undefined>;
  /** Whether anything was written. */
  refresh: (view: V) => Promise<boolean>;
}

// What says nothing new is not written; so whoever did write looks whether the view has gone on, for another may have
// found nothing to write before.
async function takeIn<V>(view: V, { versionOf, newest, refresh: refreshed }: Source<V>): Promise<void> {
  let current = view;
  for (let taken = -1; versionOf(current) > taken;) {
    taken = versionOf(current);
    if (await refreshed(current)) current = (await newest())?.state ?? current;
  }
}

/** The timeline with all that the views say. */
export async function withViews({ targets, cases }: Collections, timeline: Timeline): Promise<Timeline> {
  const { targetId, episode, caseId, decisionId } = timeline.notice;
  const [target, view] = await Promise.all([targets.load(targetViewId(targetId, episode)), cases.load(caseId)]);
  const seen = target === undefined ? timeline : withTarget(timeline, factsOf(target.state));
  return view === undefined ? seen : withCase(seen, caseTimes(view.state, decisionId));
}

async function refresh(
  { timelines }: Collections,
  where: NonNullable<Query<"targetView" | "caseId">["where"]>,
  next: (timeline: Timeline) => Timeline | undefined,
): Promise<boolean> {
  let written = false;
  for await (const page of timelines.pages({ where }, PAGE)) {
    for (const { id, state } of page) {
      if (next(state) === undefined) continue;
      written = (await writeTimeline(timelines, id, (timeline) => timeline && next(timeline))) || written;
    }
  }
  return written;
}
