import { Outcome, type Answer, type Notice } from "@ntd/proto/takedown/v1/notice";
import { openPhase } from "./published-facts.ts";
import type { NoticeMark, Target } from "./target-state.ts";

/** Withdrawn after it had left, unless nobody is asked, or its provider says that it cannot. */
export function asksToRestore(
  notice: Pick<Notice, "offeredTime" | "withdrawnByDecisionId" | "restoreWithheld">,
  answers: readonly Pick<Answer, "outcome">[],
): boolean {
  const { offeredTime, withdrawnByDecisionId, restoreWithheld } = notice;
  const newest = answers.findLast(({ outcome }) => RESTORING.has(outcome))?.outcome;
  return (
    offeredTime !== undefined && withdrawnByDecisionId !== "" && !restoreWithheld && newest !== Outcome.CANNOT_RESTORE
  );
}

const RESTORING: ReadonlySet<Outcome> = new Set([Outcome.RESTORED, Outcome.CANNOT_RESTORE]);

/** So long it is watched whether a provider restored what it was asked to; a removal that nobody undoes has an end, too. */
export const RESTORE_WATCH_MS = 30 * 86_400_000;

/**
 * Notices that were withdrawn, whose target was missed since and has not been seen again: the next sighting says that it
 * was restored. None while another notice asks for its removal.
 */
export function restoring(target: Pick<Target, "notices" | "episode" | "phase">, now: Date): NoticeMark[] {
  if (target.notices.some(({ open, suspended }) => open && suspended !== true)) return [];
  return target.notices.filter((mark) => isWaitedFor(mark, now) && isMissed(target, mark));
}

/** A sighting that restores, in the episode that its notice is about: the target is not back again, it never should have gone. */
export function opensNoEpisode(target: Target, at: Date): boolean {
  return restoring(target, at).some(({ episode }) => episode === target.episode);
}

/** The target after a sighting at `at`, of which it was `before`. */
export function withRestored(before: Target, after: Target, at: Date): Target {
  const back = new Set(restoring(before, at).map(({ id }) => id));
  if (back.size === 0) return after;
  const notices = after.notices.map((mark) => (back.has(mark.id) ? { ...mark, restored: true as const } : mark));
  return { ...after, notices, restored: at };
}

/** It may still be restored; not forgotten until then. */
export function isWaitedFor({ withdrawn, restored }: NoticeMark, now: Date): boolean {
  return withdrawn !== undefined && restored !== true && now.getTime() - withdrawn.getTime() < RESTORE_WATCH_MS;
}

// Another episode began only since this one had gone.
function isMissed({ episode, phase }: Pick<Target, "episode" | "phase">, mark: NoticeMark): boolean {
  if (episode !== mark.episode) return episode > mark.episode;
  const open = openPhase(phase);
  return open.is === "GONE" || open.is === "SUSPECT_GONE" || (open.is === "UNSEEN" && open.run !== undefined);
}
